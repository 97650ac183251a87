//! How a body is cut.

use crate::WireError;
use crate::ndjson::LineDecoder;
use crate::sse::SseDecoder;

/// How a body is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Not at all.
    Whole,
    /// Into server-sent events.
    Sse,
    /// Into lines.
    Ndjson,
}

impl Framing {
    /// The framing called `name` in a connector's call.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "whole" => Some(Self::Whole),
            "sse" => Some(Self::Sse),
            "ndjson" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The framing of an answer: what the call asked for, unless status or content type contradict it. A provider
    /// that means to stream but fails answers with a document, and that must not be cut.
    #[must_use]
    pub fn of_answer(self, status: u16, content_type: &str) -> Self {
        let is_document = content_type.trim_ascii_start().to_ascii_lowercase().starts_with("application/json");
        if status >= 400 || (self == Self::Sse && is_document) { Self::Whole } else { self }
    }
}

/// One frame of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// `body`, `line`, or the name of a server-sent event.
    pub kind: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// Cuts a body into frames.
#[derive(Debug)]
pub enum FrameDecoder {
    /// A body that is gathered.
    Whole(Vec<u8>, usize),
    /// Server-sent events.
    Sse(SseDecoder),
    /// Lines.
    Ndjson(LineDecoder),
}

impl FrameDecoder {
    /// A decoder for `framing` with bounds in bytes: `max_frame` for a piece of a stream, `max_body` for a whole body.
    #[must_use]
    pub fn new(framing: Framing, max_frame: usize, max_body: usize) -> Self {
        match framing {
            Framing::Whole => Self::Whole(Vec::new(), max_body),
            Framing::Sse => Self::Sse(SseDecoder::new(max_frame)),
            Framing::Ndjson => Self::Ndjson(LineDecoder::new(max_frame)),
        }
    }

    /// The frames that `chunk` completes.
    ///
    /// # Errors
    /// A frame is larger than the bound.
    pub fn push(&mut self, chunk: &[u8], frames: &mut Vec<Frame>) -> Result<(), WireError> {
        match self {
            Self::Whole(body, limit) => {
                if body.len() + chunk.len() > *limit {
                    return Err(WireError::FrameTooLarge { limit: *limit });
                }
                body.extend_from_slice(chunk);
            }
            Self::Sse(decoder) => {
                decoder.push(chunk);
                while let Some(event) = decoder.next()? {
                    frames.extend(event.data.map(|data| frame(event.name, data.into_owned())));
                }
            }
            Self::Ndjson(decoder) => {
                decoder.push(chunk);
                while let Some(line) = decoder.next()? {
                    frames.push(frame(b"line", line.to_vec()));
                }
            }
        }
        Ok(())
    }

    /// The frames that the end of the body completes.
    ///
    /// # Errors
    /// A frame is larger than the bound.
    pub fn finish(&mut self, frames: &mut Vec<Frame>) -> Result<(), WireError> {
        match self {
            Self::Whole(body, _) => frames.push(frame(b"body", std::mem::take(body))),
            Self::Sse(decoder) => {
                if let Some(event) = decoder.finish()? {
                    frames.extend(event.data.map(|data| frame(event.name, data.into_owned())));
                }
            }
            Self::Ndjson(decoder) => frames.extend(decoder.finish().map(|line| frame(b"line", line.to_vec()))),
        }
        Ok(())
    }
}

fn frame(kind: &[u8], data: Vec<u8>) -> Frame {
    Frame { kind: String::from_utf8_lossy(kind).into_owned(), data }
}

#[cfg(test)]
mod tests {
    use super::Framing;

    #[test]
    fn an_error_or_a_document_is_never_cut() {
        assert_eq!(Framing::Sse.of_answer(200, "text/event-stream; charset=utf-8"), Framing::Sse);
        assert_eq!(Framing::Sse.of_answer(429, "text/event-stream"), Framing::Whole);
        assert_eq!(Framing::Sse.of_answer(200, "application/json"), Framing::Whole);
        assert_eq!(Framing::Sse.of_answer(200, ""), Framing::Sse);
    }
}
