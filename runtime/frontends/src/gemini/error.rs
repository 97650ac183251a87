//! Errors, both ways.
//!
//! Shape and words: <https://cloud.google.com/apis/design/errors>.

use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use crate::common::seek;
use crate::failure;

/// The status words, each with the HTTP status that it stands for. Where several share one, the first is ours.
const WORDS: [(u16, &str); 17] = [
    (400, "INVALID_ARGUMENT"),
    (400, "FAILED_PRECONDITION"),
    (400, "OUT_OF_RANGE"),
    (401, "UNAUTHENTICATED"),
    (403, "PERMISSION_DENIED"),
    (404, "NOT_FOUND"),
    (409, "ABORTED"),
    (409, "ALREADY_EXISTS"),
    (429, "RESOURCE_EXHAUSTED"),
    (499, "CANCELLED"),
    (500, "INTERNAL"),
    (500, "UNKNOWN"),
    (500, "DATA_LOSS"),
    (501, "UNIMPLEMENTED"),
    (502, "UNAVAILABLE"),
    (503, "UNAVAILABLE"),
    (504, "DEADLINE_EXCEEDED"),
];

/// The error as the dialect writes it, alone and in a stream.
pub(super) fn document(failure: &Failure) -> Value {
    let status = failure::status(failure);
    let own = failure.code.as_deref().filter(|code| WORDS.iter().any(|(_, word)| word == code));
    let mut error = json!({
        "code": status,
        "message": failure.message,
        "status": own.unwrap_or_else(|| word_of(status)),
    });
    let details = details(failure, own.is_some());
    if let (false, Some(error)) = (details.is_empty(), error.as_object_mut()) {
        error.insert("details".into(), Value::Array(details));
    }
    json!({"error": error})
}

fn word_of(status: u16) -> &'static str {
    let known = WORDS.iter().find(|(known, _)| *known == status).map(|(_, word)| *word);
    known.unwrap_or(if status < 500 { "INVALID_ARGUMENT" } else { "INTERNAL" })
}

fn details(failure: &Failure, code_told: bool) -> Vec<Value> {
    let mut details = Vec::new();
    if let Some(param) = &failure.param {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": param, "description": failure.message}],
        }));
    }
    if let (Some(code), false) = (&failure.code, code_told) {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": code,
            "domain": "dragoman",
        }));
    }
    if let Some(milliseconds) = failure.retry_after_ms {
        let delay = format!("{}.{:03}s", milliseconds / 1_000, milliseconds % 1_000);
        details.push(json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}));
    }
    details
}

/// The class of an error with the HTTP status `code` and the word `status`.
pub(super) fn class(code: Option<u64>, status: &str) -> FailureClass {
    let of_word = WORDS.iter().find(|(_, word)| *word == status).map(|(code, _)| *code);
    let code = code.and_then(|code| u16::try_from(code).ok()).or(of_word);
    code.map_or(FailureClass::Upstream, seek::class_of_status)
}
