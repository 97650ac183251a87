//! A client that does as little as a client can.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::subject::Shot;
use crate::{Outcome, check};

/// How much is read at once.
pub(crate) const READ: usize = 64 << 10;

/// How long an exchange took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// Until the first byte of the body.
    pub(crate) first: Duration,
    pub(crate) total: Duration,
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream =
            TcpStream::connect(address).await.map_err(|error| format!("cannot connect to {address}: {error}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, buffer: vec![0; READ] })
    }

    /// Sends `shot` and reads its answer, which is looked at briefly.
    pub(crate) async fn exchange(&mut self, shot: &Shot) -> Outcome<Timing> {
        let mut answer = Answer::new(false);
        let timing = self.round_trip(shot, &mut answer).await?;
        check::briefly(&answer, shot.manner)?;
        Ok(timing)
    }

    /// Sends `shot` and looks closely at its answer.
    pub(crate) async fn trial(&mut self, shot: &Shot) -> Outcome<()> {
        let mut answer = Answer::new(true);
        self.round_trip(shot, &mut answer).await?;
        check::closely(&answer, shot.manner)
    }

    async fn round_trip(&mut self, shot: &Shot, answer: &mut Answer) -> Outcome<Timing> {
        let began = Instant::now();
        self.stream.write_all(&shot.bytes).await?;
        self.read_until(answer, |answer| answer.bytes > 0).await?;
        let first = began.elapsed();
        self.read_until(answer, Answer::is_done).await?;
        let timing = Timing { first, total: began.elapsed() };
        if answer.close {
            let address = self.address;
            self.stream = Self::open(address).await?.stream;
        }
        Ok(timing)
    }

    /// Sends `shot` and returns when the first of its answer's body is there.
    pub(crate) async fn begin(mut self, shot: &Shot) -> Outcome<Begun> {
        let mut answer = Answer::new(true);
        self.stream.write_all(&shot.bytes).await?;
        self.read_until(&mut answer, |answer| answer.bytes > 0).await?;
        if answer.status != 200 || answer.is_done() {
            self.read_until(&mut answer, Answer::is_done).await?;
            check::briefly(&answer, shot.manner)?;
            return Err("the stream was not held".into());
        }
        // Thousands of these are open at a time.
        self.buffer = Vec::new();
        Ok(Begun { connection: self, answer })
    }

    async fn read_until(&mut self, answer: &mut Answer, enough: impl Fn(&Answer) -> bool) -> Outcome<()> {
        while !enough(answer) && !answer.is_done() {
            match self.stream.read(&mut self.buffer).await? {
                0 => answer.end()?,
                read => answer.push(self.buffer.get(..read).unwrap_or_default())?,
            }
        }
        Ok(())
    }
}

/// A stream of which the beginning was read.
#[derive(Debug)]
pub(crate) struct Begun {
    connection: Connection,
    answer: Answer,
}

impl Begun {
    /// Reads the rest and looks closely at all of it.
    pub(crate) async fn finish(mut self, shot: &Shot) -> Outcome<()> {
        self.connection.buffer = vec![0; READ];
        self.connection.read_until(&mut self.answer, Answer::is_done).await?;
        check::closely(&self.answer, shot.manner)
    }
}
