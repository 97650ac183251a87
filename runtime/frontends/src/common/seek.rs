//! Cheap looks into documents that are not ours to change.

use dragoman_model::{Failure, FailureClass};
use serde_json::Value;

/// `data` as text. Data that is no UTF-8 is no JSON and holds nothing.
pub(crate) fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Whether a member `name`, written with its quotes, stands anywhere in the JSON `text` with another value than null.
/// It may stand at any depth, but never inside of a string, where its quotes would be escaped.
pub(crate) fn has_value(text: &str, name: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(name) {
        let value = after.trim_start().strip_prefix(':').map(str::trim_start);
        if value.is_some_and(|value| !value.starts_with("null")) {
            return true;
        }
        rest = after;
    }
    false
}

/// The class of a provider's error with the HTTP status `status`.
pub(crate) fn class_of_status(status: u16) -> FailureClass {
    match status {
        401 => FailureClass::Authentication,
        402 => FailureClass::QuotaExhausted,
        403 => FailureClass::Permission,
        404 => FailureClass::NotFound,
        408 | 504 => FailureClass::Timeout,
        413 => FailureClass::TooLarge,
        429 => FailureClass::RateLimited,
        503 | 529 => FailureClass::Overloaded,
        400..=499 => FailureClass::InvalidRequest,
        _ => FailureClass::Upstream,
    }
}

/// A failure of `class` told by the provider as `error`, which `dialect` wrote; `message` is for people.
pub(crate) fn told(class: FailureClass, message: Option<&str>, dialect: &str, error: &Value) -> Failure {
    let mut failure = Failure::new(class, message.unwrap_or("The provider told of an error without a message."));
    failure.native.put(dialect, "error", error.clone());
    failure
}
