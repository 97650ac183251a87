//! Output items as parts.

use dragoman_connector::model::content::{Citation, CitationKind, ReasoningPart, RefusalPart, TextPart, ToolCallPart};
use dragoman_connector::model::dialect::OPENAI_RESPONSES;
use dragoman_connector::model::{Native, Part};
use dragoman_connector::openai_chat::url_citation;
use serde_json::{Map, Value};

/// What an output item is, as far as it is told in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Holds texts and refusals, each a part of its own.
    Message,
    /// A thought: one part.
    Reasoning,
    /// A tool call that the client runs: one part.
    Call,
    /// Anything else: one part, told when it is complete.
    Other,
}

impl Kind {
    pub(super) fn of(item: &Map<String, Value>) -> Self {
        match item.get("type").and_then(Value::as_str) {
            Some("message") => Self::Message,
            Some("reasoning") => Self::Reasoning,
            Some("function_call" | "custom_tool_call") => Self::Call,
            _ => Self::Other,
        }
    }
}

/// The part that a thought begins as; its words come as deltas.
pub(super) fn reasoning(item: &Map<String, Value>) -> ReasoningPart {
    let known = ["type", "id", "summary", "content", "encrypted_content", "status"];
    ReasoningPart {
        id: text(item, "id"),
        origin: Some(OPENAI_RESPONSES.to_owned()),
        native: native(item, &known),
        ..ReasoningPart::default()
    }
}

/// The part that a tool call begins as; its arguments come as deltas.
pub(super) fn call(item: &Map<String, Value>) -> ToolCallPart {
    let known = ["type", "id", "call_id", "name", "arguments", "input", "status"];
    let is_custom = text(item, "type").as_deref() == Some("custom_tool_call");
    ToolCallPart {
        id: text(item, "call_id").unwrap_or_default(),
        name: text(item, "name").unwrap_or_default(),
        kind: is_custom.then(|| "custom".to_owned()),
        item_id: text(item, "id"),
        native: native(item, &known),
        ..ToolCallPart::default()
    }
}

/// The part that a piece of a message's content begins as: a refusal or a text, which comes as deltas.
pub(super) fn content(part: &Map<String, Value>) -> Part {
    if part.get("type").and_then(Value::as_str) == Some("refusal") {
        return RefusalPart::default().into();
    }
    let known = ["type", "text", "annotations", "logprobs"];
    TextPart { native: native(part, &known), ..TextPart::default() }.into()
}

/// An annotation of a text as a citation.
pub(super) fn citation(annotation: Map<String, Value>) -> Citation {
    if annotation.get("type").and_then(Value::as_str) == Some("url_citation") {
        return url_citation(annotation, OPENAI_RESPONSES);
    }
    let mut citation = Citation::new(CitationKind::File);
    for (name, value) in annotation {
        match (name.as_str(), value) {
            ("file_id", Value::String(id)) => citation.file_id = Some(id),
            ("filename", Value::String(title)) => {
                citation.title = Some(title.clone());
                citation.native.put(OPENAI_RESPONSES, name, title.into());
            }
            ("start_index", Value::Number(at)) => citation.start = at.as_u64(),
            ("end_index", Value::Number(at)) => citation.end = at.as_u64(),
            (_, Value::Null) => {}
            (_, value) => citation.native.put(OPENAI_RESPONSES, name, value),
        }
    }
    citation
}

/// What a message says of itself beside its content.
pub(super) fn message_members(item: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let known = ["type", "id", "role", "content", "status"];
    item.iter().filter(move |(name, value)| !known.contains(&name.as_str()) && !value.is_null())
}

/// The text `name` of `members`.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    members.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The objects in the list `name` of `members`.
pub(super) fn objects<'a>(members: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    members.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn native(members: &Map<String, Value>, known: &[&str]) -> Native {
    let mut native = Native::default();
    for (name, value) in members {
        if !known.contains(&name.as_str()) && !value.is_null() {
            native.put(OPENAI_RESPONSES, name, value.clone());
        }
    }
    native
}
