//! Reading an HTTP/1 answer, without I/O and at little cost: the load shares the machine with what is measured.

use crate::Outcome;

/// Most bytes of an answer's head.
const MAX_HEAD: usize = 64 << 10;
/// How many of a body's last bytes are kept: a stream's ending is found in them.
const TAIL: usize = 64;
/// How much of a body is kept where it is asked for, or where the status tells of an error.
const MAX_KEPT: usize = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    /// So many bytes of the body are to come.
    Length(u64),
    /// In the line that tells a chunk's size; the digits are over once something else came.
    Size {
        size: u64,
        digits: bool,
    },
    Chunk(u64),
    /// In the line end behind a chunk.
    ChunkEnd,
    /// In a line after the last chunk, with so many bytes read of it.
    Trailer(usize),
    UntilClose,
    Done,
}

/// An answer that is being read.
#[derive(Debug)]
pub(crate) struct Answer {
    state: State,
    head: Vec<u8>,
    keep: bool,
    /// The status; 0 before the head is there.
    pub(crate) status: u16,
    /// Whether the connection cannot be used again.
    pub(crate) close: bool,
    /// Bytes of the body so far.
    pub(crate) bytes: u64,
    /// The body's last bytes.
    pub(crate) tail: Vec<u8>,
    /// The body, where it is kept.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer of which nothing is there; `keep` keeps its body.
    pub(crate) fn new(keep: bool) -> Self {
        let (head, tail, body) = (Vec::with_capacity(512), Vec::with_capacity(TAIL * 2), Vec::new());
        Self { state: State::Head, head, keep, status: 0, close: false, bytes: 0, tail, body }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Takes in what was read.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Outcome<()> {
        while !bytes.is_empty() && !self.is_done() {
            bytes = match self.state {
                State::Head => self.take_head(bytes)?,
                State::Length(left) | State::Chunk(left) => self.take_body(bytes, left),
                State::UntilClose => self.take_body(bytes, u64::MAX),
                State::Size { .. } | State::ChunkEnd | State::Trailer(_) => self.take_line(bytes)?,
                State::Done => bytes,
            };
        }
        Ok(())
    }

    /// The connection was closed: the end of an answer that has no other.
    pub(crate) fn end(&mut self) -> Outcome<()> {
        if self.state != State::UntilClose {
            return Err("the connection was closed before the answer was over".into());
        }
        self.state = State::Done;
        self.close = true;
        Ok(())
    }

    fn take_head<'a>(&mut self, bytes: &'a [u8]) -> Outcome<&'a [u8]> {
        let before = self.head.len();
        self.head.extend_from_slice(bytes);
        let from = before.saturating_sub(3);
        let found = self.head.get(from..).unwrap_or_default().windows(4).position(|four| four == b"\r\n\r\n");
        let Some(at) = found else {
            return if self.head.len() > MAX_HEAD { Err("the answer's head has no end".into()) } else { Ok(&[]) };
        };
        let end = from + at + 4;
        self.head.truncate(end);
        self.read_head()?;
        Ok(bytes.get(end - before..).unwrap_or_default())
    }

    fn read_head(&mut self) -> Outcome<()> {
        let text = std::str::from_utf8(&self.head).map_err(|_| "the answer's head is no text")?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        self.status = status.ok_or("the answer has no status")?;
        let mut state = State::UntilClose;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                let length = value.parse().map_err(|_| "content-length is no number")?;
                state = if length == 0 { State::Done } else { State::Length(length) };
            } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
                state = State::Size { size: 0, digits: true };
            } else if name.eq_ignore_ascii_case("connection") {
                self.close |= value.eq_ignore_ascii_case("close");
            }
        }
        self.state = state;
        self.keep |= self.status != 200;
        Ok(())
    }

    fn take_body<'a>(&mut self, bytes: &'a [u8], left: u64) -> &'a [u8] {
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let (piece, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        let left = left - piece.len() as u64;
        self.bytes += piece.len() as u64;
        self.keep_piece(piece);
        self.state = match self.state {
            State::Length(_) if left == 0 => State::Done,
            State::Length(_) => State::Length(left),
            State::Chunk(_) if left == 0 => State::ChunkEnd,
            State::Chunk(_) => State::Chunk(left),
            other => other,
        };
        rest
    }

    fn keep_piece(&mut self, piece: &[u8]) {
        if self.keep && self.body.len() < MAX_KEPT {
            self.body.extend_from_slice(piece);
        }
        let last = piece.get(piece.len().saturating_sub(TAIL)..).unwrap_or(piece);
        let surplus = (self.tail.len() + last.len()).saturating_sub(TAIL);
        self.tail.drain(..surplus.min(self.tail.len()));
        self.tail.extend_from_slice(last);
    }

    /// One byte of the lines between chunks.
    fn take_line<'a>(&mut self, bytes: &'a [u8]) -> Outcome<&'a [u8]> {
        let Some((byte, rest)) = bytes.split_first() else { return Ok(bytes) };
        self.state = match (self.state, *byte) {
            (State::Size { size: 0, .. }, b'\n') => State::Trailer(0),
            (State::Size { size, .. }, b'\n') => State::Chunk(size),
            (State::Size { size, digits: true }, digit) if digit.is_ascii_hexdigit() => {
                let value = char::from(digit).to_digit(16).unwrap_or_default();
                let size = size.checked_mul(16).and_then(|size| size.checked_add(value.into()));
                State::Size { size: size.ok_or("a chunk is too large")?, digits: true }
            }
            (State::Size { size, .. }, _) => State::Size { size, digits: false },
            (State::ChunkEnd, b'\n') => State::Size { size: 0, digits: true },
            (State::Trailer(0), b'\n') => State::Done,
            (State::Trailer(_), b'\n') => State::Trailer(0),
            (state, b'\r') => state,
            (State::Trailer(length), _) if length < MAX_HEAD => State::Trailer(length + 1),
            (..) => return Err("the answer's chunks are malformed".into()),
        };
        Ok(rest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: 1\r\n\r\n";
    const LENGTH: &[u8] = b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 4\r\n\r\nnone";

    #[test]
    fn any_splitting_of_an_answer_reads_the_same() {
        for (bytes, body, status) in [(CHUNKED, b"hello!".as_slice(), 200), (LENGTH, b"none", 404)] {
            for cut in 0..bytes.len() {
                let (first, second) = bytes.split_at(cut);
                let mut answer = Answer::new(true);
                answer.push(first).unwrap();
                assert!(!answer.is_done());
                answer.push(second).unwrap();
                assert!(answer.is_done());
                assert_eq!((answer.status, answer.body.as_slice(), answer.tail.as_slice()), (status, body, body));
            }
        }
    }

    #[test]
    fn an_answer_that_is_cut_off_is_no_answer() {
        let mut answer = Answer::new(false);
        answer.push(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel").unwrap();
        assert!(answer.end().is_err());
    }

    #[test]
    fn only_the_end_of_a_body_is_kept() {
        let mut answer = Answer::new(false);
        let body = "0123456789".repeat(30);
        answer.push(format!("HTTP/1.1 200 OK\r\ncontent-length: 300\r\n\r\n{body}").as_bytes()).unwrap();
        assert_eq!(answer.tail, body.as_bytes().split_at(300 - TAIL).1);
        assert!(answer.body.is_empty());
    }
}
