//! The whole answer, and what an answer says beside its items.

use dragoman_connector::model::dialect::OPENAI_RESPONSES;
use dragoman_connector::model::event::Start;
use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::listing::TokenCount;
use dragoman_connector::model::response::{Finish, FinishReason};
use dragoman_connector::model::{Failure, FailureClass, Native, Response, Usage};
use dragoman_connector::{openai_chat, unreadable};
use serde_json::{Map, Value};

use super::reader::Reader;

/// Members of an answer that repeat the request: whoever asked knows them.
const ECHOES: &[&str] = &[
    "background",
    "conversation",
    "frequency_penalty",
    "include",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

/// Members of an answer that are translated.
const KNOWN: &[&str] = &[
    "id",
    "object",
    "model",
    "created_at",
    "service_tier",
    "output",
    "output_text",
    "usage",
    "error",
    "incomplete_details",
];

/// Reads a whole answer.
///
/// # Errors
/// `upstream` where `body` is no response; the provider's own failure where it tells one.
pub(crate) fn response(body: &str) -> Result<Response, Failure> {
    let members = object(body, "a response")?;
    if !members.contains_key("output") {
        return Err(openai_chat::error_in(&Value::Object(members))
            .unwrap_or_else(|| unreadable("a response", &"it has no `output`")));
    }
    let mut fold = Fold::default();
    Reader::default().whole(&members, &mut |event| fold.push(event))?;
    Ok(fold.into_response())
}

/// Reads a token count.
///
/// # Errors
/// `upstream` where `body` is none.
pub(crate) fn token_count(body: &str) -> Result<TokenCount, Failure> {
    let mut members = object(body, "a token count")?;
    let input_tokens = members.remove("input_tokens").and_then(|count| count.as_u64());
    if input_tokens.is_none() {
        return Err(unreadable("a token count", &"it has no `input_tokens`"));
    }
    members.remove("object");
    let mut count = TokenCount { input_tokens, ..TokenCount::default() };
    count.native.put_all(OPENAI_RESPONSES, members);
    Ok(count)
}

/// The object that `body` is; `what` names what was expected.
pub(super) fn object(body: &str, what: &str) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_str(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(unreadable(what, &"it is no object")),
        Err(error) => Err(unreadable(what, &error)),
    }
}

/// The head of an answer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
pub(super) fn start(response: &Map<String, Value>) -> Start {
    let text = |name: &str| response.get(name).and_then(Value::as_str).map(str::to_owned);
    let time = response.get("created_at");
    // Some vendors write the time with a fraction.
    let float = || time.and_then(Value::as_f64).filter(|time| (0.0..9e15).contains(time)).map(|time| time as u64);
    Start {
        id: text("id"),
        model: text("model"),
        created: time.and_then(Value::as_u64).or_else(float),
        service_tier: text("service_tier"),
        ..Start::default()
    }
}

/// What an answer says that has no neutral name.
pub(super) fn native(response: &Map<String, Value>, is_finished: bool) -> Native {
    let mut native = Native::default();
    for (name, value) in response {
        let is_known = KNOWN.contains(&name.as_str()) || ECHOES.contains(&name.as_str());
        let is_told = is_known || value.is_null() || (is_finished && name == "status");
        if !is_told {
            native.put(OPENAI_RESPONSES, name.as_str(), value.clone());
        }
    }
    native
}

/// Why an answer ended; nothing where it has not.
pub(super) fn finish(response: &Map<String, Value>, has_calls: bool) -> Option<Finish> {
    match response.get("status").and_then(Value::as_str) {
        Some("completed") if has_calls => Some(Finish::new(FinishReason::ToolCalls)),
        Some("completed") => Some(Finish::new(FinishReason::Stop)),
        Some("incomplete") => {
            let details = response.get("incomplete_details");
            let word =
                details.and_then(|details| details.get("reason")).and_then(Value::as_str).unwrap_or("incomplete");
            let reason = match word {
                "max_output_tokens" | "max_tokens" => FinishReason::Length,
                "content_filter" => FinishReason::ContentFilter,
                other => FinishReason::Other(other.to_owned()),
            };
            let mut finish = Finish::new(reason);
            finish.native_reason = Some(word.to_owned());
            Some(finish)
        }
        _ => None,
    }
}

/// The failure that a response tells of itself.
pub(super) fn failure(response: &Map<String, Value>) -> Option<Failure> {
    let status = response.get("status").and_then(Value::as_str).unwrap_or_default();
    let told = response.get("error").filter(|error| !error.is_null());
    match (told, status) {
        (Some(error), _) => {
            let document = Map::from_iter([("error".to_owned(), error.clone())]);
            Some(openai_chat::failure(0, &[], &Value::Object(document).to_string()))
        }
        (None, "failed" | "cancelled") => {
            Some(Failure::new(FailureClass::Upstream, format!("the provider says that the response is {status}")))
        }
        _ => None,
    }
}

/// What an answer cost.
pub(super) fn usage(response: &Map<String, Value>) -> Option<Usage> {
    let members = response.get("usage")?.as_object()?;
    let mut usage = Usage::default();
    for (name, value) in members {
        match name.as_str() {
            "input_tokens" => usage.input_tokens = value.as_u64(),
            "output_tokens" => usage.output_tokens = value.as_u64(),
            "total_tokens" => usage.total_tokens = value.as_u64(),
            "input_tokens_details" | "output_tokens_details" => details(&mut usage, name, value),
            _ if value.is_null() => {}
            _ => usage.native.put(OPENAI_RESPONSES, name.as_str(), value.clone()),
        }
    }
    Some(usage)
}

fn details(usage: &mut Usage, name: &str, value: &Value) {
    let mut rest = Map::new();
    for (detail, value) in value.as_object().into_iter().flatten() {
        match (name, detail.as_str()) {
            ("input_tokens_details", "cached_tokens") => usage.cached_tokens = value.as_u64(),
            ("input_tokens_details", "cache_write_tokens") => usage.cache_write_tokens = value.as_u64(),
            ("output_tokens_details", "reasoning_tokens") => usage.reasoning_tokens = value.as_u64(),
            _ if value.is_null() => {}
            _ => {
                rest.insert(detail.clone(), value.clone());
            }
        }
    }
    if !rest.is_empty() {
        usage.native.put(OPENAI_RESPONSES, name, rest.into());
    }
}
