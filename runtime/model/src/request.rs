//! The chat request.

use serde_json::{Map, Number, Value};

use crate::content::{CacheMarker, Part};
use crate::document::{document, tagged, variants, words};
use crate::json::Json;
use crate::native::Native;

document! {
    /// What a client asks for: the input document of the operations `chat` and `tokens.count`.
    #[derive(Default)]
    pub struct Request {
        /// The model, by the provider's name.
        pub model: String,
        /// The conversation, oldest first. System and developer messages stand where they were said.
        pub messages: Vec<Message>,
        /// The tools that the model may call.
        pub tools: Vec<Tool>,
        /// Which of them it must call.
        pub tool_choice: Option<ToolChoice>,
        /// Whether it may call several at once.
        pub parallel_tool_calls: Option<bool>,
        /// Most tokens to write, reasoning included.
        pub max_output_tokens: Option<u64>,
        /// Sampling temperature, on the client dialect's own scale (0 to 2; Anthropic 0 to 1).
        pub temperature: Option<Number>,
        /// Nucleus sampling, 0 to 1.
        pub top_p: Option<Number>,
        /// Sample from the k likeliest tokens only.
        pub top_k: Option<Number>,
        /// Penalty on tokens by how often they stand in the text, -2 to 2.
        pub frequency_penalty: Option<Number>,
        /// Penalty on tokens that stand in the text at all, -2 to 2.
        pub presence_penalty: Option<Number>,
        /// Seed of the sampling.
        pub seed: Option<Number>,
        /// Texts at which the model stops.
        pub stop: Vec<String>,
        /// How many answers to write; 1 unless said otherwise.
        pub candidates: Option<u64>,
        /// Log probabilities of the answer's tokens are wanted.
        pub logprobs: Option<LogprobOptions>,
        /// The form of the answer.
        pub output: Option<OutputOptions>,
        /// Whether and how much to think first.
        pub reasoning: Option<ReasoningOptions>,
        /// Whether the answer is wanted in pieces.
        pub stream: bool,
        /// Provider-side prompt caching.
        pub cache: Option<CacheOptions>,
        /// The provider's service tier.
        pub service_tier: Option<String>,
        /// The client's opaque name for its own user.
        pub end_user: Option<String>,
        /// The client's own labels.
        pub metadata: Map<String, Value>,
        /// Whether the provider may store the answer.
        pub store: Option<bool>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

words! {
    /// Who speaks.
    pub enum Role {
        /// The application, above all others.
        System = "system",
        /// The application (OpenAI's newer word, kept apart because it may stand anywhere).
        Developer = "developer",
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A tool: holds `tool-result` parts only.
        Tool = "tool",
    }
}

document! {
    /// One turn of the conversation.
    pub struct Message {
        /// Who speaks.
        pub role: Role,
        /// What is said.
        pub content: Vec<Part>,
        /// A name that tells speakers of one role apart.
        pub name: Option<String>,
        /// The provider's id of the message (OpenAI responses).
        pub id: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl Message {
    /// A message of `role` that holds `content`.
    #[must_use]
    pub fn new(role: Role, content: Vec<Part>) -> Self {
        Self { role, content, name: None, id: None, native: Native::default(), extra: Map::new() }
    }
}

tagged! {
    /// A tool that the model may call.
    pub enum Tool {
        /// Called with a JSON object; run by the client.
        Function(FunctionTool) = "function",
        /// Called with free text; run by the client (OpenAI).
        Custom(CustomTool) = "custom",
        /// Run by the provider, or known to one dialect only.
        Native(NativeTool) = "native",
    }
}

variants! { Tool: Function(FunctionTool), Custom(CustomTool), Native(NativeTool), }

document! {
    /// A tool that is called with a JSON object.
    #[derive(Default)]
    pub struct FunctionTool {
        /// The name by which the model calls it.
        pub name: String,
        /// What it does.
        pub description: Option<String>,
        /// JSON Schema of the arguments, in the words of JSON Schema whatever the dialect; absent: none.
        pub parameters: Option<Json>,
        /// Whether the arguments must follow the schema exactly.
        pub strict: Option<bool>,
        /// The prompt up to and including this tool shall be cached.
        pub cache: Option<CacheMarker>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// A tool that is called with free text.
    #[derive(Default)]
    pub struct CustomTool {
        /// The name by which the model calls it.
        pub name: String,
        /// What it does.
        pub description: Option<String>,
        /// The grammar of the text, as OpenAI's responses dialect writes it: `{"type": "text"}` or
        /// `{"type": "grammar", "syntax", "definition"}`.
        pub format: Option<Value>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// A tool that one dialect knows.
    pub struct NativeTool {
        /// The dialect.
        pub dialect: String,
        /// The tool as that dialect writes it.
        pub value: Value,
    }
}

impl NativeTool {
    /// The tool `value` of `dialect`.
    #[must_use]
    pub fn new(dialect: &str, value: Value) -> Self {
        Self { dialect: dialect.to_owned(), value, extra: Map::new() }
    }
}

words! {
    /// Which tools the model must call.
    pub enum ToolChoiceMode {
        /// It decides.
        Auto = "auto",
        /// None.
        None = "none",
        /// One at least.
        Required = "required",
        /// The one in `name`.
        Tool = "tool",
    }
}

document! {
    /// Which tools the model must call.
    pub struct ToolChoice {
        /// How it is bound.
        pub mode: ToolChoiceMode,
        /// The tool, for the mode `tool`.
        pub name: Option<String>,
        /// If not empty, only these tools may be called; the mode says how it is bound among them.
        pub allowed: Vec<String>,
        /// Members that only one dialect has (a provider's own tool that is forced, whole).
        pub native: Native,
    }
}

impl ToolChoice {
    /// The choice `mode`, among all tools.
    #[must_use]
    pub fn new(mode: ToolChoiceMode) -> Self {
        Self { mode, name: None, allowed: Vec::new(), native: Native::default(), extra: Map::new() }
    }

    /// The tool `name` must be called.
    #[must_use]
    pub fn tool(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::new(ToolChoiceMode::Tool) }
    }
}

document! {
    /// Log probabilities that are wanted.
    #[derive(Default)]
    pub struct LogprobOptions {
        /// How many likeliest tokens to list beside each; absent: only the token itself.
        pub top: Option<u64>,
    }
}

document! {
    /// The form of the answer.
    #[derive(Default)]
    pub struct OutputOptions {
        /// Free text unless said otherwise.
        pub format: Option<OutputFormat>,
        /// `text`, `image`, `audio`.
        pub modalities: Vec<String>,
        /// Voice and format of spoken answers, as OpenAI's chat dialect writes it.
        pub audio: Option<Value>,
        /// `low`, `medium` or `high`.
        pub verbosity: Option<String>,
    }
}

words! {
    /// What the answer's text is.
    pub enum FormatKind {
        /// Free text.
        Text = "text",
        /// Some JSON.
        Json = "json",
        /// JSON that follows a schema.
        JsonSchema = "json-schema",
    }
}

document! {
    /// What the answer's text is.
    pub struct OutputFormat {
        /// Free text, JSON, or JSON after a schema.
        pub kind: FormatKind,
        /// JSON Schema of the answer, in the words of JSON Schema whatever the dialect.
        pub schema: Option<Json>,
        /// Name of the schema.
        pub name: Option<String>,
        /// What the answer is for.
        pub description: Option<String>,
        /// Whether the answer must follow the schema exactly.
        pub strict: Option<bool>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl OutputFormat {
    /// A format of which only the kind is known.
    #[must_use]
    pub fn new(kind: FormatKind) -> Self {
        Self {
            kind,
            schema: None,
            name: None,
            description: None,
            strict: None,
            native: Native::default(),
            extra: Map::new(),
        }
    }
}

document! {
    /// Whether and how much to think.
    #[derive(Default)]
    pub struct ReasoningOptions {
        /// `false`: do not think. `true`: think, as much as `effort` or `budget_tokens` say, else as the model likes.
        pub enabled: Option<bool>,
        /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`; other words pass as they are.
        pub effort: Option<String>,
        /// Most tokens to think.
        pub budget_tokens: Option<i64>,
        /// Whether thoughts are to be shown in the answer, and how: `auto`, `concise`, `detailed`, `none`.
        pub summary: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// Provider-side prompt caching.
    #[derive(Default)]
    pub struct CacheOptions {
        /// A key that keeps similar prompts together (OpenAI's `prompt_cache_key`).
        pub key: Option<String>,
        /// How long: `in_memory`, `24h`.
        pub retention: Option<String>,
        /// The provider's name of cached content (Gemini's `cachedContent`).
        pub content: Option<String>,
    }
}
