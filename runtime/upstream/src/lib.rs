//! Sends calls to providers. The only crate that dials out, and the only one that puts credentials into a request.
//!
//! A call stays below its backend's base URL, redirects are not followed, and an answer comes as it is: nothing is
//! decompressed, so nothing is asked for compressed.
#![forbid(unsafe_code)]

mod body;
mod client;
mod target;

pub use body::Pieces;
pub use client::{Client, SendError};
/// Why an answer's body broke off.
pub use hyper::Error as BodyError;
pub use hyper::body::Incoming;
pub use target::{Target, TargetError};

/// One call, as data.
#[derive(Debug, Default)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: http::Method,
    /// Below the base URL; begins with `/`.
    pub path: String,
    /// Query parameters, not encoded.
    pub query: Vec<(String, String)>,
    /// Headers of the connector.
    pub headers: Vec<(String, String)>,
    /// The body, in pieces; empty for none.
    pub body: Vec<bytes::Bytes>,
}
