//! The body of an answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dragoman_telemetry::Facts;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::tally::Tally;

/// Makes an answer piece by piece.
pub(crate) trait Source: Send {
    /// The next piece; `None` at the end. Tells `tally` how the answer went before it ends.
    fn poll_next(&mut self, context: &mut Context<'_>, tally: &mut Tally) -> Poll<Option<Bytes>>;

    /// Tells what is known when the answer is over, or when its client has gone.
    fn settle(&mut self, facts: &mut Facts);
}

/// The body of an answer. It never fails: what goes wrong is told inside it, in the client's dialect.
pub struct Body(Inner);

enum Inner {
    Whole(Bytes),
    Flowing { source: Box<dyn Source>, tally: Box<Tally> },
}

impl Body {
    /// A body that is there already.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Inner::Whole(bytes.into()))
    }

    /// A body that `source` makes; `tally` is settled when the body is dropped, at its end or before.
    pub(crate) fn flowing(source: Box<dyn Source>, tally: Box<Tally>) -> Self {
        Self(Inner::Flowing { source, tally })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Self::Flowing { source, tally } = self {
            source.settle(&mut tally.facts);
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut self.get_mut().0 {
            Inner::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Whole(bytes) => Poll::Ready(Some(std::mem::take(bytes))),
            Inner::Flowing { source, tally } => source.poll_next(cx, tally),
        };
        next.map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Inner::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Flowing { .. } => SizeHint::default(),
        }
    }
}
