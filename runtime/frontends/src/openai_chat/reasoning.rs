//! Thoughts in chat messages, for which OpenAI's own dialect has no place and its vendors have three.
//!
//! `reasoning_content` (DeepSeek) and `reasoning` (OpenRouter) are plain text. `reasoning_details` (OpenRouter) is a
//! list that can also carry what proves a thought: `{"type": "reasoning.text", "text", "signature", "format"}`,
//! `{"type": "reasoning.summary", "summary"}` and `{"type": "reasoning.encrypted", "data"}`.

use dragoman_model::Failure;
use dragoman_model::content::{Part, ReasoningPart, ToolCallPart};
use dragoman_model::dialect::{ANTHROPIC_MESSAGES, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES};
use serde_json::{Map, Value};

use crate::common::{Members, Place, wire};

/// OpenRouter's words for the providers whose state a detail holds.
const FORMATS: [(&str, &str); 3] = [
    (ANTHROPIC_MESSAGES, "anthropic-claude-v1"),
    (GEMINI, "google-gemini-v1"),
    (OPENAI_RESPONSES, "openai-responses-v1"),
];

/// Takes the thoughts of an assistant's message. A detail that is the signature of one of `calls` goes there.
pub(super) fn read(members: &mut Members<'_>, calls: &mut [Part]) -> Result<Vec<Part>, Failure> {
    let text = plain(members);
    let mut thoughts = Vec::new();
    if let Some(details) = members.list("reasoning_details")? {
        let mut others = Vec::new();
        for detail in details {
            read_detail(detail, &mut thoughts, calls, &mut others);
        }
        if !others.is_empty() {
            members.put_back("reasoning_details", others.into());
        }
    }
    let shown = thoughts.iter().any(|(_, thought)| thought.text.is_some() || !thought.summary.is_empty());
    let mut parts: Vec<Part> = thoughts.into_iter().map(|(_, thought)| thought.into()).collect();
    // Where the details tell the thought, the plain text says the same once more.
    if let Some(text) = text.filter(|_| !shown) {
        parts.insert(0, ReasoningPart { text: Some(text), ..ReasoningPart::default() }.into());
    }
    Ok(parts)
}

/// `reasoning_content`, else `reasoning`; where both stand and differ, the latter stays among the rest.
fn plain(members: &mut Members<'_>) -> Option<String> {
    let newer = members.take_str("reasoning_content");
    let older = members.take_str("reasoning");
    if let (Some(newer), Some(older)) = (&newer, &older)
        && newer != older
    {
        members.put_back("reasoning", older.as_str().into());
    }
    newer.or(older).filter(|text| !text.is_empty())
}

type Thought = (Option<u64>, ReasoningPart);

fn read_detail(detail: Value, thoughts: &mut Vec<Thought>, calls: &mut [Part], others: &mut Vec<Value>) {
    let Value::Object(map) = detail else { return others.push(detail) };
    let mut members = Members::new(map, Place::ROOT);
    let kind = members.take_str("type").unwrap_or_default();
    let member = match kind.as_str() {
        "reasoning.text" => "text",
        "reasoning.summary" => "summary",
        "reasoning.encrypted" => "data",
        _ => {
            members.put_back("type", kind.into());
            return others.push(members.rest().into());
        }
    };
    let index = members.peek("index").and_then(Value::as_u64);
    members.take("index");
    let said = members.take_str(member);
    let signature = members.take_str("signature");
    let id = members.take_str("id");
    let origin = members.take_str("format").filter(|format| format != "unknown").map(origin_of);
    if kind == "reasoning.encrypted"
        && let Some(call) = call_named(calls, id.as_deref())
    {
        call.signature = call.signature.take().or(said);
        return;
    }
    let mut thought = ReasoningPart { id, signature, origin, ..ReasoningPart::default() };
    match kind.as_str() {
        "reasoning.text" => thought.text = said,
        "reasoning.summary" => thought.summary = said.into_iter().collect(),
        _ => thought.opaque = said,
    }
    thought.native = members.native(OPENAI_CHAT);
    match thoughts.last_mut().filter(|(at, last)| continues(*at, last, index, &thought)) {
        Some((_, last)) => join(last, thought),
        None => thoughts.push((index, thought)),
    }
}

/// Whether `next` is more of `last`: another face of the same item, or another piece of a detail that was streamed,
/// which ends with its signature.
fn continues(at: Option<u64>, last: &ReasoningPart, index: Option<u64>, next: &ReasoningPart) -> bool {
    let same_item = last.id.is_some() && last.id == next.id;
    let same_detail =
        at.is_some() && at == index && last.text.is_some() && (next.text.is_some() || next.signature.is_some());
    last.signature.is_none() && last.opaque.is_none() && (same_item || same_detail)
}

fn join(last: &mut ReasoningPart, next: ReasoningPart) {
    if let Some(text) = next.text {
        last.text.get_or_insert_default().push_str(&text);
    }
    last.summary.extend(next.summary);
    last.signature = next.signature;
    last.opaque = next.opaque;
    last.origin = last.origin.take().or(next.origin);
    for (dialect, members) in next.native.0 {
        if let Value::Object(members) = members {
            last.native.put_all(&dialect, members);
        }
    }
}

/// How many calls of a message are looked through for the one that a detail signs.
const MAX_SIGNED_CALLS: usize = 128;

fn call_named<'a>(calls: &'a mut [Part], id: Option<&str>) -> Option<&'a mut ToolCallPart> {
    let id = id?;
    calls.iter_mut().take(MAX_SIGNED_CALLS).find_map(|part| match part {
        Part::ToolCall(call) if call.id == id => Some(call),
        _ => None,
    })
}

fn origin_of(format: String) -> String {
    let known = FORMATS.iter().find(|(_, word)| *word == format);
    known.map_or(format, |(dialect, _)| (*dialect).to_owned())
}

/// The details that carry the provider's state of `thought` to the client and back; none where the plain text says all
/// that there is. `index` is the place of the first one in the message's list.
pub(super) fn details(thought: &ReasoningPart, index: usize) -> Vec<Value> {
    if thought.signature.is_none() && thought.opaque.is_none() {
        return Vec::new();
    }
    let format = thought.origin.as_deref().map_or("unknown", |origin| {
        FORMATS.iter().find(|(dialect, _)| *dialect == origin).map_or(origin, |(_, word)| *word)
    });
    let detail = |kind: &str| {
        let mut members = Map::new();
        members.insert("type".into(), kind.into());
        members.insert("format".into(), format.into());
        wire::put(&mut members, "id", thought.id.as_deref());
        members
    };
    let mut details = Vec::new();
    if thought.text.is_some() || thought.signature.is_some() {
        let mut members = detail("reasoning.text");
        wire::put(&mut members, "text", thought.text.as_deref());
        wire::put(&mut members, "signature", thought.signature.as_deref());
        details.push(members);
    }
    for summary in &thought.summary {
        let mut members = detail("reasoning.summary");
        members.insert("summary".into(), summary.as_str().into());
        details.push(members);
    }
    if let Some(opaque) = thought.opaque.as_deref() {
        let mut members = detail("reasoning.encrypted");
        members.insert("data".into(), opaque.into());
        details.push(members);
    }
    let numbered = (index..).zip(details);
    numbered
        .map(|(index, mut members)| {
            members.insert("index".into(), index.into());
            members.into()
        })
        .collect()
}
