//! Server-sent events, after the WHATWG HTML standard, section 9.2.
//!
//! Lines end in LF, CR LF or CR; an empty line ends an event. `retry` and `id` mean nothing here.

use std::borrow::Cow;

use crate::WireError;

/// Cuts a stream into events, whatever the chunks in which it comes.
#[derive(Debug)]
pub struct SseDecoder {
    buffer: Vec<u8>,
    /// Where the event that is being read begins.
    start: usize,
    /// Where the line that is being read begins.
    line: usize,
    /// Up to where line ends have been looked for.
    scanned: usize,
    limit: usize,
    fresh: bool,
}

/// One event, or a block of comments without data.
#[derive(Debug, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// The bytes as they came, the empty line included.
    pub raw: &'a [u8],
    /// The event's name, empty where it has none.
    pub name: &'a [u8],
    /// Its data, lines joined by LF; `None` for a block that has none.
    pub data: Option<Cow<'a, [u8]>>,
}

impl SseDecoder {
    /// A decoder that refuses events of more than `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, line: 0, scanned: 0, limit, fresh: true }
    }

    /// Takes in a chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.line -= self.start;
        self.scanned -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
        if self.fresh && self.buffer.len() >= 3 {
            self.fresh = false;
            if self.buffer.starts_with(b"\xEF\xBB\xBF") {
                self.buffer.drain(..3);
            }
        }
    }

    /// The next complete event.
    ///
    /// # Errors
    /// The event is larger than the bound.
    #[allow(clippy::should_implement_trait, reason = "it lends from the decoder, which an Iterator cannot")]
    pub fn next(&mut self) -> Result<Option<SseEvent<'_>>, WireError> {
        while let Some((line_end, next)) = self.line_end() {
            let empty = line_end == self.line;
            self.line = next;
            self.scanned = next;
            if empty {
                let raw = self.start..next;
                self.start = next;
                return self.event(raw).map(Some);
            }
        }
        if self.buffer.len() - self.start > self.limit {
            return Err(WireError::FrameTooLarge { limit: self.limit });
        }
        Ok(None)
    }

    /// What is left when the stream is over: an event that no empty line ended, if there is one.
    ///
    /// # Errors
    /// The event is larger than the bound.
    pub fn finish(&mut self) -> Result<Option<SseEvent<'_>>, WireError> {
        let raw = self.start..self.buffer.len();
        self.start = raw.end;
        self.line = raw.end;
        self.scanned = raw.end;
        let event = self.event(raw)?;
        Ok(event.data.is_some().then_some(event))
    }

    /// End of the current line and start of the next. A CR at the end of the buffer may be half of a CR LF, so it ends
    /// the line only when the byte after it is known.
    fn line_end(&mut self) -> Option<(usize, usize)> {
        let tail = self.buffer.get(self.scanned..)?;
        let Some(at) = memchr::memchr2(b'\n', b'\r', tail) else {
            self.scanned = self.buffer.len();
            return None;
        };
        let end = self.scanned + at;
        if self.buffer.get(end) == Some(&b'\n') {
            return Some((end, end + 1));
        }
        match self.buffer.get(end + 1) {
            Some(b'\n') => Some((end, end + 2)),
            Some(_) => Some((end, end + 1)),
            None => {
                self.scanned = end;
                None
            }
        }
    }

    fn event(&self, raw: std::ops::Range<usize>) -> Result<SseEvent<'_>, WireError> {
        if raw.len() > self.limit {
            return Err(WireError::FrameTooLarge { limit: self.limit });
        }
        let raw = self.buffer.get(raw).unwrap_or_default();
        let mut event = SseEvent { raw, name: b"", data: None };
        for line in raw.split(|byte| *byte == b'\n').flat_map(|line| line.split(|byte| *byte == b'\r')) {
            let (field, value) = field(line);
            match field {
                b"event" => event.name = value,
                b"data" => event.data = Some(joined(event.data.take(), value)),
                _ => {}
            }
        }
        Ok(event)
    }
}

fn field(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b':', line) {
        Some(colon) => {
            let (name, value) = line.split_at(colon);
            let value = value.strip_prefix(b":").unwrap_or(value);
            (name, value.strip_prefix(b" ").unwrap_or(value))
        }
        None => (line, b""),
    }
}

fn joined<'a>(data: Option<Cow<'a, [u8]>>, value: &'a [u8]) -> Cow<'a, [u8]> {
    match data {
        None => Cow::Borrowed(value),
        Some(data) => {
            let mut data = data.into_owned();
            data.push(b'\n');
            data.extend_from_slice(value);
            Cow::Owned(data)
        }
    }
}

#[cfg(test)]
mod tests;
