//! Whose fault a failure is.

use dragoman_model::{Failure, FailureClass};
use dragoman_telemetry::{Facts, Outcome};

/// Tells `facts` that the request failed.
pub(crate) fn failed(facts: &mut Facts, failure: &Failure) {
    facts.failed(of(failure), failure.to_string());
}

/// Whose fault `failure` is.
fn of(failure: &Failure) -> Outcome {
    match failure.class {
        FailureClass::InvalidRequest
        | FailureClass::NotFound
        | FailureClass::ContextLength
        | FailureClass::TooLarge
        | FailureClass::ContentPolicy
        | FailureClass::Unsupported => Outcome::ClientError,
        FailureClass::Authentication
        | FailureClass::Permission
        | FailureClass::RateLimited
        | FailureClass::QuotaExhausted
        | FailureClass::Upstream
        | FailureClass::Timeout => Outcome::UpstreamError,
        FailureClass::Overloaded if failure.status.is_some() => Outcome::UpstreamError,
        FailureClass::Connector | FailureClass::Other(_) => Outcome::ConnectorError,
        FailureClass::Overloaded | FailureClass::Unavailable | FailureClass::Internal => Outcome::ServerError,
    }
}
