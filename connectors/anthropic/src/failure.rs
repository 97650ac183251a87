//! Errors.

use dragoman_connector::http::{class_of_status, retry_after_ms};
use dragoman_connector::model::{Failure, FailureClass};
use serde_json::{Map, Value};

use crate::DIALECT;
use crate::members::take_text;

/// Most characters of a body that is no error of Anthropic's to put into a message.
const MAX_EXCERPT: usize = 300;

/// Reads an error answer.
pub(crate) fn answered(status: u16, headers: &[(String, String)], body: &str) -> Failure {
    let mut failure = match serde_json::from_str(body) {
        Ok(Value::Object(document)) if document.contains_key("error") => read(document, class_of_status(status)),
        _ => {
            let excerpt: String = body.trim().chars().take(MAX_EXCERPT).collect();
            Failure::new(class_of_status(status), format!("the provider answered with status {status}: {excerpt}"))
        }
    };
    failure.status = Some(status);
    failure.retry_after_ms = retry_after_ms(headers);
    failure
}

/// Reads an error that stands in a stream or in an answer of success.
pub(crate) fn told(document: Map<String, Value>) -> Failure {
    let mut failure = read(document, FailureClass::Upstream);
    failure.status = failure.code.as_deref().and_then(kind).map(|(status, _)| status);
    failure
}

/// The status and the class of each type of error, from Anthropic's description of its errors.
fn kind(word: &str) -> Option<(u16, FailureClass)> {
    Some(match word {
        "invalid_request_error" => (400, FailureClass::InvalidRequest),
        "authentication_error" => (401, FailureClass::Authentication),
        "billing_error" => (402, FailureClass::QuotaExhausted),
        "permission_error" => (403, FailureClass::Permission),
        "not_found_error" => (404, FailureClass::NotFound),
        "request_too_large" => (413, FailureClass::TooLarge),
        "rate_limit_error" => (429, FailureClass::RateLimited),
        "api_error" => (500, FailureClass::Upstream),
        "timeout_error" => (504, FailureClass::Timeout),
        "overloaded_error" => (529, FailureClass::Overloaded),
        _ => return None,
    })
}

fn read(mut document: Map<String, Value>, otherwise: FailureClass) -> Failure {
    let error = document.remove("error").unwrap_or_default();
    let mut members = match &error {
        Value::Object(members) => members.clone(),
        _ => Map::new(),
    };
    let message = take_text(&mut members, "message").unwrap_or_else(|| error.to_string());
    let code = take_text(&mut members, "type");
    let class = code.as_deref().and_then(kind).map_or(otherwise, |(_, class)| class);
    let mut failure = Failure::new(sharper(class, &message), message);
    failure.code = code;
    failure.native.put(DIALECT, "error", error);
    if let Some(id) = document.remove("request_id").filter(|id| !id.is_null()) {
        failure.native.put(DIALECT, "request_id", id);
    }
    failure
}

/// Some kinds of failure are told by nothing but words.
fn sharper(class: FailureClass, message: &str) -> FailureClass {
    let says = |words: &str| message.contains(words);
    match class {
        FailureClass::InvalidRequest if says("prompt is too long") || says("exceed context limit") => {
            FailureClass::ContextLength
        }
        FailureClass::InvalidRequest if says("credit balance is too low") => FailureClass::QuotaExhausted,
        class => class,
    }
}
