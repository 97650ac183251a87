//! What an answer holds, in the words of the dialect.

use dragoman_model::content::{MediaPart, Part, ReasoningPart, Source, ToolCallPart};
use dragoman_model::dialect::GEMINI;
use dragoman_model::response::{Candidate, Finish, FinishReason, TokenLogprob};
use dragoman_model::{Native, Response, Usage};
use serde_json::{Map, Value, json};

use super::grounding::Grounding;
use super::links;
use crate::arguments;
use crate::common::wire;
use crate::envelope::Envelope;

/// The body of a whole answer.
pub(super) fn document(response: Response, asked_model: &str, request_id: &str) -> Value {
    let mut map = Map::new();
    if !response.candidates.is_empty() {
        map.insert("candidates".into(), response.candidates.into_iter().map(candidate).collect());
    }
    wire::put_native(&mut map, response.native, GEMINI);
    wire::put(&mut map, "usageMetadata", response.usage.map(usage));
    map.insert("modelVersion".into(), response.model.as_deref().unwrap_or(asked_model).into());
    map.insert("responseId".into(), response.id.as_deref().unwrap_or(request_id).into());
    Value::Object(map)
}

fn candidate(candidate: Candidate) -> Value {
    let mut grounding = Grounding::default();
    let mut parts = Vec::with_capacity(candidate.content.len());
    for mut part in candidate.content {
        if let Part::Text(text) = &mut part {
            grounding.cite(std::mem::take(&mut text.citations), &text.text, parts.len());
        }
        write(part, &mut parts);
    }
    let mut map = Map::new();
    map.insert("content".into(), json!({"parts": parts, "role": "model"}));
    end(&mut map, candidate.finish, candidate.native, grounding);
    map.insert("index".into(), candidate.index.into());
    if !candidate.logprobs.is_empty() {
        map.entry("logprobsResult").or_insert_with(|| logprobs(candidate.logprobs));
    }
    Value::Object(map)
}

/// Puts the members that a candidate has at its end.
pub(super) fn end(map: &mut Map<String, Value>, finish: Option<Finish>, native: Native, grounding: Grounding) {
    let finish = finish.unwrap_or_else(|| Finish::new(FinishReason::Stop));
    map.insert("finishReason".into(), finish_reason(&finish).into());
    wire::put(map, "finishMessage", finish.message);
    wire::put_native(map, native, GEMINI);
    if let Some(found) = grounding.into_value() {
        // The provider's own account is better than one that is made of the citations.
        map.entry("groundingMetadata").or_insert(found);
    }
}

/// Appends the parts of a part: none where the dialect cannot say it.
pub(super) fn write(part: Part, out: &mut Vec<Value>) {
    match part {
        Part::Text(part) => {
            if !part.text.is_empty() || part.signature.is_some() {
                out.push(text(&part.text, part.signature, part.native));
            }
        }
        Part::Refusal(part) if part.text.is_empty() => {}
        Part::Refusal(part) => out.push(text(&part.text, None, part.native)),
        Part::Reasoning(part) => out.extend(reasoning(part)),
        Part::ToolCall(call) => out.push(function_call(call)),
        Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => medium(media, out),
        Part::Native(part) if part.dialect == GEMINI => out.push(part.value),
        Part::ToolResult(_) | Part::Native(_) | Part::Unknown(_) => {}
    }
}

/// A part of words.
pub(super) fn text(text: &str, signature: Option<String>, native: Native) -> Value {
    let mut map = Map::new();
    map.insert("text".into(), text.into());
    wire::put(&mut map, "thoughtSignature", signature);
    wire::put_native(&mut map, native, GEMINI);
    Value::Object(map)
}

/// A part of a thought.
pub(super) fn thought(text: &str, signature: Option<String>, native: Native) -> Value {
    let mut map = Map::new();
    map.insert("text".into(), text.into());
    map.insert("thought".into(), true.into());
    wire::put(&mut map, "thoughtSignature", signature);
    wire::put_native(&mut map, native, GEMINI);
    Value::Object(map)
}

fn reasoning(part: ReasoningPart) -> Option<Value> {
    let words = match &part.text {
        Some(text) if !text.is_empty() => text.clone(),
        // The summaries are one thought.
        _ => part.summary.concat(),
    };
    let state = state(&part);
    (!words.is_empty() || state.is_some()).then(|| thought(&words, state, part.native))
}

/// The state of a thought: its own provider's as it is, another's in an envelope.
pub(super) fn state(part: &ReasoningPart) -> Option<String> {
    let own = part.origin.as_deref().is_none_or(|origin| origin == GEMINI);
    match (&part.signature, &part.opaque) {
        (Some(signature), None) if own => Some(signature.clone()),
        _ => Envelope::of(part).map(|envelope| envelope.seal_bytes()),
    }
}

fn function_call(call: ToolCallPart) -> Value {
    let mut inner = Map::new();
    if !call.id.is_empty() && !links::made_up(&call.id) {
        inner.insert("id".into(), call.id.into());
    }
    inner.insert("name".into(), call.name.into());
    inner.insert("args".into(), Value::Object(arguments::object(&call.arguments)));
    let mut rest = Map::new();
    wire::put_native(&mut rest, call.native, GEMINI);
    if let Some(Value::Object(more)) = rest.shift_remove("functionCall") {
        inner.extend(more);
    }
    let mut map = Map::from_iter([("functionCall".to_owned(), Value::Object(inner))]);
    wire::put(&mut map, "thoughtSignature", call.signature);
    map.extend(rest);
    Value::Object(map)
}

fn medium(media: MediaPart, out: &mut Vec<Value>) {
    let mime_type = media.source.media_type().unwrap_or("application/octet-stream").to_owned();
    let (name, mut inner) = match media.source {
        Source::Inline(source) => ("inlineData", json!({"mimeType": mime_type, "data": source.data})),
        Source::Url(source) => ("fileData", json!({"mimeType": mime_type, "fileUri": source.url})),
        Source::File(source) => ("fileData", json!({"mimeType": mime_type, "fileUri": source.id})),
        Source::Text(source) => return out.push(text(&source.text, media.signature, Native::default())),
        Source::Parts(source) => return source.content.into_iter().for_each(|part| write(part, out)),
        Source::Unknown(_) => return,
    };
    if let (Some(name), Some(inner)) = (media.name, inner.as_object_mut()) {
        inner.insert("displayName".into(), name.into());
    }
    let mut map = Map::from_iter([(name.to_owned(), inner)]);
    wire::put(&mut map, "thoughtSignature", media.signature);
    wire::put_native(&mut map, media.native, GEMINI);
    out.push(Value::Object(map));
    if let Some(transcript) = media.transcript.filter(|transcript| !transcript.is_empty()) {
        out.push(text(&transcript, None, Native::default()));
    }
}

/// The words that the dialect has for endings, filters apart: <https://ai.google.dev/api/generate-content#FinishReason>.
const OWN: [&str; 23] = [
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_OTHER",
    "NO_IMAGE",
    "IMAGE_RECITATION",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE",
    "MALFORMED_RESPONSE",
    "ESCALATION",
    "PUP_LIMITED_DISABLED",
    "CONTINUATION",
    "MODEL_ARMOR",
];

fn finish_reason(finish: &Finish) -> &str {
    if let Some(own) = finish.native_reason.as_deref().filter(|word| OWN.contains(word)) {
        return own;
    }
    match &finish.reason {
        FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Pause => "STOP",
        FinishReason::Length | FinishReason::ContextWindow => "MAX_TOKENS",
        FinishReason::ContentFilter | FinishReason::Refusal => "SAFETY",
        FinishReason::MalformedToolCall => "MALFORMED_FUNCTION_CALL",
        FinishReason::Error => "OTHER",
        FinishReason::Other(word) => word,
    }
}

/// The counts. `candidatesTokenCount` is what was written beside thoughts; what the provider's own tools read is not in
/// `promptTokenCount`.
pub(super) fn usage(usage: Usage) -> Value {
    let beside = usage.native.get(GEMINI, "toolUsePromptTokenCount").and_then(Value::as_u64).unwrap_or_default();
    let thoughts = usage.reasoning_tokens.unwrap_or_default();
    let sum = |input: u64| input.saturating_add(usage.output_tokens.unwrap_or_default());
    let total = usage.total_tokens.or(usage.input_tokens.map(sum));
    let mut map = Map::new();
    wire::put(&mut map, "promptTokenCount", usage.input_tokens.map(|tokens| tokens.saturating_sub(beside)));
    wire::put(&mut map, "candidatesTokenCount", usage.output_tokens.map(|tokens| tokens.saturating_sub(thoughts)));
    wire::put(&mut map, "thoughtsTokenCount", usage.reasoning_tokens.filter(|tokens| *tokens > 0));
    wire::put(&mut map, "cachedContentTokenCount", usage.cached_tokens.filter(|tokens| *tokens > 0));
    wire::put(&mut map, "totalTokenCount", total);
    wire::put_native(&mut map, usage.native, GEMINI);
    Value::Object(map)
}

/// Log probabilities: the tokens that were chosen and, for each, the likeliest ones.
pub(super) fn logprobs(tokens: Vec<TokenLogprob>) -> Value {
    let mut top = Vec::with_capacity(tokens.len());
    let mut chosen = Vec::with_capacity(tokens.len());
    for mut token in tokens {
        let likeliest: Vec<Value> = std::mem::take(&mut token.top).into_iter().map(logprob).collect();
        top.push(json!({"candidates": likeliest}));
        chosen.push(logprob(token));
    }
    json!({"topCandidates": top, "chosenCandidates": chosen})
}

fn logprob(token: TokenLogprob) -> Value {
    let mut map = Map::new();
    map.insert("token".into(), token.token.into());
    map.insert("logProbability".into(), Value::Number(token.logprob));
    wire::put_native(&mut map, token.native, GEMINI);
    Value::Object(map)
}
