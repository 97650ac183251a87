//! Sample answers of the four wire dialects. All of them say the same.

/// A wire dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAI chat completions.
    Chat,
    /// OpenAI responses.
    Responses,
    /// Anthropic messages.
    Messages,
    /// Gemini generateContent.
    Gemini,
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`TEXT`].
    Text,
    /// A call of [`WEATHER`].
    Tool,
    /// Calls of [`WEATHER`] and [`TIME`], side by side.
    Tools,
    /// [`THOUGHT`], then [`TEXT`].
    Reasoning,
    /// [`STRUCTURED`], as text.
    Structured,
}

/// What is said.
pub const TEXT: &str = "Grüße aus Zürich 🏔";
/// What is thought.
pub const THOUGHT: &str = "The user greets me.";
/// What is said where JSON is asked for.
pub const STRUCTURED: &str = r#"{"city":"Zürich","people":443000}"#;
/// The first tool that is called, and its arguments.
pub const WEATHER: (&str, &str) = ("get_weather", r#"{"city":"Zürich"}"#);
/// The second tool that is called, and its arguments.
pub const TIME: (&str, &str) = ("get_time", r#"{"zone":"Europe/Zurich"}"#);
/// Tokens of the prompt, cached ones included.
pub const TOKENS_IN: u64 = 11;
/// Tokens of the answer, those of reasoning included.
pub const TOKENS_OUT: u64 = 7;
/// What an error says.
pub const ERROR: &str = "Rate limit reached.";

macro_rules! file {
    ($dialect:literal, $name:literal) => {
        include_str!(concat!("samples/", $dialect, "/", $name))
    };
}

macro_rules! pick {
    ($dialect:expr, $name:literal) => {
        match $dialect {
            Dialect::Chat => file!("openai-chat", $name),
            Dialect::Responses => file!("openai-responses", $name),
            Dialect::Messages => file!("anthropic-messages", $name),
            Dialect::Gemini => file!("gemini", $name),
        }
    };
}

/// A whole answer.
#[must_use]
pub fn whole(dialect: Dialect, kind: Kind) -> &'static str {
    match kind {
        Kind::Text => pick!(dialect, "text.json"),
        Kind::Tool => pick!(dialect, "tool.json"),
        Kind::Tools => pick!(dialect, "tools.json"),
        Kind::Reasoning => pick!(dialect, "reasoning.json"),
        Kind::Structured => pick!(dialect, "structured.json"),
    }
}

/// A streamed answer as it is on the wire.
#[must_use]
pub fn stream(dialect: Dialect, kind: Kind) -> &'static str {
    match kind {
        Kind::Text => pick!(dialect, "text.sse"),
        Kind::Tool => pick!(dialect, "tool.sse"),
        Kind::Tools => pick!(dialect, "tools.sse"),
        Kind::Reasoning => pick!(dialect, "reasoning.sse"),
        Kind::Structured => pick!(dialect, "structured.sse"),
    }
}

/// A streamed answer, cut into its events, each with its blank line.
#[must_use]
pub fn events(dialect: Dialect, kind: Kind) -> Vec<&'static str> {
    let end = if dialect == Dialect::Gemini { "\r\n\r\n" } else { "\n\n" };
    stream(dialect, kind).split_inclusive(end).collect()
}

/// How many events at the end of a stream tell that it is complete. Without them it is not.
#[must_use]
pub fn closing_events(dialect: Dialect) -> usize {
    match dialect {
        // The finish reason, the usage, `[DONE]`.
        Dialect::Chat => 3,
        // `response.completed`, `message_stop`, the document with the finish reason.
        Dialect::Responses | Dialect::Messages | Dialect::Gemini => 1,
    }
}

/// The body of an answer of 429, [`ERROR`].
#[must_use]
pub fn error(dialect: Dialect) -> &'static str {
    pick!(dialect, "error.json")
}

/// A listing of one model.
#[must_use]
pub fn models(dialect: Dialect) -> &'static str {
    pick!(dialect, "models.json")
}

/// A token count of [`TOKENS_IN`]; `None` where the dialect has none.
#[must_use]
pub fn count(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Chat => None,
        Dialect::Responses => Some(file!("openai-responses", "count.json")),
        Dialect::Messages => Some(file!("anthropic-messages", "count.json")),
        Dialect::Gemini => Some(file!("gemini", "count.json")),
    }
}
