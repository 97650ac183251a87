//! What an answer holds, in the words of the dialect.

use dragoman_model::content::{MediaPart, Part, ReasoningPart, Source, TextPart, ToolCallPart};
use dragoman_model::dialect::{ANTHROPIC_MESSAGES, GEMINI};
use dragoman_model::response::{Candidate, Finish, FinishReason};
use dragoman_model::{Native, Response, Usage};
use serde_json::{Map, Value, json};

use super::citation;
use crate::arguments;
use crate::common::{CallIds, wire};
use crate::envelope::Envelope;

/// The body of a whole answer. The dialect has one candidate: the first.
pub(super) fn message(response: Response, asked_model: &str, request_id: &str) -> Value {
    let candidate = response.candidates.into_iter().min_by_key(|candidate| candidate.index).unwrap_or_default();
    let Candidate { content, finish, native, .. } = candidate;
    let mut ids = CallIds::new("toolu_", request_id);
    let calls = content.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let mut blocks = Vec::with_capacity(content.len());
    for part in content {
        write(part, &mut ids, &mut blocks);
    }
    let mut map = head(response.id, response.model.as_deref().unwrap_or(asked_model), request_id);
    map.insert("content".into(), Value::Array(blocks));
    map.extend(ending(finish, calls));
    let usage = usage(response.usage.unwrap_or_default(), response.service_tier.as_deref());
    map.insert("usage".into(), Value::Object(usage));
    wire::put_native(&mut map, native, ANTHROPIC_MESSAGES);
    wire::put_native(&mut map, response.native, ANTHROPIC_MESSAGES);
    Value::Object(map)
}

/// The members of a message before its content.
pub(super) fn head(id: Option<String>, model: &str, request_id: &str) -> Map<String, Value> {
    let id = match id {
        Some(id) if id.starts_with("msg_") => id,
        Some(id) => format!("msg_{id}"),
        None => format!("msg_{request_id}"),
    };
    let mut map = Map::new();
    map.insert("id".into(), id.into());
    map.insert("type".into(), "message".into());
    map.insert("role".into(), "assistant".into());
    map.insert("model".into(), model.into());
    map
}

/// Appends the blocks of a part: none where the dialect cannot say it.
pub(super) fn write(part: Part, ids: &mut CallIds, out: &mut Vec<Value>) {
    match part {
        Part::Text(part) => text(part, out),
        Part::Refusal(part) => text(TextPart::new(part.text), out),
        Part::Reasoning(part) => out.extend(reasoning(part)),
        Part::ToolCall(part) => tool_use(part, ids, out),
        Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => {
            text(TextPart::new(told(&media)), out);
        }
        Part::Native(part) if part.dialect == ANTHROPIC_MESSAGES => out.push(part.value),
        Part::ToolResult(_) | Part::Native(_) | Part::Unknown(_) => {}
    }
}

/// A text without words is left out: clients send blocks back, and the dialect's own provider refuses empty ones.
fn text(part: TextPart, out: &mut Vec<Value>) {
    if !part.text.is_empty() || !part.citations.is_empty() {
        let mut map = Map::new();
        map.insert("type".into(), "text".into());
        map.insert("text".into(), part.text.into());
        if !part.citations.is_empty() {
            let citations = part.citations.into_iter().map(citation::write).collect();
            map.insert("citations".into(), Value::Array(citations));
        }
        wire::put_native(&mut map, part.native, ANTHROPIC_MESSAGES);
        out.push(Value::Object(map));
    }
    out.extend(part.signature.map(text_state));
}

/// A Gemini signature on the text before.
pub(super) fn text_state(signature: String) -> Value {
    let envelope =
        Envelope { origin: GEMINI.to_owned(), signature: Some(signature), text: true, ..Envelope::default() };
    redacted(&envelope.seal())
}

/// A Gemini signature on the tool call `id`.
pub(super) fn call_state(id: &str, signature: String) -> Value {
    let envelope = Envelope {
        origin: GEMINI.to_owned(),
        signature: Some(signature),
        call: Some(id.to_owned()),
        ..Envelope::default()
    };
    redacted(&envelope.seal())
}

fn redacted(data: &str) -> Value {
    json!({"type": "redacted_thinking", "data": data})
}

/// The block of a thought; none where there is neither a word nor state.
pub(super) fn reasoning(part: ReasoningPart) -> Option<Value> {
    let text = match &part.text {
        Some(text) if !text.is_empty() => text.clone(),
        // The summaries are one thought, and the dialect has no seam inside a block.
        _ => part.summary.concat(),
    };
    let state = state(&part);
    let mut map = Map::new();
    match state {
        State::Opaque(data) if text.is_empty() => return Some(redacted(&data)),
        State::None if text.is_empty() => return None,
        State::Opaque(signature) | State::Signature(signature) => {
            map.insert("type".into(), "thinking".into());
            map.insert("thinking".into(), text.into());
            map.insert("signature".into(), signature.into());
        }
        State::None => {
            map.insert("type".into(), "thinking".into());
            map.insert("thinking".into(), text.into());
            map.insert("signature".into(), "".into());
        }
    }
    wire::put_native(&mut map, part.native, ANTHROPIC_MESSAGES);
    Some(Value::Object(map))
}

/// The state of a thought as the dialect carries it.
pub(super) enum State {
    /// There is none.
    None,
    /// What stands in `signature`.
    Signature(String),
    /// What stands in a block of its own, or in `signature` where the thought has words.
    Opaque(String),
}

/// The state of `part`: its own provider's as it is, another's in an envelope.
pub(super) fn state(part: &ReasoningPart) -> State {
    let own = part.origin.as_deref().is_none_or(|origin| origin == ANTHROPIC_MESSAGES);
    match (&part.signature, &part.opaque) {
        (Some(signature), None) if own => State::Signature(signature.clone()),
        (None, Some(opaque)) if own => State::Opaque(opaque.clone()),
        _ => Envelope::of(part).map_or(State::None, |envelope| State::Opaque(envelope.seal())),
    }
}

fn tool_use(call: ToolCallPart, ids: &mut CallIds, out: &mut Vec<Value>) {
    let id = ids.next(&call.id);
    out.extend(call.signature.map(|signature| call_state(&id, signature)));
    out.push(tool_block(id, call.name, arguments::object(&call.arguments), call.native));
}

/// A `tool_use` block.
pub(super) fn tool_block(id: String, name: String, input: Map<String, Value>, native: Native) -> Value {
    let mut map = Map::new();
    map.insert("type".into(), "tool_use".into());
    map.insert("id".into(), id.into());
    map.insert("name".into(), name.into());
    map.insert("input".into(), Value::Object(input));
    wire::put_native(&mut map, native, ANTHROPIC_MESSAGES);
    Value::Object(map)
}

/// What a client reads of a medium: the dialect's answers hold words only, so a sound is what was said in it, and
/// anything else a Markdown link to where it lies or to its bytes.
pub(super) fn told(media: &MediaPart) -> String {
    if let Some(transcript) = media.transcript.as_ref().filter(|transcript| !transcript.is_empty()) {
        return transcript.clone();
    }
    let address = match &media.source {
        Source::Inline(inline) => inline.data_url("application/octet-stream"),
        Source::Url(source) => source.url.clone(),
        Source::File(source) => source.id.clone(),
        Source::Text(source) => return source.text.clone(),
        Source::Parts(_) | Source::Unknown(_) => return String::new(),
    };
    let mark = if media.source.media_type().is_some_and(|kind| kind.starts_with("image/")) { "!" } else { "" };
    format!("{mark}[{}]({address})", media.name.as_deref().unwrap_or_default())
}

/// `stop_reason`, `stop_sequence` and, where there is something to explain, `stop_details`.
///
/// The words: <https://docs.anthropic.com/en/api/handling-stop-reasons>.
pub(super) fn ending(finish: Option<Finish>, calls: bool) -> Map<String, Value> {
    let done = if calls { "tool_use" } else { "end_turn" };
    let finish = finish.unwrap_or_else(|| Finish::new(FinishReason::Stop));
    let reason = match &finish.reason {
        FinishReason::Stop if finish.stop_sequence.is_some() => "stop_sequence",
        FinishReason::Stop | FinishReason::ToolCalls => done,
        FinishReason::Length => "max_tokens",
        FinishReason::Pause => "pause_turn",
        FinishReason::ContextWindow => "model_context_window_exceeded",
        // The dialect has no word for an answer that went wrong; a refusal is the one ending that nobody takes for done.
        FinishReason::ContentFilter | FinishReason::Refusal | FinishReason::MalformedToolCall | FinishReason::Error => {
            "refusal"
        }
        FinishReason::Other(word) => word,
    };
    let mut map = Map::new();
    map.insert("stop_reason".into(), reason.into());
    map.insert("stop_sequence".into(), finish.stop_sequence.into());
    if let (true, Some(message)) = (map.get("stop_reason").is_some_and(|word| word == "refusal"), finish.message) {
        map.insert("stop_details".into(), json!({"type": "refusal", "category": null, "explanation": message}));
    }
    map
}

/// The counts. `input_tokens` is what was neither read from the provider's cache nor written to it.
pub(super) fn usage(usage: Usage, service_tier: Option<&str>) -> Map<String, Value> {
    let cached = usage.cached_tokens.unwrap_or_default();
    let written = usage.cache_write_tokens.unwrap_or_default();
    let input = usage.input_tokens.unwrap_or_default().saturating_sub(cached).saturating_sub(written);
    let mut map = Map::new();
    map.insert("input_tokens".into(), input.into());
    map.insert("cache_creation_input_tokens".into(), written.into());
    map.insert("cache_read_input_tokens".into(), cached.into());
    map.insert("output_tokens".into(), usage.output_tokens.unwrap_or_default().into());
    if let Some(tokens) = usage.reasoning_tokens {
        map.insert("output_tokens_details".into(), json!({"thinking_tokens": tokens}));
    }
    if let Some(tier) = service_tier.filter(|tier| ["standard", "priority", "batch"].contains(tier)) {
        map.insert("service_tier".into(), tier.into());
    }
    wire::put_native(&mut map, usage.native, ANTHROPIC_MESSAGES);
    map
}
