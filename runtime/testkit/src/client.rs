//! A client that shows what came, whatever came.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::http1::{Framing, Head, Reader};
use crate::sse::{self, SseEvent};

/// A request to send.
#[derive(Debug, Clone)]
pub struct Ask {
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    /// A `GET` of `target`, path and query.
    #[must_use]
    pub fn get(target: &str) -> Self {
        Self { method: "GET", target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// A `POST` of a JSON document to `target`, path and query.
    #[must_use]
    pub fn post(target: &str, body: &Value) -> Self {
        Self::post_bytes(target, body.to_string())
    }

    /// A `POST` of bytes that claim to be JSON.
    #[must_use]
    pub fn post_bytes(target: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { method: "POST", target: target.to_owned(), headers, body: body.into() }
    }

    /// The same with another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn written(&self, host: SocketAddr) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if self.method == "POST" {
            let _ = write!(text, "content-length: {}\r\n", self.body.len());
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers in their order, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Vec<u8>,
    /// Whether the body ended as its framing says.
    pub complete: bool,
}

impl Answer {
    /// The first header called `name`, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn json(&self) -> Value {
        let Self { status, body, .. } = self;
        let read = serde_json::from_slice(body);
        read.unwrap_or_else(|error| panic!("no JSON in an answer of {status}: {error}: {}", self.text()))
    }

    /// The body as server-sent events.
    #[must_use]
    pub fn events(&self) -> Vec<SseEvent> {
        sse::events(&self.body)
    }
}

/// An answer whose body is still to come. Dropping it closes the connection.
#[derive(Debug)]
pub struct Open {
    /// The status.
    pub status: u16,
    head: Head,
    reader: Reader<TcpStream>,
    framing: Framing,
    /// What came and was not handed out as an event.
    buffer: Vec<u8>,
}

impl Open {
    /// Sends `ask` to `address` and returns once the answer's head is there.
    pub(crate) async fn send(address: SocketAddr, ask: &Ask) -> Self {
        crate::guarded("an answer's head", async {
            let mut stream = TcpStream::connect(address).await.expect("the gateway listens");
            stream.set_nodelay(true).expect("a connection");
            // A server that refuses a body may hang up while it is still being sent; its answer is what counts.
            let _ = stream.write_all(&ask.written(address)).await;
            let mut reader = Reader::new(stream);
            let head = reader.head().await.expect("an answer").expect("an answer, not a closed connection");
            let status = head.line.split(' ').nth(1).and_then(|status| status.parse().ok());
            let framing = head.framing(true);
            Self { status: status.expect("a status"), head, reader, framing, buffer: Vec::new() }
        })
        .await
    }

    /// The first header called `name`, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The next event; `None` at the body's end.
    ///
    /// # Panics
    /// The body breaks off, or nothing comes.
    pub async fn event(&mut self) -> Option<SseEvent> {
        crate::guarded("an event", async {
            loop {
                if let Some(event) = sse::take(&mut self.buffer) {
                    return Some(event);
                }
                let piece = self.reader.piece(&mut self.framing).await.expect("a body that does not break off");
                self.buffer.extend_from_slice(&piece?);
            }
        })
        .await
    }

    /// The rest of the answer: what was not handed out as an event.
    ///
    /// # Panics
    /// Nothing comes.
    pub async fn rest(mut self) -> Answer {
        let complete = crate::guarded("the rest of an answer", async {
            loop {
                match self.reader.piece(&mut self.framing).await {
                    Ok(Some(piece)) => self.buffer.extend_from_slice(&piece),
                    Ok(None) => return true,
                    Err(_) => return false,
                }
            }
        })
        .await;
        Answer { status: self.status, headers: self.head.headers, body: self.buffer, complete }
    }
}
