//! Errors.

use dragoman_connector::http::{class_of_status, retry_after_ms, whole_ms};
use dragoman_connector::model::{Failure, FailureClass};
use serde_json::{Map, Value};

use crate::DIALECT;

/// Most characters of a body that is no error of Gemini's to put into a message.
const MAX_EXCERPT: usize = 300;

/// Reads an error answer; some come as the only item of an array.
pub(crate) fn answered(status: u16, headers: &[(String, String)], body: &str) -> Failure {
    let document = match serde_json::from_str(body) {
        Ok(Value::Array(items)) => items.into_iter().next().unwrap_or_default(),
        Ok(document) => document,
        Err(_) => Value::Null,
    };
    let mut failure = match document {
        Value::Object(document) if document.contains_key("error") => read(document, class_of_status(status)),
        _ => {
            let excerpt: String = body.trim().chars().take(MAX_EXCERPT).collect();
            Failure::new(class_of_status(status), format!("the provider answered with status {status}: {excerpt}"))
        }
    };
    failure.status = Some(status);
    failure.retry_after_ms = failure.retry_after_ms.or_else(|| retry_after_ms(headers));
    failure
}

/// Reads an error that stands in a stream or in an answer of success.
pub(crate) fn told(document: Map<String, Value>) -> Failure {
    read(document, FailureClass::Upstream)
}

fn read(mut document: Map<String, Value>, otherwise: FailureClass) -> Failure {
    let error = document.remove("error").unwrap_or_default();
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let message = text("message").map_or_else(|| error.to_string(), str::to_owned);
    let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let class = text("status").and_then(class).or(status.map(class_of_status)).unwrap_or(otherwise);
    let details = error.get("details").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut failure = Failure::new(sharper(class, &message, details), message);
    failure.code = text("status").map(str::to_owned);
    failure.status = status.filter(|status| (400..600).contains(status));
    failure.retry_after_ms = details.iter().find_map(retry_delay_ms);
    failure.param = details.iter().find_map(field);
    failure.native.put(DIALECT, "error", error);
    failure
}

/// The class of each status word, from Google's description of its errors.
fn class(word: &str) -> Option<FailureClass> {
    Some(match word {
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" => FailureClass::InvalidRequest,
        "UNAUTHENTICATED" => FailureClass::Authentication,
        "PERMISSION_DENIED" => FailureClass::Permission,
        "NOT_FOUND" => FailureClass::NotFound,
        "RESOURCE_EXHAUSTED" => FailureClass::RateLimited,
        "UNAVAILABLE" => FailureClass::Overloaded,
        "DEADLINE_EXCEEDED" => FailureClass::Timeout,
        "UNIMPLEMENTED" => FailureClass::Unsupported,
        "INTERNAL" | "UNKNOWN" | "ABORTED" | "CANCELLED" | "DATA_LOSS" => FailureClass::Upstream,
        _ => return None,
    })
}

/// A wrong key and a prompt that is too long are told as invalid arguments.
fn sharper(class: FailureClass, message: &str, details: &[Value]) -> FailureClass {
    let bad_key = |detail: &Value| detail.get("reason").is_some_and(|reason| reason == "API_KEY_INVALID");
    match class {
        FailureClass::InvalidRequest if message.contains("API key not valid") || details.iter().any(bad_key) => {
            FailureClass::Authentication
        }
        FailureClass::InvalidRequest if message.contains("token count") && message.contains("exceeds") => {
            FailureClass::ContextLength
        }
        class => class,
    }
}

/// What a `RetryInfo` asks for: seconds with an `s`, like `34.07s`.
fn retry_delay_ms(detail: &Value) -> Option<u32> {
    let seconds = detail.get("retryDelay")?.as_str()?.strip_suffix('s')?.parse::<f64>().ok()?;
    whole_ms(seconds * 1000.0)
}

/// The member that a `BadRequest` names first.
fn field(detail: &Value) -> Option<String> {
    let violation = detail.get("fieldViolations")?.as_array()?.first()?;
    violation.get("field")?.as_str().map(str::to_owned)
}
