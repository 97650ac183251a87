//! Just enough of HTTP/1.1 to read messages, of either side.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A message's first line and headers, the names in lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn parse(text: &str) -> Self {
        let mut lines = text.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let header =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Self { line, headers: lines.filter_map(header).collect() }
    }

    /// How its body is framed; `open_ended` where the end of the connection can be the end of the body.
    pub(crate) fn framing(&self, open_ended: bool) -> Framing {
        let chunked = self.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
        let length = self.header("content-length").and_then(|length| length.parse().ok());
        match (chunked, length) {
            (true, _) => Framing::Chunked,
            (false, Some(length)) => Framing::Left(length),
            (false, None) if open_ended => Framing::Open,
            (false, None) => Framing::Left(0),
        }
    }
}

/// How a body ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Framing {
    /// So many more bytes.
    Left(usize),
    /// With a chunk of no bytes.
    Chunked,
    /// With the connection.
    Open,
}

/// Reads messages from a connection.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    pub(crate) source: R,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, buffer: Vec::new() }
    }

    /// The next message's head; `None` if the connection ended before it.
    pub(crate) async fn head(&mut self) -> io::Result<Option<Head>> {
        match self.until(b"\r\n\r\n").await {
            Ok(bytes) => Ok(Some(Head::parse(String::from_utf8_lossy(&bytes).trim_end()))),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && self.buffer.is_empty() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The next piece of a body; `None` once it is complete. A body that breaks off is an error.
    pub(crate) async fn piece(&mut self, framing: &mut Framing) -> io::Result<Option<Vec<u8>>> {
        match *framing {
            Framing::Left(0) => Ok(None),
            Framing::Left(left) => {
                self.fill_if_empty().await?;
                let piece = self.take(left);
                *framing = Framing::Left(left - piece.len());
                Ok(Some(piece))
            }
            Framing::Chunked => {
                let piece = self.chunk().await?;
                if piece.is_empty() {
                    *framing = Framing::Left(0);
                    return Ok(None);
                }
                Ok(Some(piece))
            }
            Framing::Open => match self.fill_if_empty().await {
                Ok(()) => Ok(Some(self.take(usize::MAX))),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// A whole body.
    pub(crate) async fn body(&mut self, mut framing: Framing) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece(&mut framing).await? {
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// Returns once the peer has closed its side, or broken the connection.
    pub(crate) async fn closed(&mut self) {
        let mut scratch = [0; 1024];
        while let Ok(1..) = self.source.read(&mut scratch).await {}
    }

    async fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let line = self.until(b"\r\n").await?;
        let text = String::from_utf8_lossy(&line);
        let size = text.trim_end().split(';').next().unwrap_or_default();
        let bad = |_| io::Error::new(ErrorKind::InvalidData, format!("bad chunk size {size:?}"));
        let size = usize::from_str_radix(size, 16).map_err(bad)?;
        while self.buffer.len() < size + 2 {
            self.fill().await?;
        }
        let piece = self.take(size);
        self.take(2);
        Ok(piece)
    }

    /// The bytes up to and with `end`.
    async fn until(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(end.len()).position(|window| window == end) {
                return Ok(self.take(at + end.len()));
            }
            self.fill().await?;
        }
    }

    fn take(&mut self, most: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(most.min(self.buffer.len()));
        std::mem::replace(&mut self.buffer, rest)
    }

    async fn fill_if_empty(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() { self.fill().await } else { Ok(()) }
    }

    async fn fill(&mut self) -> io::Result<()> {
        match self.source.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
