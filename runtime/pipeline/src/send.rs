//! The way to the provider and back.

use bytes::Bytes;
use dragoman_model::{Failure, FailureClass};
use dragoman_sandbox::{Upstream, UpstreamBody};
use dragoman_upstream::{Call, Incoming, SendError};
use dragoman_wire::json::Outline;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::backend::Backend;
use crate::visit::Visit;

/// Headers of an answer that go on to the client, beside those about rate limits.
const PASSED: [&str; 5] = ["retry-after", "request-id", "openai-processing-ms", "openai-version", "x-should-retry"];

/// Sends a connector's call; `document` is the client's own, for a call that edits it.
pub(crate) async fn send(
    visit: &Visit<'_>,
    call: Upstream,
    document: Option<&Outline>,
) -> Result<Response<Incoming>, Failure> {
    let backend = &visit.backend;
    let Some(target) = &backend.target else {
        let message =
            format!("the connector `{}` calls a provider, but its manifest says it is local", backend.connector);
        return Err(Failure::new(FailureClass::Connector, message));
    };
    let call = Call {
        method: if call.method == "GET" { Method::GET } else { Method::POST },
        path: call.path,
        query: call.query,
        headers: call.headers,
        body: pieces(call.body, document, backend)?,
    };
    tracing::debug!(backend = backend.id, path = call.path, "calling the provider");
    let answer = tokio::time::timeout(backend.timeout, visit.gateway.client.send(target, call)).await;
    let answer = answer.map_err(|_| slow(backend, "no answer"))?.map_err(|error| unsent(backend, &error))?;
    if answer.status().is_redirection() {
        let message = format!("backend `{}` answered {}; redirects are not followed", backend.id, answer.status());
        return Err(Failure::new(FailureClass::Upstream, message));
    }
    Ok(answer)
}

fn pieces(body: UpstreamBody, document: Option<&Outline>, backend: &Backend) -> Result<Vec<Bytes>, Failure> {
    match (body, document) {
        (UpstreamBody::None, _) => Ok(Vec::new()),
        (UpstreamBody::Bytes(bytes), _) => Ok(vec![bytes.into()]),
        (UpstreamBody::Input(edits), Some(document)) => document.edited(&edits).map_err(|error| {
            let message = format!("the connector `{}` cannot edit the request: {error}", backend.connector);
            Failure::new(FailureClass::Connector, message)
        }),
        (UpstreamBody::Input(_), None) => {
            let message = format!("the connector `{}` wants to relay what it was not given", backend.connector);
            Err(Failure::new(FailureClass::Connector, message))
        }
    }
}

/// The failure of a provider that was silent for too long.
pub(crate) fn slow(backend: &Backend, what: &str) -> Failure {
    let (id, seconds) = (&backend.id, backend.timeout.as_secs_f64());
    let message = format!("backend `{id}`: {what} for {seconds} s (`timeout`)");
    Failure::new(FailureClass::Timeout, message)
}

/// The failure of a connection that broke.
pub(crate) fn broken(backend: &Backend, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureClass::Upstream, format!("backend `{}`: the answer broke off: {why}", backend.id))
}

fn unsent(backend: &Backend, error: &SendError) -> Failure {
    let authority = backend.target.as_ref().map(dragoman_upstream::Target::authority).unwrap_or_default();
    Failure::new(FailureClass::Upstream, format!("backend `{}` ({authority}): {error}", backend.id))
}

/// Reads a whole answer within its bounds of size and silence.
pub(crate) async fn collect(backend: &Backend, body: Incoming, limit: u64) -> Result<Bytes, Failure> {
    let body = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX));
    match tokio::time::timeout(backend.timeout, body.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message =
                format!("backend `{}`: the answer is larger than {limit} bytes (`limits.answer`)", backend.id);
            Err(Failure::new(FailureClass::Upstream, message))
        }
        Ok(Err(error)) => Err(broken(backend, &error)),
        Err(_) => Err(slow(backend, "the answer was not complete")),
    }
}

/// An answer's headers as a connector reads them.
pub(crate) fn for_guest(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        (name != http::header::SET_COOKIE).then(|| Some((name.to_string(), value.to_str().ok()?.to_owned()))).flatten()
    };
    headers.iter().filter_map(text).collect()
}

/// An answer's headers that go on to the client.
pub(crate) fn for_client(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let passes = |name: &str| {
        PASSED.contains(&name) || name.starts_with("x-ratelimit-") || name.starts_with("anthropic-ratelimit-")
    };
    let mut kept: Vec<(HeaderName, HeaderValue)> = headers
        .iter()
        .filter(|(name, _)| passes(name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(id) = headers.get("x-request-id") {
        kept.push((HeaderName::from_static("x-upstream-request-id"), id.clone()));
    }
    kept
}

/// The value of `content-type`, or nothing.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
