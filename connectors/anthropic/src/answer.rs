//! Whole answers, and what they share with streamed ones.

use dragoman_connector::model::content::{Citation, CitationKind, NativePart, ReasoningPart, TextPart, ToolCallPart};
use dragoman_connector::model::response::{Candidate, Finish, FinishReason};
use dragoman_connector::model::{Failure, FailureClass, Json, Native, Part, Response, Usage};
use dragoman_connector::unreadable;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::ids::Names;
use crate::members::{rest, take_text};
use crate::{DIALECT, citations, failure};

/// Reads a whole answer.
pub(crate) fn whole(body: &str, names: &Names) -> Result<Response, Failure> {
    let mut top: Map<String, Value> = serde_json::from_str(body).map_err(|error| unreadable("a message", &error))?;
    if top.contains_key("error") {
        return Err(failure::told(top));
    }
    let Some(Value::Array(blocks)) = top.remove("content") else {
        return Err(Failure::new(FailureClass::Upstream, "the provider's answer is a message without content"));
    };
    let mut inputs = inputs(body).into_iter();
    let content = blocks.into_iter().map(|block| {
        let input = inputs.next().flatten();
        match block {
            Value::Object(block) => part(block, input, names),
            other => NativePart::new(DIALECT, other).into(),
        }
    });
    let mut candidate = Candidate { content: content.collect(), ..Candidate::default() };
    candidate.finish = finish(&mut top, &mut candidate.native);
    let usage = take_map(&mut top, "usage");
    let mut response = start(top);
    response.service_tier = usage.as_ref().and_then(tier);
    response.usage = usage.as_ref().map(counts);
    response.candidates.push(candidate);
    Ok(response)
}

/// The id, the model and everything else about a message but its content, ending and cost.
pub(crate) fn start(mut message: Map<String, Value>) -> Response {
    let mut response =
        Response { id: take_text(&mut message, "id"), model: take_text(&mut message, "model"), ..Response::default() };
    message.retain(|name, _| name != "type" && name != "role");
    response.native = rest(message);
    response
}

/// The arguments of each block as the model wrote them: reading and writing them again would change their numbers.
fn inputs(body: &str) -> Vec<Option<Json>> {
    #[derive(Deserialize)]
    struct Message {
        #[serde(default)]
        content: Vec<Block>,
    }
    #[derive(Deserialize)]
    struct Block {
        input: Option<Json>,
    }
    if !body.contains("\"tool_use\"") {
        return Vec::new();
    }
    let message = serde_json::from_str(body).unwrap_or(Message { content: Vec::new() });
    message.content.into_iter().map(|block| block.input).collect()
}

/// The part that a block is; `input` is its member of this name as it was written.
pub(crate) fn part(mut block: Map<String, Value>, input: Option<Json>, names: &Names) -> Part {
    match block.get("type").and_then(Value::as_str) {
        Some("text") => {
            let told = block.remove("citations");
            let mut part = TextPart::new(take_text(&mut block, "text").unwrap_or_default());
            part.citations = told.into_iter().flat_map(cited).collect();
            part.native = without_type(block);
            part.into()
        }
        Some("thinking") => ReasoningPart {
            text: take_text(&mut block, "thinking"),
            signature: take_text(&mut block, "signature").filter(|signature| !signature.is_empty()),
            origin: Some(DIALECT.to_owned()),
            native: without_type(block),
            ..ReasoningPart::default()
        }
        .into(),
        Some("redacted_thinking") => ReasoningPart {
            opaque: take_text(&mut block, "data"),
            origin: Some(DIALECT.to_owned()),
            native: without_type(block),
            ..ReasoningPart::default()
        }
        .into(),
        Some("tool_use") => call(block, input, names).into(),
        _ => NativePart::new(DIALECT, block.into()).into(),
    }
}

fn call(mut block: Map<String, Value>, input: Option<Json>, names: &Names) -> ToolCallPart {
    let value = block.remove("input");
    let name = names.client(take_text(&mut block, "name").unwrap_or_default());
    let mut call = ToolCallPart { id: take_text(&mut block, "id").unwrap_or_default(), ..ToolCallPart::default() };
    if names.is_custom(&name) {
        call.kind = Some("custom".to_owned());
        call.arguments = free_text(&value.unwrap_or_default());
    } else {
        call.arguments = spelled(value, input);
    }
    call.name = name;
    call.native = without_type(block);
    call
}

/// The arguments `value` as JSON text: `written`, if that is them.
fn spelled(value: Option<Value>, written: Option<Json>) -> String {
    let value = value.filter(|value| !value.is_null()).unwrap_or_else(|| Value::Object(Map::new()));
    match written {
        Some(written) if written.value() == value => written.text().to_owned(),
        _ => value.to_string(),
    }
}

/// The text that a tool for free text was called with.
fn free_text(input: &Value) -> String {
    match input.get("input").and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => input.to_string(),
    }
}

fn cited(citations: Value) -> Vec<Citation> {
    let Value::Array(citations) = citations else { return Vec::new() };
    citations.into_iter().map(citation).collect()
}

/// Reads a citation.
pub(crate) fn citation(value: Value) -> Citation {
    match value {
        Value::Object(map) => citations::read(map),
        other => {
            let mut citation = Citation::new(CitationKind::Other("unknown".to_owned()));
            citation.native.put(DIALECT, "citation", other);
            citation
        }
    }
}

fn without_type(mut block: Map<String, Value>) -> Native {
    block.remove("type");
    rest(block)
}

/// Takes an object out of `map`.
pub(crate) fn take_map(map: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match map.remove(name) {
        Some(Value::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// Takes the ending out of `map`, which is a message or its last delta; `native` gets what has no neutral word.
pub(crate) fn finish(map: &mut Map<String, Value>, native: &mut Native) -> Option<Finish> {
    let stop_sequence = take_text(map, "stop_sequence");
    let details = map.remove("stop_details").filter(|details| !details.is_null());
    let word = take_text(map, "stop_reason")?;
    let mut finish = Finish::new(reason(&word));
    finish.stop_sequence = stop_sequence;
    finish.native_reason = Some(word);
    if let Some(details) = details {
        finish.message = details.get("explanation").and_then(Value::as_str).map(str::to_owned);
        native.put(DIALECT, "stop_details", details);
    }
    Some(finish)
}

fn reason(word: &str) -> FinishReason {
    match word {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "pause_turn" => FinishReason::Pause,
        "refusal" => FinishReason::Refusal,
        "model_context_window_exceeded" => FinishReason::ContextWindow,
        other => FinishReason::Other(other.to_owned()),
    }
}

/// The service tier told beside the counts.
pub(crate) fn tier(usage: &Map<String, Value>) -> Option<String> {
    usage.get("service_tier").and_then(Value::as_str).map(str::to_owned)
}

/// The neutral counts: Anthropic counts cached tokens beside the input, not in it.
pub(crate) fn counts(raw: &Map<String, Value>) -> Usage {
    const COUNTED: [&str; 4] =
        ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
    let count = |name: &str| raw.get(name).and_then(Value::as_u64);
    let cached = count("cache_read_input_tokens");
    let written = count("cache_creation_input_tokens");
    let cached_or_written = cached.unwrap_or_default().saturating_add(written.unwrap_or_default());
    let thought = raw.get("output_tokens_details").and_then(|details| details.get("thinking_tokens"));
    let told = raw.iter().filter(|(name, _)| !COUNTED.contains(&name.as_str()));
    Usage {
        input_tokens: count("input_tokens").map(|fresh| fresh.saturating_add(cached_or_written)),
        output_tokens: count("output_tokens"),
        cached_tokens: cached,
        cache_write_tokens: written,
        reasoning_tokens: thought.and_then(Value::as_u64),
        native: rest(told.map(|(name, value)| (name.clone(), value.clone())).collect()),
        ..Usage::default()
    }
}
