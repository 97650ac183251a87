//! Upstream calls as data.

use serde_json::Value;

use crate::bindings::dragoman::connector::types as wit;
use crate::loss::Loss;
use crate::model::Event;
use crate::model::listing::{ModelList, TokenCount};

/// One change to the client's own document.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// The new value; `None` removes the member.
    pub value: Option<Value>,
}

impl Edit {
    /// Sets the member at `pointer`.
    pub fn set(pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { pointer: pointer.into(), value: Some(value.into()) }
    }

    /// Removes the member at `pointer`.
    pub fn remove(pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), value: None }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Body {
    None,
    Text(String),
    Input(Vec<Edit>),
}

/// One upstream request. The host adds origin, credentials and framing headers.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    method: &'static str,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Body,
    framing: &'static str,
    relay: String,
    losses: Vec<Loss>,
}

impl Call {
    fn new(method: &'static str, path: impl Into<String>, body: Body) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body,
            framing: "whole",
            relay: String::new(),
            losses: Vec::new(),
        }
    }

    /// Fetches `path`, which begins with `/` and is appended to the backend's base URL.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path, Body::None)
    }

    /// Posts the JSON text `body` to `path`.
    pub fn post(path: impl Into<String>, body: impl Into<String>) -> Self {
        Self::new("POST", path, Body::Text(body.into()))
    }

    /// Posts the client's own document with `edits`, and hands the answer on untouched: it is in `dialect`.
    pub fn relay(path: impl Into<String>, dialect: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { relay: dialect.into(), ..Self::new("POST", path, Body::Input(edits)) }
    }

    /// A successful answer is a stream of server-sent events.
    #[must_use]
    pub fn sse(mut self, streamed: bool) -> Self {
        self.framing = if streamed { "sse" } else { "whole" };
        self
    }

    /// Adds a query parameter; the host encodes it.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header. Credentials and framing headers are the host's.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Tells what of the request this call cannot say.
    #[must_use]
    pub fn losing(mut self, losses: Vec<Loss>) -> Self {
        self.losses.extend(losses);
        self
    }

    /// The JSON text that will be posted; empty where there is none.
    #[must_use]
    pub fn body_text(&self) -> &str {
        match &self.body {
            Body::Text(text) => text,
            Body::None | Body::Input(_) => "",
        }
    }

    /// The path, as given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The losses told so far.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    pub(crate) fn into_step(self) -> wit::Step {
        let ext = if self.losses.is_empty() { String::new() } else { Loss::document(&self.losses) };
        let call = wit::Call {
            endpoint: String::new(),
            method: self.method.to_owned(),
            path: self.path,
            query: fields(self.query),
            headers: fields(self.headers),
            body: match self.body {
                Body::None => wit::Body::None,
                Body::Text(text) => wit::Body::Text(text),
                Body::Input(edits) => wit::Body::Input(edits.into_iter().map(edit).collect()),
            },
            framing: self.framing.to_owned(),
            relay: self.relay,
            ext: String::new(),
        };
        wit::Step { events: Vec::new(), next: Some(call), wait_ms: 0, done: false, ext }
    }
}

fn fields(pairs: Vec<(String, String)>) -> Vec<wit::Field> {
    pairs.into_iter().map(|(name, value)| wit::Field { name, value }).collect()
}

fn edit(edit: Edit) -> wit::Edit {
    wit::Edit { pointer: edit.pointer, value: edit.value.map(|value| value.to_string()).unwrap_or_default() }
}

/// How an operation begins.
#[derive(Debug)]
pub enum Begin {
    /// With an upstream call.
    Call(Call),
    /// With the answer itself: the connector needs no upstream.
    Answer(Vec<Event>),
    /// With the listing of models itself.
    Models(ModelList),
    /// With the token count itself.
    Tokens(TokenCount),
}

impl From<Call> for Begin {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}
