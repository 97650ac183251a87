//! Errors, as OpenAI and the vendors that speak its dialects write them.

use serde_json::{Map, Value};

use crate::http::{class_of_status, retry_after_ms};
use crate::model::dialect::OPENAI_CHAT;
use crate::model::{Failure, FailureClass};

/// How much of an error that is no JSON is told, in characters.
const MOST_WORDS: usize = 500;

/// The classes that codes and types tell. OpenAI's first; the last lines are vendors'.
const CODES: &[(&[&str], FailureClass)] = &[
    (&["context_length_exceeded", "string_above_max_length"], FailureClass::ContextLength),
    (&["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"], FailureClass::QuotaExhausted),
    (&["content_filter", "content_policy_violation", "moderation_blocked"], FailureClass::ContentPolicy),
    (&["invalid_api_key", "invalid_authentication", "authentication_error"], FailureClass::Authentication),
    (&["permission_denied", "permission_error", "unsupported_country_region_territory"], FailureClass::Permission),
    (&["model_not_found", "not_found", "not_found_error", "DeploymentNotFound"], FailureClass::NotFound),
    (&["rate_limit_exceeded", "rate_limit_error", "tokens", "requests", "RateLimitReached"], FailureClass::RateLimited),
    (&["server_is_overloaded", "slow_down", "overloaded_error", "engine_overloaded"], FailureClass::Overloaded),
    (&["server_error", "internal_server_error", "vector_store_timeout"], FailureClass::Upstream),
    (&["exceed_context_size_error", "too_many_prompt_tokens", "context_window_exceeded"], FailureClass::ContextLength),
    (&["model_decommissioned", "invalid_model", "unknown_model"], FailureClass::NotFound),
    (&["exceeded_current_quota_error", "insufficient_balance", "payment_required"], FailureClass::QuotaExhausted),
    (&["invalid_authentication_error", "incorrect_api_key_error"], FailureClass::Authentication),
    (&["rate_limit_reached_error", "too_many_requests"], FailureClass::RateLimited),
    (&["data_inspection_failed", "ResponsibleAIPolicyViolation"], FailureClass::ContentPolicy),
    (&["timeout", "request_timeout"], FailureClass::Timeout),
    (&["invalid_request_error", "BadRequestError", "Bad Request"], FailureClass::InvalidRequest),
];

/// The class of a provider's code or error type, where it is a known one.
#[must_use]
pub fn class_of_code(code: &str) -> Option<FailureClass> {
    CODES.iter().find(|(codes, _)| codes.contains(&code)).map(|(_, class)| class.clone())
}

/// Reads an error answer. The code decides the class, then the status, then the type; `status` is 0 where the error came
/// inside an answer that had begun well.
#[must_use]
pub fn failure(status: u16, headers: &[(String, String)], body: &str) -> Failure {
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    let told = parsed.as_ref().map(told).unwrap_or_default();
    let message = told.message.unwrap_or_else(|| words(status, body));
    let mut failure = Failure::new(class(status, told.code.as_deref(), told.kind.as_deref(), &message), message);
    failure.code = told.code.or(told.kind);
    failure.param = told.param;
    failure.status = (status >= 400).then_some(status);
    failure.retry_after_ms = retry_after_ms(headers);
    match parsed {
        Some(Value::Object(members)) => failure.native.put_all(OPENAI_CHAT, members),
        Some(other) => failure.native.put(OPENAI_CHAT, "error", other),
        None => {}
    }
    failure
}

/// The failure that a document of a success tells: its `error`, that of a choice, or a document that is an error.
#[must_use]
pub fn error_in(document: &Value) -> Option<Failure> {
    let is_told = |value: &&Value| !value.is_null() && !matches!(value, Value::Object(members) if members.is_empty());
    let own = document.get("error").filter(is_told);
    let in_choice = || {
        let choices = document.get("choices").and_then(Value::as_array)?;
        choices.iter().find_map(|choice| choice.get("error").filter(is_told))
    };
    let is_error = document.get("object").and_then(Value::as_str) == Some("error");
    let failure = match own.or_else(in_choice) {
        Some(error) => {
            let inner = serde_json::json!({ "error": error });
            self::failure(0, &[], &inner.to_string())
        }
        None if is_error => self::failure(0, &[], &document.to_string()),
        None => return None,
    };
    Some(failure)
}

#[derive(Debug, Default)]
struct Told {
    message: Option<String>,
    code: Option<String>,
    kind: Option<String>,
    param: Option<String>,
}

/// What an error says, wherever vendors put it: in `error` (an object or a text), in the first of a list, in `errors`,
/// in `detail` (a text or FastAPI's list) or beside it.
fn told(document: &Value) -> Told {
    let document = first(document);
    let inner = document.get("error").or_else(|| document.get("errors")).map_or(document, first);
    let mut told = match inner {
        Value::Object(members) => members_told(members),
        Value::String(text) => Told { message: Some(text.clone()), ..Told::default() },
        _ => Told::default(),
    };
    if let Some(outer) = document.as_object() {
        let outer = members_told(outer);
        told.message = told.message.or(outer.message);
        told.code = told.code.or(outer.code);
        told.kind = told.kind.or(outer.kind);
        told.param = told.param.or(outer.param);
    }
    told
}

fn first(value: &Value) -> &Value {
    value.as_array().and_then(|list| list.first()).unwrap_or(value)
}

fn members_told(members: &Map<String, Value>) -> Told {
    let text = |name: &str| members.get(name).and_then(text_of);
    Told {
        message: ["message", "detail", "msg", "title"].iter().find_map(|name| text(name)),
        code: text("code"),
        kind: text("type"),
        param: members.get("param").and_then(Value::as_str).map(str::to_owned),
    }
}

/// The words of a value: a text, a number, what a list's first item or an object's `msg`, `message` or `detail` says.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => list.first().and_then(text_of),
        Value::Object(members) => {
            ["msg", "message", "detail"].iter().find_map(|name| members.get(*name)).and_then(text_of)
        }
        Value::Null | Value::Bool(_) => None,
    }
}

fn class(status: u16, code: Option<&str>, kind: Option<&str>, message: &str) -> FailureClass {
    let of_code = code.and_then(class_of_code);
    let of_kind = kind.and_then(class_of_code);
    // Inside a success a code that is a number stands for the status.
    let status = if status >= 400 { Some(status) } else { code.and_then(|code| code.parse().ok()) };
    let of_status = status.filter(|status| *status >= 400).map(class_of_status);
    let is_plain = |class: &FailureClass| matches!(class, FailureClass::InvalidRequest | FailureClass::Upstream);
    let found = of_code.filter(|class| !is_plain(class)).or_else(|| of_kind.clone().filter(|class| !is_plain(class)));
    let class = found.or(of_status).or(of_kind).unwrap_or(FailureClass::Upstream);
    if class == FailureClass::InvalidRequest && is_too_long(message) { FailureClass::ContextLength } else { class }
}

/// How vendors without a code for it say that the prompt does not fit.
fn is_too_long(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["context length", "context window", "context size", "prompt is too long"]
        .iter()
        .any(|words| message.contains(words))
}

/// What an error that is no JSON, or says nothing, is told as.
fn words(status: u16, body: &str) -> String {
    let body = body.trim();
    let is_page = body.starts_with('<');
    match (body.is_empty() || is_page, status) {
        (true, 0) => "the provider told of an error without saying which".to_owned(),
        (true, _) => format!("the provider answered with the status {status} and no explanation"),
        (false, _) => body.chars().take(MOST_WORDS).collect(),
    }
}
