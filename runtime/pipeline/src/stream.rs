//! An answer that flows: from the provider's bytes to the client's, piece by piece, with no task in between.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dragoman_model::Failure;
use dragoman_telemetry::Facts;
use dragoman_upstream::{BodyError, Incoming};
use http_body::Body as _;
use tokio::time::{Instant, Sleep};

use crate::backend::Backend;
use crate::body::Source;
use crate::tally::Tally;
use crate::{outcome, send};

/// What of the provider's answer is gathered for one step at the most, in bytes. Only what is there already is
/// gathered, so this trades nothing but memory.
const MAX_STEP_BYTES: usize = 64 << 10;

/// Turns the provider's bytes into the client's.
pub(crate) trait Turner: Send {
    /// Takes in what has come. `true`: the answer is complete, and the rest of the provider's body does not matter.
    fn take(&mut self, chunk: &[u8], out: &mut Vec<u8>, facts: &mut Facts) -> Result<bool, Failure>;

    /// The provider's body is over.
    fn end(&mut self, out: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Failure>;

    /// Writes the client's own error as the stream's last word.
    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>);

    /// Tells what is known when the answer is over.
    fn settle(&mut self, facts: &mut Facts);
}

/// An answer that flows.
pub(crate) struct Stream<T> {
    turner: T,
    backend: Arc<Backend>,
    /// `None` once the answer is over.
    upstream: Option<Incoming>,
    silence: Pin<Box<Sleep>>,
    waiting: bool,
    /// The answer is complete; only the end of the provider's body is still to come.
    complete: bool,
    step: Vec<u8>,
    out: Vec<u8>,
    failure: Option<Failure>,
}

impl<T: Turner> Stream<T> {
    pub(crate) fn new(turner: T, backend: Arc<Backend>, upstream: Incoming) -> Self {
        let silence = Box::pin(tokio::time::sleep(Duration::ZERO));
        Self {
            turner,
            backend,
            upstream: Some(upstream),
            silence,
            waiting: false,
            complete: false,
            step: Vec::new(),
            out: Vec::new(),
            failure: None,
        }
    }

    /// Waits until there is something for the client.
    ///
    /// # Errors
    /// The answer failed before that: it can still be told by a status.
    pub(crate) async fn prime(&mut self, facts: &mut Facts) -> Result<(), Failure> {
        std::future::poll_fn(|context| self.poll_fill(context, facts)).await;
        match self.failure.take() {
            Some(failure) if self.out.is_empty() => {
                self.turner.settle(facts);
                Err(failure)
            }
            failure => {
                self.failure = failure;
                Ok(())
            }
        }
    }

    /// Goes on until there are bytes for the client, or the answer is over.
    fn poll_fill(&mut self, context: &mut Context<'_>, facts: &mut Facts) -> Poll<()> {
        while self.out.is_empty() && self.failure.is_none() {
            let Some(upstream) = self.upstream.as_mut() else { break };
            if self.complete {
                read_rest(upstream, context);
                self.upstream = None;
                break;
            }
            let Poll::Ready(pause) = poll_step(upstream, &mut self.step, context) else {
                std::task::ready!(self.poll_silence(context));
                self.fail(send::slow(&self.backend, "nothing came"), facts);
                break;
            };
            self.waiting = false;
            match self.advance(pause, facts) {
                Ok(false) => {}
                Ok(true) => {
                    self.complete = true;
                    facts.succeeded();
                }
                Err(failure) => self.fail(failure, facts),
            }
        }
        Poll::Ready(())
    }

    /// Turns what was gathered. `true`: the answer is complete.
    fn advance(&mut self, pause: Pause, facts: &mut Facts) -> Result<bool, Failure> {
        let step = std::mem::take(&mut self.step);
        let complete = !step.is_empty() && self.turner.take(&step, &mut self.out, facts)?;
        self.step = step;
        self.step.clear();
        match pause {
            _ if complete => Ok(true),
            Pause::MoreMayCome => Ok(false),
            Pause::Over => self.turner.end(&mut self.out, facts).map(|()| true),
            Pause::Broken(error) => Err(send::broken(&self.backend, &error)),
        }
    }

    fn poll_silence(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.waiting {
            self.waiting = true;
            self.silence.as_mut().reset(Instant::now() + self.backend.timeout);
        }
        self.silence.as_mut().poll(context)
    }

    fn fail(&mut self, failure: Failure, facts: &mut Facts) {
        self.upstream = None;
        let failure = self.backend.clean(failure);
        outcome::failed(facts, &failure);
        self.failure = Some(failure);
    }
}

/// Most frames that are read after a complete answer.
const MAX_REST: usize = 16;

/// Reads what is there of the rest of a body whose answer is complete. One that was read to its end leaves its
/// connection fit for the next call; one that goes on is not waited for.
fn read_rest(upstream: &mut Incoming, context: &mut Context<'_>) {
    for _ in 0..MAX_REST {
        match Pin::new(&mut *upstream).poll_frame(context) {
            Poll::Ready(Some(Ok(_))) => {}
            _ => break,
        }
    }
}

/// Why gathering stopped.
enum Pause {
    /// Nothing more is there for now.
    MoreMayCome,
    /// The body ended as HTTP says it should.
    Over,
    /// The connection broke.
    Broken(BodyError),
}

/// Gathers what is there.
fn poll_step(upstream: &mut Incoming, step: &mut Vec<u8>, context: &mut Context<'_>) -> Poll<Pause> {
    loop {
        match Pin::new(&mut *upstream).poll_frame(context) {
            Poll::Pending if step.is_empty() => return Poll::Pending,
            Poll::Pending => return Poll::Ready(Pause::MoreMayCome),
            Poll::Ready(None) => return Poll::Ready(Pause::Over),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Pause::Broken(error)),
            Poll::Ready(Some(Ok(frame))) => {
                step.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
                if step.len() >= MAX_STEP_BYTES {
                    return Poll::Ready(Pause::MoreMayCome);
                }
            }
        }
    }
}

impl<T: Turner> Source for Stream<T> {
    fn poll_next(&mut self, context: &mut Context<'_>, tally: &mut Tally) -> Poll<Option<Bytes>> {
        std::task::ready!(self.poll_fill(context, &mut tally.facts));
        if self.out.is_empty()
            && let Some(failure) = self.failure.take()
        {
            self.turner.fail(&failure, &mut self.out);
        }
        if self.out.is_empty() {
            return Poll::Ready(None);
        }
        tally.sent(self.out.len());
        Poll::Ready(Some(std::mem::take(&mut self.out).into()))
    }

    fn settle(&mut self, facts: &mut Facts) {
        self.turner.settle(facts);
    }
}
