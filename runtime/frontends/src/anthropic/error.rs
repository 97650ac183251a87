//! Errors, both ways.
//!
//! Types and statuses: <https://docs.anthropic.com/en/api/errors>.

use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use crate::failure;

/// The error type of each status.
const TYPES: [(u16, &str); 12] = [
    (400, "invalid_request_error"),
    (401, "authentication_error"),
    (402, "billing_error"),
    (403, "permission_error"),
    (404, "not_found_error"),
    (408, "timeout_error"),
    (409, "conflict_error"),
    (413, "request_too_large"),
    (429, "rate_limit_error"),
    (503, "overloaded_error"),
    (504, "timeout_error"),
    (529, "overloaded_error"),
];

/// The error as the dialect writes it, alone and in a stream.
pub(super) fn document(failure: &Failure, request_id: &str) -> Value {
    json!({
        "type": "error",
        "error": {"type": kind(failure), "message": message(failure)},
        "request_id": format!("req_{request_id}"),
    })
}

fn kind(failure: &Failure) -> &str {
    // The provider's own word, where it is one of this dialect.
    let own = failure.code.as_deref().filter(|code| *code == "api_error" || TYPES.iter().any(|(_, word)| word == code));
    own.unwrap_or_else(|| kind_of_status(failure::status(failure)))
}

fn kind_of_status(status: u16) -> &'static str {
    let known = TYPES.iter().find(|(known, _)| *known == status).map(|(_, word)| *word);
    known.unwrap_or(if status < 500 { "invalid_request_error" } else { "api_error" })
}

/// The dialect has no member for the place that is wrong: it says it first.
fn message(failure: &Failure) -> String {
    match &failure.param {
        Some(param) if !failure.message.contains(param.as_str()) => format!("{param}: {}", failure.message),
        _ => failure.message.clone(),
    }
}

/// The class of an error of the type `word`.
pub(super) fn class(word: &str) -> FailureClass {
    match word {
        "invalid_request_error" | "conflict_error" => FailureClass::InvalidRequest,
        "authentication_error" => FailureClass::Authentication,
        "billing_error" => FailureClass::QuotaExhausted,
        "permission_error" => FailureClass::Permission,
        "not_found_error" => FailureClass::NotFound,
        "request_too_large" => FailureClass::TooLarge,
        "rate_limit_error" => FailureClass::RateLimited,
        "overloaded_error" => FailureClass::Overloaded,
        "timeout_error" => FailureClass::Timeout,
        _ => FailureClass::Upstream,
    }
}
