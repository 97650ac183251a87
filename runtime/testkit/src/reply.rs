//! What an upstream answers.

use serde_json::Value;

use crate::gate::Gate;

/// What an upstream does in answer to one request.
///
/// It is a head and a body in pieces, each written and flushed by itself, and an ending. What is said about pieces
/// counts from the first one.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(crate) head: Option<Head>,
    pub(crate) pieces: Vec<Vec<u8>>,
    pub(crate) pause: Option<(usize, Gate)>,
    pub(crate) ending: Ending,
}

/// Status and headers, and what they say of the body.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) framing: Framing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// The true length, or a lie.
    Length(Option<usize>),
    Chunked,
    /// None: the body ends with the connection.
    Close,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As its framing says; the connection stays.
    Clean,
    /// The connection is closed, without what the framing still demands.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing more is sent, but the connection still listens.
    HalfClose,
    /// A chunk's size that is no number.
    BadChunk,
}

impl Reply {
    /// A whole JSON document.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::whole(status, "application/json", body.to_string())
    }

    /// A whole body.
    #[must_use]
    pub fn whole(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::with_head(status, content_type, Framing::Length(None), vec![body.into()])
    }

    /// A chunked stream of server-sent events; each item is one piece, written as it is.
    #[must_use]
    pub fn sse<P: Into<Vec<u8>>>(pieces: impl IntoIterator<Item = P>) -> Self {
        let pieces = pieces.into_iter().map(Into::into).collect();
        Self::with_head(200, "text/event-stream; charset=utf-8", Framing::Chunked, pieces)
    }

    /// Bytes instead of HTTP, after which the connection is closed.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { head: None, pieces: vec![bytes.into()], pause: None, ending: Ending::Close }
    }

    /// No answer at all: the connection is reset.
    #[must_use]
    pub fn reset() -> Self {
        Self { head: None, pieces: Vec::new(), pause: None, ending: Ending::Reset }
    }

    /// No answer until `gate` opens, and none after it: the connection is closed.
    #[must_use]
    pub fn silence(gate: &Gate) -> Self {
        Self { head: None, pieces: Vec::new(), pause: Some((0, gate.clone())), ending: Ending::Close }
    }

    fn with_head(status: u16, content_type: &str, framing: Framing, pieces: Vec<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { head: Some(Head { status, headers, framing }), pieces, pause: None, ending: Ending::Clean }
    }

    /// The same with another header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Some(head) = &mut self.head {
            head.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same body in pieces of `size` bytes.
    #[must_use]
    pub fn in_pieces_of(mut self, size: usize) -> Self {
        self.pieces = self.pieces.concat().chunks(size).map(<[u8]>::to_vec).collect();
        self
    }

    /// Claims a length of `bytes`, whatever is sent. What falls short ends with the connection.
    #[must_use]
    pub fn claiming_length(mut self, bytes: usize) -> Self {
        self.ending = if self.pieces.concat().len() < bytes { Ending::Close } else { Ending::Clean };
        self.framed(Framing::Length(Some(bytes)))
    }

    /// Ends with the connection, as HTTP/1.0 does.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.ending = Ending::Close;
        self.framed(Framing::Close)
    }

    /// Waits for `gate` once `count` pieces are sent.
    #[must_use]
    pub fn pausing_after(mut self, count: usize, gate: &Gate) -> Self {
        self.pause = Some((count, gate.clone()));
        self
    }

    /// Ends well after `count` pieces.
    #[must_use]
    pub fn ending_after(self, count: usize) -> Self {
        self.after(count, Ending::Clean)
    }

    /// Resets the connection after `count` pieces. The peer may then find that what it has not read yet is gone.
    #[must_use]
    pub fn reset_after(self, count: usize) -> Self {
        self.after(count, Ending::Reset)
    }

    /// Closes the connection after `count` pieces, in the middle of the body.
    #[must_use]
    pub fn cut_after(self, count: usize) -> Self {
        self.after(count, Ending::Close)
    }

    /// Sends nothing more after `count` pieces, but goes on listening.
    #[must_use]
    pub fn half_closed_after(self, count: usize) -> Self {
        self.after(count, Ending::HalfClose)
    }

    /// Writes a chunk size that is no number after `count` pieces.
    #[must_use]
    pub fn bad_chunk_after(self, count: usize) -> Self {
        self.after(count, Ending::BadChunk).framed(Framing::Chunked)
    }

    fn after(mut self, count: usize, ending: Ending) -> Self {
        self.pieces.truncate(count);
        self.ending = ending;
        self
    }

    fn framed(mut self, framing: Framing) -> Self {
        if let Some(head) = &mut self.head {
            head.framing = framing;
        }
        self
    }

    pub(crate) fn framing(&self) -> Framing {
        self.head.as_ref().map_or(Framing::Close, |head| head.framing)
    }

    /// The head as it is written; empty where there is none.
    pub(crate) fn written_head(&self) -> Vec<u8> {
        let Some(head) = &self.head else { return Vec::new() };
        let mut lines = vec![format!("HTTP/1.1 {} Scripted", head.status)];
        lines.extend(head.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.extend(match head.framing {
            Framing::Length(lie) => {
                let length = lie.unwrap_or_else(|| self.pieces.iter().map(Vec::len).sum());
                Some(format!("content-length: {length}"))
            }
            Framing::Chunked => Some("transfer-encoding: chunked".to_owned()),
            Framing::Close => Some("connection: close".to_owned()),
        });
        format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
    }
}
