//! Every key of the configuration: its name, type, default and meaning, in one place.
//!
//! The readers refuse what is not listed here, and the JSON Schema is written from it, so that the two cannot disagree.

/// One key of a mapping.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// A second name for the same thing; at most one of the two may be written.
    pub(crate) alias: Option<&'static str>,
    pub(crate) kind: Kind,
    /// The default as it would be written; "" where there is none or where it depends.
    pub(crate) default: &'static str,
    /// Its meaning and unit.
    pub(crate) doc: &'static str,
}

/// What a key takes.
#[derive(Debug)]
pub(crate) enum Kind {
    Text,
    Words(&'static [&'static str]),
    Flag,
    Count,
    Duration,
    Size,
    /// Any JSON object.
    Object,
    /// Names and scalars.
    Headers,
    Section(&'static Table),
    /// A mapping from names to sections.
    Each(&'static Table),
}

/// The keys of one kind of mapping.
#[derive(Debug)]
pub(crate) struct Table {
    /// What it describes, for messages: "a backend".
    pub(crate) what: &'static str,
    pub(crate) keys: &'static [Key],
}

const fn key(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { name, alias: None, kind, default, doc }
}

const fn either(name: &'static str, alias: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, alias: Some(alias), kind, default: "", doc }
}

const LISTEN: &str = "Address and port that clients connect to.";
const ADMIN: &str = "Address and port of the admin listener: health and metrics. Keep it off the network.";

/// The main file, `dragoman.yaml`.
pub(crate) static TOP: Table = Table {
    what: "the configuration",
    keys: &[
        key("version", Kind::Count, "1", "Version of this file's format; 1 is the only one there is."),
        key("listen", Kind::Text, "127.0.0.1:8080", LISTEN),
        key("admin_listen", Kind::Text, "127.0.0.1:9090", ADMIN),
        key(
            "default_backend",
            Kind::Text,
            "",
            "The backend that answers a bare model name. Without it: the first of \
            openai, anthropic, gemini, then of the others by name, that is usable, else echo. The environment \
            (DRAGOMAN_DEFAULT_BACKEND, LLM_BACKEND) and --default-backend go before it.",
        ),
        key(
            "backends",
            Kind::Each(&BACKEND),
            "",
            "Backends by name. A folder backends/<name>/ with a backend.yaml \
            defines one as well, with the same keys.",
        ),
        key("server", Kind::Section(&SERVER), "", "Listeners, and what a client may ask of them."),
        key("limits", Kind::Section(&LIMITS), "", "What one exchange with a connector and its provider may use."),
        key("log", Kind::Section(&LOG), "", "The log on stderr."),
    ],
};

/// `server:`.
pub(crate) static SERVER: Table = Table {
    what: "`server`",
    keys: &[
        key("listen", Kind::Text, "127.0.0.1:8080", LISTEN),
        key("admin_listen", Kind::Text, "127.0.0.1:9090", ADMIN),
        key("max_body", Kind::Size, "32MiB", "The largest request body."),
        key("max_headers", Kind::Count, "100", "The most headers in one request."),
        key("max_header_bytes", Kind::Size, "64KiB", "The most bytes of a request's line and headers together."),
        key("header_timeout", Kind::Duration, "30s", "How long a client may take over the headers of a request."),
        key("body_timeout", Kind::Duration, "60s", "How long a client may take over the body of a request."),
        key(
            "drain_delay",
            Kind::Duration,
            "5s",
            "After SIGTERM: how long readiness is false before the server stops \
            accepting.",
        ),
        key("drain_grace", Kind::Duration, "60s", "After that: how long running exchanges may take to end."),
    ],
};

/// `limits:`.
pub(crate) static LIMITS: Table = Table {
    what: "`limits`",
    keys: &[
        key(
            "call_deadline",
            Kind::Duration,
            "50ms",
            "How long one call of a connector may compute; each MiB that it is given adds as much.",
        ),
        key("memory", Kind::Size, "256MiB", "The memory of one exchange's connector."),
        key(
            "host_call_bytes",
            Kind::Size,
            "64MiB",
            "The most bytes that cross between host and connector in one call.",
        ),
        key("events_per_call", Kind::Count, "4096", "The most events that a connector may return from one call."),
        key("log_lines", Kind::Count, "100", "The most log lines that a connector may write in one exchange."),
        key("exchanges", Kind::Count, "8192", "The most exchanges at one time."),
        key("frame_bytes", Kind::Size, "4MiB", "The largest single frame (event, line) of a provider's stream."),
        key("answer_bytes", Kind::Size, "64MiB", "The largest answer of a provider that is read whole."),
    ],
};

/// `log:`.
pub(crate) static LOG: Table = Table {
    what: "`log`",
    keys: &[
        key(
            "level",
            Kind::Words(&["error", "warn", "info", "debug", "trace"]),
            "info",
            "The least severe line that is \
            written.",
        ),
        key("format", Kind::Words(&["auto", "text", "json"]), "auto", "auto is text on a terminal and JSON elsewhere."),
    ],
};

/// A backend, in `backends:` or in a file of its own.
pub(crate) static BACKEND: Table = Table {
    what: "a backend",
    keys: &[
        either(
            "backend_type",
            "type",
            Kind::Text,
            "What kind of provider this is: a preset (openai, anthropic, \
            gemini, openrouter, ...) or custom for anything that speaks OpenAI's chat completions. Without it, the \
            preset that the backend's name names.",
        ),
        key(
            "connector",
            Kind::Text,
            "",
            "The connector that translates: the name of a bundled one or the path of a \
            .wasm file, relative to this file. Without it, that of the type.",
        ),
        either(
            "api_base_url",
            "api_url",
            Kind::Text,
            "The provider's base URL, http or https. Without it, that of the \
            type or of the connector.",
        ),
        key("api_key_env_var", Kind::Text, "", "The environment variable that holds the key."),
        key("api_key", Kind::Text, "", "The key itself: better ${VARIABLE} or file:/path than the literal."),
        key(
            "auth_type",
            Kind::Words(&["bearer", "custom", "query", "none"]),
            "",
            "Where the key goes: a bearer token, \
            the header that auth_header names, the query parameter that auth_parameter names, or nowhere. Without it, \
            where the connector's provider expects it.",
        ),
        key("auth_header", Kind::Text, "", "The header that carries the bare key, with auth_type: custom."),
        key("auth_parameter", Kind::Text, "key", "The query parameter that carries the key, with auth_type: query."),
        key("headers", Kind::Headers, "", "Headers that every request to the provider carries."),
        key("models", Kind::Each(&MODEL), "", "Models by the provider's name for them."),
        key("default_model", Kind::Text, "", "The model of a request that names none."),
        key(
            "timeout",
            Kind::Duration,
            "120s",
            "How long the provider may take to begin its answer, and between two \
            pieces of a stream.",
        ),
        key("max_retries", Kind::Count, "2", "How often a failed request is tried again, at most 10."),
        key("retry_delay", Kind::Duration, "1s", "The pause before the first retry."),
        key(
            "strict",
            Kind::Flag,
            "false",
            "Refuse a request that the provider cannot be told in full, instead of \
            reporting the loss in a header.",
        ),
        key("settings", Kind::Object, "", "The connector's own settings, checked by its schema."),
    ],
};

/// A model of a backend.
pub(crate) static MODEL: Table = Table {
    what: "a model",
    keys: &[
        key("limits", Kind::Section(&MODEL_LIMITS), "", "What a request to this model may ask for."),
        key("parameters", Kind::Object, "", "Request members that a client may leave out; what it sends wins."),
    ],
};

/// `models.<name>.limits`.
pub(crate) static MODEL_LIMITS: Table = Table {
    what: "`limits` of a model",
    keys: &[
        key("context_window", Kind::Count, "", "Tokens of input and output together."),
        key("max_input_tokens", Kind::Count, "", "Tokens of input; without it, context_window."),
        key("max_output_tokens", Kind::Count, "", "Tokens of output."),
        key("requests_per_minute", Kind::Count, "", "Requests in a minute."),
        key("tokens_per_minute", Kind::Count, "", "Tokens in a minute, input and output together."),
    ],
};
