//! Newline-delimited JSON.

use crate::WireError;

/// Cuts a stream into lines, whatever the chunks in which it comes.
#[derive(Debug)]
pub struct LineDecoder {
    buffer: Vec<u8>,
    start: usize,
    scanned: usize,
    limit: usize,
}

impl LineDecoder {
    /// A decoder that refuses lines of more than `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, scanned: 0, limit }
    }

    /// Takes in a chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next complete line that is not blank, without its end.
    ///
    /// # Errors
    /// A line is larger than the bound.
    #[allow(clippy::should_implement_trait, reason = "it lends from the decoder, which an Iterator cannot")]
    pub fn next(&mut self) -> Result<Option<&[u8]>, WireError> {
        loop {
            let tail = self.buffer.get(self.scanned..).unwrap_or_default();
            let end = memchr::memchr(b'\n', tail).map(|at| self.scanned + at);
            if end.unwrap_or(self.buffer.len()) - self.start > self.limit {
                return Err(WireError::FrameTooLarge { limit: self.limit });
            }
            let Some(end) = end else {
                self.scanned = self.buffer.len();
                return Ok(None);
            };
            let line = self.start..end;
            self.start = end + 1;
            self.scanned = self.start;
            if self.buffer.get(line.clone()).is_some_and(|line| !line.trim_ascii().is_empty()) {
                return Ok(self.buffer.get(line).map(<[u8]>::trim_ascii));
            }
        }
    }

    /// What is left when the stream is over: a line that nothing ended, if it is not blank.
    #[must_use]
    pub fn finish(&mut self) -> Option<&[u8]> {
        let line = self.buffer.get(self.start..)?.trim_ascii();
        (!line.is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::LineDecoder;

    fn read(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut decoder = LineDecoder::new(16);
        let mut lines = Vec::new();
        for chunk in chunks {
            decoder.push(chunk);
            while let Some(line) = decoder.next().unwrap() {
                lines.push(line.to_vec());
            }
        }
        lines.extend(decoder.finish().map(<[u8]>::to_vec));
        lines
    }

    #[test]
    fn every_chunking_gives_the_same_lines() {
        let stream = b"{\"a\":1}\r\n\n{}\n[1]";
        let whole = read(&[stream]);
        assert_eq!(whole, vec![b"{\"a\":1}".to_vec(), b"{}".to_vec(), b"[1]".to_vec()]);
        for at in 0..stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(read(&[head, tail]), whole);
        }
    }

    #[test]
    fn a_line_over_the_bound_is_refused() {
        let mut decoder = LineDecoder::new(4);
        decoder.push(b"12345");
        assert!(decoder.next().is_err());
    }
}
