//! What a message holds: parts, media sources, citations and cache markers.

use serde_json::{Map, Value};

use crate::document::{document, tagged, variants, words};
use crate::native::Native;

tagged! {
    /// One piece of a message, in the order in which it was said.
    pub enum Part {
        /// Words.
        Text(TextPart) = "text",
        /// A picture.
        Image(MediaPart) = "image",
        /// A sound.
        Audio(MediaPart) = "audio",
        /// A film.
        Video(MediaPart) = "video",
        /// A PDF or another document.
        Document(MediaPart) = "document",
        /// What the model thought before it answered.
        Reasoning(ReasoningPart) = "reasoning",
        /// A call of a tool that the client runs.
        ToolCall(ToolCallPart) = "tool-call",
        /// The result of such a call; stands in a message of the role `tool`.
        ToolResult(ToolResultPart) = "tool-result",
        /// Words with which the model refused.
        Refusal(RefusalPart) = "refusal",
        /// A piece that only one dialect has, whole.
        Native(NativePart) = "native",
    }
}

variants! { Part:
    Text(TextPart),
    Reasoning(ReasoningPart),
    ToolCall(ToolCallPart),
    ToolResult(ToolResultPart),
    Refusal(RefusalPart),
    Native(NativePart),
}

document! {
    /// Words.
    #[derive(Default)]
    pub struct TextPart {
        /// The words; may be empty.
        pub text: String,
        /// Where the words come from.
        pub citations: Vec<Citation>,
        /// The prompt up to and including this part shall be cached.
        pub cache: Option<CacheMarker>,
        /// Opaque provider state bound to this part (Gemini's `thoughtSignature`).
        pub signature: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl TextPart {
    /// A part that holds `text` and nothing else.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

document! {
    /// A picture, sound, film or document.
    pub struct MediaPart {
        /// Where the bytes are.
        pub source: Source,
        /// How closely a picture is looked at: `low`, `high`, `auto`, `original`.
        pub detail: Option<String>,
        /// File name or title.
        pub name: Option<String>,
        /// What the document is about, told to the model beside it (Anthropic's `context`).
        pub context: Option<String>,
        /// Whether the model shall cite this document.
        pub citations: Option<bool>,
        /// What is said in a sound.
        pub transcript: Option<String>,
        /// The prompt up to and including this part shall be cached.
        pub cache: Option<CacheMarker>,
        /// Opaque provider state bound to this part.
        pub signature: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl MediaPart {
    /// A medium with nothing said about it.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self {
            source,
            detail: None,
            name: None,
            context: None,
            citations: None,
            transcript: None,
            cache: None,
            signature: None,
            native: Native::default(),
            extra: Map::new(),
        }
    }
}

tagged! {
    /// Where the bytes of a medium are.
    pub enum Source {
        /// In the document.
        Inline(InlineSource) = "inline",
        /// On the web.
        Url(UrlSource) = "url",
        /// In the provider's file store.
        File(FileSource) = "file",
        /// A document given as plain text.
        Text(TextSource) = "text",
        /// A document given as parts.
        Parts(PartsSource) = "parts",
    }
}

variants! { Source:
    Inline(InlineSource),
    Url(UrlSource),
    File(FileSource),
    Text(TextSource),
    Parts(PartsSource),
}

document! {
    /// Bytes in the document.
    #[derive(Default)]
    pub struct InlineSource {
        /// MIME type; absent where the dialect does not say it.
        pub media_type: Option<String>,
        /// The bytes in standard base64 with padding, as the client wrote them.
        pub data: String,
    }
}

document! {
    /// Bytes on the web. The host fetches nothing: the provider does.
    #[derive(Default)]
    pub struct UrlSource {
        /// MIME type, where it was said.
        pub media_type: Option<String>,
        /// The address; never a `data:` URL, which is an inline source.
        pub url: String,
    }
}

document! {
    /// A file in a provider's store.
    #[derive(Default)]
    pub struct FileSource {
        /// MIME type, where it was said.
        pub media_type: Option<String>,
        /// The provider's name for the file.
        pub id: String,
        /// The dialect whose provider keeps the file.
        pub origin: Option<String>,
    }
}

document! {
    /// A document given as plain text.
    #[derive(Default)]
    pub struct TextSource {
        /// MIME type, `text/plain` unless said otherwise.
        pub media_type: Option<String>,
        /// The text.
        pub text: String,
    }
}

document! {
    /// A document given as parts.
    #[derive(Default)]
    pub struct PartsSource {
        /// Text and image parts.
        pub content: Vec<Part>,
    }
}

document! {
    /// What the model thought. Opaque members belong to the provider in `origin` and mean nothing to another.
    #[derive(Default)]
    pub struct ReasoningPart {
        /// The provider's id of the item (OpenAI responses).
        pub id: Option<String>,
        /// The thought in words, where the provider shows it.
        pub text: Option<String>,
        /// Summaries of the thought (OpenAI responses).
        pub summary: Vec<String>,
        /// Proof that the provider wrote `text` (Anthropic's `signature`, Gemini's `thoughtSignature`).
        pub signature: Option<String>,
        /// The thought itself, unreadable (Anthropic's `redacted_thinking`, OpenAI's `encrypted_content`).
        pub opaque: Option<String>,
        /// The dialect whose provider wrote `signature` or `opaque`.
        pub origin: Option<String>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// A call of a tool that the client runs.
    #[derive(Default)]
    pub struct ToolCallPart {
        /// Links the result to the call; empty where the dialect has none.
        pub id: String,
        /// The tool.
        pub name: String,
        /// The arguments as JSON text, exactly as the model wrote it (for `custom`, free text). May be empty.
        pub arguments: String,
        /// `function` unless said otherwise, or `custom`.
        pub kind: Option<String>,
        /// The provider's id of the item itself (OpenAI responses).
        pub item_id: Option<String>,
        /// Opaque provider state bound to this part (Gemini's `thoughtSignature`).
        pub signature: Option<String>,
        /// The prompt up to and including this part shall be cached.
        pub cache: Option<CacheMarker>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// The result of a tool call.
    #[derive(Default)]
    pub struct ToolResultPart {
        /// The call it answers; empty where the dialect links by name and order.
        pub call_id: String,
        /// The tool, where the dialect says it.
        pub name: Option<String>,
        /// Text and media parts.
        pub content: Vec<Part>,
        /// The result as a JSON object, where the dialect gives one instead of parts (Gemini).
        pub value: Option<Value>,
        /// The tool failed.
        pub is_error: Option<bool>,
        /// `function` unless said otherwise, or `custom`.
        pub kind: Option<String>,
        /// The prompt up to and including this part shall be cached.
        pub cache: Option<CacheMarker>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// Words with which the model refused.
    #[derive(Default)]
    pub struct RefusalPart {
        /// The words.
        pub text: String,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// A piece that only one dialect has.
    pub struct NativePart {
        /// The dialect.
        pub dialect: String,
        /// The piece as that dialect writes it.
        pub value: Value,
    }
}

impl NativePart {
    /// The piece `value` of `dialect`.
    #[must_use]
    pub fn new(dialect: &str, value: Value) -> Self {
        Self { dialect: dialect.to_owned(), value, extra: Map::new() }
    }
}

document! {
    /// A place in the prompt up to which the provider shall cache.
    pub struct CacheMarker {
        /// `ephemeral`, the only kind there is.
        pub kind: Option<String>,
        /// How long: `5m`, `1h`.
        pub ttl: Option<String>,
    }
}

words! {
    /// What a citation points into.
    pub enum CitationKind {
        /// A web page.
        Url = "url",
        /// Characters of a document.
        Characters = "characters",
        /// Pages of a document.
        Pages = "pages",
        /// Blocks of a document.
        Blocks = "blocks",
        /// A file in the provider's store.
        File = "file",
        /// A search result that the client gave.
        SearchResult = "search-result",
    }
}

document! {
    /// Where words come from. What a dialect says beyond this stands in `native`.
    pub struct Citation {
        /// What it points into.
        pub kind: CitationKind,
        /// Address of the page.
        pub url: Option<String>,
        /// Title of the page or document.
        pub title: Option<String>,
        /// The words that are cited.
        pub cited_text: Option<String>,
        /// The provider's id of the file.
        pub file_id: Option<String>,
        /// Which document of the prompt, from 0.
        pub document: Option<u64>,
        /// Where the citing words begin in the text of the part, in characters.
        pub start: Option<u64>,
        /// Where they end, exclusive.
        pub end: Option<u64>,
        /// Where the cited words begin in the source (characters, pages or blocks by `kind`).
        pub source_start: Option<u64>,
        /// Where they end, exclusive.
        pub source_end: Option<u64>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

impl Citation {
    /// A citation of which only the kind is known yet.
    #[must_use]
    pub fn new(kind: CitationKind) -> Self {
        Self {
            kind,
            url: None,
            title: None,
            cited_text: None,
            file_id: None,
            document: None,
            start: None,
            end: None,
            source_start: None,
            source_end: None,
            native: Native::default(),
            extra: Map::new(),
        }
    }
}
