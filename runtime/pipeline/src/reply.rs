//! The answer as HTTP.

use std::fmt::Write as _;

use bytes::Bytes;
use dragoman_frontends::{Frontend, Scene, failure};
use dragoman_model::Failure;
use dragoman_telemetry::Facts;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::body::{Body, Source};
use crate::outcome;
use crate::tally::Tally;

/// Most bytes of the header that lists losses.
const MAX_LOSS_BYTES: usize = 4096;

/// An answer.
pub(crate) struct Reply {
    status: u16,
    content_type: HeaderValue,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: ReplyBody,
}

enum ReplyBody {
    Whole(Bytes),
    Flowing(Box<dyn Source>),
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Reply {
    /// A JSON document with `status`.
    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, content_type: JSON, headers: Vec::new(), body: ReplyBody::Whole(body.into()) }
    }

    /// A whole body of another type.
    pub(crate) fn whole(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { content_type: HeaderValue::from_static(content_type), ..Self::json(200, body) }
    }

    /// A body that `source` makes.
    pub(crate) fn flowing(content_type: &'static str, source: Box<dyn Source>) -> Self {
        let body = ReplyBody::Flowing(source);
        Self { status: 200, content_type: HeaderValue::from_static(content_type), headers: Vec::new(), body }
    }

    /// The error answer that tells of `failure`.
    pub(crate) fn of_failure(
        frontend: &'static dyn Frontend,
        failure: &Failure,
        scene: &Scene,
        facts: &mut Facts,
    ) -> Self {
        outcome::failed(facts, failure);
        let reply = Self::json(failure::status(failure), frontend.encode_failure(failure, scene));
        match failure.retry_after_ms {
            Some(ms) => reply.with(vec![(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)))]),
            None => reply,
        }
    }

    /// The same answer with more headers.
    pub(crate) fn with(mut self, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The answer as HTTP; `tally` is settled once its body is over.
    pub(crate) fn into_response(self, mut tally: Box<Tally>) -> Response<Body> {
        let mut response = Response::new(Body::whole(Bytes::new()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        tally.facts.status = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.content_type);
        if let Ok(id) = HeaderValue::from_str(&tally.facts.request_id) {
            headers.insert("x-request-id", id);
        }
        if let Some(losses) = loss_header(&tally.facts.losses) {
            headers.insert("x-dragoman-loss", losses);
        }
        headers.extend(self.headers);
        *response.body_mut() = match self.body {
            ReplyBody::Whole(bytes) => {
                tally.sent(bytes.len());
                Body::whole(bytes)
            }
            ReplyBody::Flowing(source) => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                Body::flowing(source, tally)
            }
        };
        response
    }
}

/// The losses as a structured field list (RFC 9651): `"top_k";dropped, "messages[0].content[1]";approximated`.
fn loss_header(losses: &[(String, String)]) -> Option<HeaderValue> {
    let mut text = String::new();
    for (index, (path, how)) in losses.iter().enumerate() {
        let path: String = path.chars().filter(|one| one.is_ascii_graphic() && !"\"\\".contains(*one)).collect();
        let how: String = how.chars().filter(char::is_ascii_lowercase).collect();
        let entry = format!("{}\"{path}\";{how}", if index == 0 { "" } else { ", " });
        if text.len() + entry.len() > MAX_LOSS_BYTES {
            // Writing into a string cannot fail.
            let _ = write!(text, ", \"...\";more={}", losses.len() - index);
            break;
        }
        text.push_str(&entry);
    }
    if text.is_empty() { None } else { HeaderValue::from_str(&text).ok() }
}

#[cfg(test)]
mod tests {
    use super::loss_header;

    #[test]
    fn losses_are_a_list_that_machines_read() {
        let losses = [("top_k".to_owned(), "dropped".to_owned()), ("a\"\r\nb".to_owned(), "approximated".to_owned())];
        assert_eq!(loss_header(&losses).unwrap(), "\"top_k\";dropped, \"ab\";approximated");
        assert_eq!(loss_header(&[]), None);
    }

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let losses = vec![("x".repeat(100), "dropped".to_owned()); 100];
        let header = loss_header(&losses).unwrap();
        assert!(header.len() < 4200 && header.to_str().unwrap().ends_with(";more=64"), "{header:?}");
    }
}
