//! The door: what of a request is read before anything is done for it.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use dragoman_model::{Failure, FailureClass};
use dragoman_settings::ServerLimits;
use dragoman_wire::json::Outline;
use http::HeaderMap;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::route::Route;

/// Longest request id that is taken over from a client.
const MAX_ID_BYTES: usize = 128;

/// Headers of clients that carry meaning in their dialect, and go to the connector.
const DIALECT_HEADERS: [&str; 3] = ["anthropic-version", "anthropic-beta", "openai-beta"];

/// 32 hexadecimal digits, different for each request. They name things and keep no secret.
pub(crate) fn fresh_id() -> String {
    let mut id = String::with_capacity(32);
    let _ = write!(id, "{:032x}", fastrand::u128(..));
    id
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The client's own id for the request, where it sent a decent one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    let decent = !id.is_empty() && id.len() <= MAX_ID_BYTES && id.bytes().all(|byte| byte.is_ascii_graphic());
    decent.then(|| id.to_owned())
}

/// The client's headers that go to the connector. A header that stands several times is joined.
pub(crate) fn dialect_headers(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let joined = |name: &'static str| {
        let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| (name, values.join(",")))
    };
    DIALECT_HEADERS.into_iter().filter_map(joined).collect()
}

/// Reads a request's body within its bounds of size and time.
pub(crate) async fn read_body<B>(headers: &HeaderMap, body: B, limits: &ServerLimits) -> Result<Bytes, Failure>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let max = limits.max_body;
    let too_large = || {
        let message = format!("the request's body is larger than {max} bytes (`server.max_body`)");
        Failure::new(FailureClass::TooLarge, message)
    };
    let length = headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    if headers.get(http::header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(
            Failure::invalid("the request's body is compressed; send it as it is").with_code("unsupported_encoding")
        );
    }
    let body = Limited::new(body.map_err(|error| error.to_string()), usize::try_from(max).unwrap_or(usize::MAX));
    match tokio::time::timeout(limits.body_timeout, body.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => Err(Failure::invalid(format!("the request's body broke off: {error}"))),
        Err(_) => {
            let seconds = limits.body_timeout.as_secs();
            let message = format!("the request's body took longer than {seconds} s (`server.body_timeout`)");
            Err(Failure { status: Some(408), ..Failure::invalid(message) })
        }
    }
}

/// The model as the client named it; empty where it named none.
pub(crate) fn asked_model(route: &Route, outline: &Outline) -> Result<String, Failure> {
    if let Some(path) = &route.path {
        return Ok(path.model.clone());
    }
    match outline.raw("model") {
        None | Some(b"null") => Ok(String::new()),
        Some(_) => outline.text("model").ok_or_else(|| Failure::invalid("`model` must be a text").at("model")),
    }
}
