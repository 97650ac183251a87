//! What reached the upstream.

use serde_json::Value;

use crate::http1::Head;

/// One request that reached the upstream.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `GET`, `POST`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was written, without the question mark; empty where there is none.
    pub query: String,
    /// The headers in their order, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Seen {
    pub(crate) fn new(head: Head, body: Vec<u8>) -> Self {
        let mut words = head.line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path: path.to_owned(), query: query.to_owned(), headers: head.headers, body }
    }

    /// The first header called `name`, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn json(&self) -> Value {
        let text = || String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the upstream got no JSON: {error}: {}", text()))
    }

    /// Whether `text` stands anywhere in it: request line, headers or body.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        let headers = self.headers.iter().any(|(name, value)| name.contains(text) || value.contains(text));
        headers
            || [&*self.path, &*self.query, &*String::from_utf8_lossy(&self.body)]
                .iter()
                .any(|place| place.contains(text))
    }
}
