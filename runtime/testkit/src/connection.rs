//! One connection to the upstream.

use std::io;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::http1::Reader;
use crate::reply::{Ending, Framing, Reply};
use crate::seen::Seen;

/// How a reply went.
pub(crate) enum Played {
    /// To its end; the connection can be used again.
    Kept(Connection),
    /// To its end, which was the connection's as well.
    Over,
    /// The peer went away before it was over.
    Abandoned,
}

/// One connection to the upstream.
pub(crate) struct Connection {
    reader: Reader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        Ok(Self { reader: Reader::new(reader), writer })
    }

    /// The next request; `None` once there will be none.
    pub(crate) async fn request(&mut self) -> Option<Seen> {
        let head = self.reader.head().await.ok()??;
        let framing = head.framing(false);
        let body = self.reader.body(framing).await.ok()?;
        Some(Seen::new(head, body))
    }

    /// Plays `reply`, and watches whether the peer goes away meanwhile.
    pub(crate) async fn play(mut self, reply: &Reply) -> Played {
        let Self { reader, writer } = &mut self;
        // A peer that reuses connections sends nothing before the answer is over, so reading watches for its end only.
        // Writing goes first: once it is through, what comes is the next request.
        let written = tokio::select! {
            biased;
            written = write(writer, reply) => written.is_ok(),
            () = reader.closed() => false,
        };
        match reply.ending {
            _ if !written => Played::Abandoned,
            Ending::Clean => Played::Kept(self),
            Ending::Reset => {
                let _ = self.writer.as_ref().set_zero_linger();
                // Otherwise its end would be told in order before the reset is.
                self.writer.forget();
                Played::Over
            }
            Ending::HalfClose => {
                let _ = writer.shutdown().await;
                reader.closed().await;
                Played::Over
            }
            Ending::Close | Ending::BadChunk => Played::Over,
        }
    }
}

async fn write(writer: &mut OwnedWriteHalf, reply: &Reply) -> io::Result<()> {
    let chunked = reply.framing() == Framing::Chunked;
    writer.write_all(&reply.written_head()).await?;
    for (index, piece) in reply.pieces.iter().enumerate() {
        if index > 0 {
            // Lets the peer read the last piece before there is another.
            tokio::task::yield_now().await;
        }
        pause(reply, index).await;
        let framed = if chunked { chunk(piece) } else { piece.clone() };
        writer.write_all(&framed).await?;
    }
    pause(reply, reply.pieces.len()).await;
    match reply.ending {
        Ending::Clean if chunked => writer.write_all(b"0\r\n\r\n").await,
        Ending::BadChunk => writer.write_all(b"xyz\r\n").await,
        _ => Ok(()),
    }
}

async fn pause(reply: &Reply, before: usize) {
    if let Some((_, gate)) = reply.pause.as_ref().filter(|(count, _)| *count == before) {
        gate.passed().await;
    }
}

fn chunk(piece: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
    chunk.extend_from_slice(piece);
    chunk.extend_from_slice(b"\r\n");
    chunk
}
