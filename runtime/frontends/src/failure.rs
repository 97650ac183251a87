//! The one mapping from failures to HTTP.

use dragoman_model::{Failure, FailureClass};

/// The HTTP status of an answer that tells of `failure`.
///
/// A provider's own status is kept where it is an error status and says the same; otherwise the class decides.
#[must_use]
pub fn status(failure: &Failure) -> u16 {
    match failure.status {
        Some(status @ 400..=599) => status,
        _ => status_of(&failure.class),
    }
}

fn status_of(class: &FailureClass) -> u16 {
    match class {
        FailureClass::InvalidRequest
        | FailureClass::ContextLength
        | FailureClass::ContentPolicy
        | FailureClass::Unsupported => 400,
        FailureClass::Authentication => 401,
        FailureClass::QuotaExhausted | FailureClass::RateLimited => 429,
        FailureClass::Permission => 403,
        FailureClass::NotFound => 404,
        FailureClass::TooLarge => 413,
        FailureClass::Internal => 500,
        FailureClass::Upstream | FailureClass::Connector | FailureClass::Other(_) => 502,
        FailureClass::Overloaded | FailureClass::Unavailable => 503,
        FailureClass::Timeout => 504,
    }
}
