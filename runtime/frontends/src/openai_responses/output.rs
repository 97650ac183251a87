//! Output items while they are written.

use dragoman_model::content::{Citation, CitationKind, ReasoningPart, TextPart, ToolCallPart};
use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::response::TokenLogprob;
use serde_json::{Map, Value, json};

use super::item;
use crate::common::openai::citation;
use crate::common::wire;

/// An item of the output.
#[derive(Debug)]
pub(super) enum Item {
    /// The model speaks.
    Message(Message),
    /// It thinks.
    Thought(Thought),
    /// It calls a tool.
    Call(Call),
    /// It drew a picture; the bytes so far, base64.
    Picture {
        /// The item's id.
        id: String,
        /// The bytes so far, base64.
        data: String,
    },
    /// Complete, as the client reads it.
    Done(Value),
}

/// A message that is spoken.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) content: Vec<Content>,
}

/// A piece of its content.
#[derive(Debug)]
pub(super) enum Content {
    /// Words.
    Text {
        /// The words, their citations and members.
        text: TextPart,
        /// The log probabilities of their tokens.
        logprobs: Vec<TokenLogprob>,
        /// The sound of which they are the transcript, base64. The dialect has no form for it: it stands beside them.
        sound: Option<String>,
    },
    /// Words that refuse.
    Refusal(String),
    /// Complete, as the client reads it.
    Done(Value),
}

impl Content {
    /// The piece as the client reads it.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Text { text, logprobs, sound } => text_value(text, logprobs, sound.as_deref()),
            Self::Refusal(text) => json!({ "type": "refusal", "refusal": text }),
            Self::Done(value) => value.clone(),
        }
    }
}

impl Message {
    /// The item as the client reads it.
    pub(super) fn value(&self, status: &str) -> Value {
        let content: Vec<Value> = self.content.iter().map(Content::value).collect();
        json!({ "id": self.id, "type": "message", "status": status, "role": "assistant", "content": content })
    }

    /// Whether no piece of it goes on.
    pub(super) fn is_said(&self) -> bool {
        self.content.iter().all(|content| matches!(content, Content::Done(_)))
    }
}

/// The log probabilities as the client reads them.
pub(super) fn logprobs(tokens: &[TokenLogprob]) -> Vec<Value> {
    tokens.iter().map(citation::logprob).collect()
}

fn text_value(text: &TextPart, tokens: &[TokenLogprob], sound: Option<&str>) -> Value {
    let (annotations, others) = annotations(text);
    let mut value = Map::new();
    value.insert("type".into(), "output_text".into());
    value.insert("text".into(), text.text.as_str().into());
    value.insert("annotations".into(), annotations.into());
    value.insert("logprobs".into(), logprobs(tokens).into());
    if !others.is_empty() {
        value.insert("citations".into(), others.into());
    }
    wire::put(&mut value, "audio", sound.map(|data| json!({ "data": data })));
    wire::put_native(&mut value, text.native.clone(), OPENAI_RESPONSES);
    value.into()
}

/// The annotations of a text, and the citations for which the dialect has no form, as neutral documents write them.
pub(super) fn annotations(text: &TextPart) -> (Vec<Value>, Vec<Value>) {
    let length = if text.citations.is_empty() { 0 } else { text.text.chars().count() as u64 };
    let (mut annotations, mut others) = (Vec::new(), Vec::new());
    for citation in &text.citations {
        match (annotation(citation, length), serde_json::to_value(citation)) {
            (Some(annotation), _) => annotations.push(annotation),
            (None, Ok(other)) => others.push(other),
            (None, Err(_)) => {}
        }
    }
    (annotations, others)
}

fn annotation(citation: &Citation, length: u64) -> Option<Value> {
    let mut members = Map::new();
    if citation.kind == CitationKind::File {
        let id = citation.file_id.as_deref()?;
        members.extend(citation.native.of(OPENAI_RESPONSES).cloned().unwrap_or_default());
        members.entry("type").or_insert("file_citation".into());
        members.insert("file_id".into(), id.into());
        members.entry("filename").or_insert_with(|| citation.title.as_deref().unwrap_or(id).into());
        members.entry("index").or_insert_with(|| citation.start.unwrap_or(length).into());
        wire::put(&mut members, "start_index", citation.start);
        wire::put(&mut members, "end_index", citation.end);
    } else {
        members.insert("type".into(), "url_citation".into());
        members.extend(citation::url_members(citation, 0, length)?);
    }
    Some(members.into())
}

/// Whose words a summary holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The thought itself, by a provider that tells it in words.
    Words,
    /// A summary of it, by the provider's number.
    Summary(u32),
}

/// A thought that is told.
#[derive(Debug)]
pub(super) struct Thought {
    pub(super) id: String,
    /// What must come back; its words are in the two members below.
    pub(super) part: ReasoningPart,
    pub(super) summary: Vec<(Slot, String)>,
    pub(super) content: Option<String>,
}

impl Thought {
    /// The item as the client reads it.
    pub(super) fn value(&self) -> Value {
        let summary = self.summary.iter().map(|(_, text)| json!({ "type": "summary_text", "text": text }));
        let mut value = Map::new();
        value.insert("id".into(), self.id.as_str().into());
        value.insert("type".into(), "reasoning".into());
        value.insert("summary".into(), summary.collect::<Vec<_>>().into());
        let content = self.content.as_ref().map(|text| json!([{ "type": "reasoning_text", "text": text }]));
        wire::put(&mut value, "content", content);
        wire::put(&mut value, "encrypted_content", self.encrypted());
        wire::put_native(&mut value, self.part.native.clone(), OPENAI_RESPONSES);
        value.into()
    }

    fn encrypted(&self) -> Option<String> {
        let words = self.summary.iter().any(|(slot, _)| *slot == Slot::Words);
        let ReasoningPart { signature, opaque, origin, .. } = self.part.clone();
        let text = (words || self.content.is_some()).then(String::new);
        item::encrypted(&ReasoningPart { text, signature, opaque, origin, ..ReasoningPart::default() })
    }
}

/// A call that is written.
#[derive(Debug)]
pub(super) struct Call {
    /// The item's id.
    pub(super) id: String,
    /// The call; its `id` is the one that its result will name.
    pub(super) part: ToolCallPart,
    /// The tool takes free text.
    pub(super) custom: bool,
}

impl Call {
    /// The item as the client reads it.
    pub(super) fn value(&self, status: &str) -> Value {
        let (kind, arguments) =
            if self.custom { ("custom_tool_call", "input") } else { ("function_call", "arguments") };
        let mut value = Map::new();
        value.insert("id".into(), self.id.as_str().into());
        value.insert("type".into(), kind.into());
        value.insert("status".into(), status.into());
        value.insert("call_id".into(), self.part.id.as_str().into());
        value.insert("name".into(), self.part.name.as_str().into());
        value.insert(arguments.into(), self.part.arguments.as_str().into());
        wire::put_native(&mut value, self.part.native.clone(), OPENAI_RESPONSES);
        value.into()
    }
}
