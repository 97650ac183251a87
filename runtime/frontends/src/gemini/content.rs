//! Contents into messages.

use dragoman_model::content::{Part, ReasoningPart, TextPart};
use dragoman_model::dialect::GEMINI;
use dragoman_model::request::{Message, Role};
use dragoman_model::{Failure, Native};
use serde_json::{Map, Value};

use super::links::Links;
use super::{names, part};
use crate::common::{Members, Place};
use crate::envelope::Envelope;

/// What a part of the dialect is.
#[allow(clippy::large_enum_variant, reason = "few live at once, and not for long")]
pub(super) enum Piece {
    /// A part of ours.
    Part(Part),
    /// A thought, or a piece of one.
    Thought(Thought),
}

/// Words of a thought and what stands beside them.
pub(super) struct Thought {
    pub(super) text: String,
    pub(super) signature: Option<String>,
    pub(super) native: Native,
}

impl From<Thought> for ReasoningPart {
    fn from(thought: Thought) -> Self {
        let Thought { text, signature, native } = thought;
        let envelope = signature.as_deref().and_then(Envelope::open_bytes);
        let part = envelope.map(|envelope| envelope.reasoning(Some(text.clone())));
        let own = || Self {
            text: Some(text),
            origin: signature.is_some().then(|| GEMINI.to_owned()),
            signature,
            ..Self::default()
        };
        Self { native, ..part.unwrap_or_else(own) }
    }
}

/// Appends the messages of `contents`: a list, one content, or words of the user.
pub(super) fn contents(value: Value, place: Place<'_>, out: &mut Vec<Message>) -> Result<(), Failure> {
    let mut links = Links::default();
    match value {
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                content(item, place.item(index), &mut links, out)?;
            }
            Ok(())
        }
        one => content(one, place, &mut links, out),
    }
}

/// The system instruction: a content whose role does not matter, one part, or words. One without words is none.
pub(super) fn system(value: Value, place: Place<'_>) -> Result<Option<Message>, Failure> {
    let mut members = match value {
        Value::String(text) => Members::new(Map::from_iter([("parts".to_owned(), Value::String(text))]), place),
        value => names::members(value, place)?,
    };
    members.take("role");
    if !members.has("parts") {
        let part = Map::from_iter([("parts".to_owned(), Value::Object(members.rest()))]);
        members = Members::new(part, place);
    }
    let parts = joined(pieces(members.take("parts"), place.member("parts"), &mut Links::default())?);
    let silent = parts.iter().all(|part| matches!(part, Part::Text(text) if *text == TextPart::default()));
    let mut message = Message::new(Role::System, parts);
    members.rest_into(&mut message.native, GEMINI);
    Ok((!silent).then_some(message))
}

const ROLES: [&str; 3] = ["user", "model", "function"];

fn content(value: Value, place: Place<'_>, links: &mut Links, out: &mut Vec<Message>) -> Result<(), Failure> {
    let mut members = match value {
        Value::String(text) => Members::new(Map::from_iter([("parts".to_owned(), Value::String(text))]), place),
        value => names::members(value, place)?,
    };
    let role = match members.string("role")?.as_deref() {
        None | Some("" | "user" | "function") => Role::User,
        Some("model") => Role::Assistant,
        Some(other) => return Err(place.member("role").unknown_word(other, &ROLES)),
    };
    let parts = joined(pieces(members.take("parts"), place.member("parts"), links)?);
    let (results, said): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| matches!(part, Part::ToolResult(_)));
    let said = (!said.is_empty() || results.is_empty()).then(|| Message::new(role.clone(), said));
    let results = (!results.is_empty()).then(|| Message::new(Role::Tool, results));
    // What a user says beside results was said with them in sight; a model's results come after what it said.
    let pair = if role == Role::Assistant { [said, results] } else { [results, said] };
    out.extend(pair.into_iter().flatten());
    if let Some(last) = out.last_mut() {
        members.rest_into(&mut last.native, GEMINI);
    }
    Ok(())
}

fn pieces(value: Option<Value>, place: Place<'_>, links: &mut Links) -> Result<Vec<Piece>, Failure> {
    match value {
        Some(Value::Array(items)) => {
            items.into_iter().enumerate().map(|(index, item)| part::read(item, place.item(index), links)).collect()
        }
        Some(one) => Ok(vec![part::read(one, place, links)?]),
        None => Ok(Vec::new()),
    }
}

/// The parts, with a thought that came in pieces made whole: clients keep the chunks of a stream as they were, and only
/// the last one holds the state that belongs to all of them.
fn joined(pieces: Vec<Piece>) -> Vec<Part> {
    let mut parts = Vec::with_capacity(pieces.len());
    let mut open: Option<Thought> = None;
    for piece in pieces {
        match (piece, open.take()) {
            (Piece::Thought(next), Some(mut first)) if first.signature.is_none() => {
                first.text.push_str(&next.text);
                first.signature = next.signature;
                first.native.0.extend(next.native.0);
                open = Some(first);
            }
            (Piece::Thought(next), first) => {
                parts.extend(first.map(|thought| ReasoningPart::from(thought).into()));
                open = Some(next);
            }
            (Piece::Part(part), first) => {
                parts.extend(first.map(|thought| ReasoningPart::from(thought).into()));
                parts.push(part);
            }
        }
    }
    parts.extend(open.map(|thought| ReasoningPart::from(thought).into()));
    parts
}
