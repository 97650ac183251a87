//! A provider that answers from memory.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use tokio::sync::watch;

use crate::canned::{self, Dialect, Manner};
use crate::{Outcome, part};

/// Lets all held streams go on.
pub(crate) const RELEASE: &str = "/release";

/// Serves until the parent is gone.
pub(crate) fn serve(listen: &str) -> Outcome<()> {
    part::small_runtime()?.block_on(async {
        let shelf = Arc::new(Shelf::new());
        part::accept(listen, move |stream| {
            let shelf = Arc::clone(&shelf);
            async move {
                let answer = service_fn(move |request| answer(Arc::clone(&shelf), request));
                // A connection that breaks concerns the other side only.
                let _ = http1::Builder::new().serve_connection(stream, answer).await;
            }
        })
        .await
    })
}

/// What is written, one after the other.
type Writes = Arc<[Bytes]>;

/// Answers that are written already.
struct Shelf {
    chat: Bytes,
    messages: Bytes,
    /// By the dialect, the number of pieces and the events in a write.
    streams: Mutex<HashMap<(Dialect, usize, usize), Writes>>,
    release: watch::Sender<()>,
}

impl Shelf {
    fn new() -> Self {
        Self {
            chat: canned::whole(Dialect::Chat),
            messages: canned::whole(Dialect::Messages),
            streams: Mutex::default(),
            release: watch::Sender::new(()),
        }
    }

    fn whole(&self, dialect: Dialect) -> Bytes {
        match dialect {
            Dialect::Chat => self.chat.clone(),
            Dialect::Messages => self.messages.clone(),
        }
    }

    /// The writes of a stream.
    fn stream(&self, dialect: Dialect, events: usize, batch: usize) -> Writes {
        let key = (dialect, events, batch);
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let written = streams.entry(key).or_insert_with(|| {
            let events = canned::stream(dialect, events);
            events.chunks(batch).map(|events| Bytes::from(events.concat())).collect()
        });
        Arc::clone(written)
    }
}

async fn answer(shelf: Arc<Shelf>, request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
    let dialect = match request.uri().path() {
        "/v1/chat/completions" => Dialect::Chat,
        "/v1/messages" => Dialect::Messages,
        RELEASE => {
            shelf.release.send_replace(());
            return Ok(respond(StatusCode::OK, "application/json", Answer::whole(Bytes::from_static(b"{}"))));
        }
        _ => return Ok(refuse(StatusCode::NOT_FOUND, "there is no such path")),
    };
    let Ok(body) = request.into_body().collect().await else {
        return Ok(refuse(StatusCode::BAD_REQUEST, "the body broke off"));
    };
    let Some(manner) = model(&body.to_bytes()).as_deref().and_then(Manner::of) else {
        return Ok(refuse(StatusCode::NOT_FOUND, "there is no such model"));
    };
    Ok(match manner {
        Manner::Whole => respond(StatusCode::OK, "application/json", Answer::whole(shelf.whole(dialect))),
        Manner::Stream { events, batch, hold } => {
            let mut released = shelf.release.subscribe();
            let wait = async move { drop(released.changed().await) };
            let writes = shelf.stream(dialect, events, batch);
            let hold: Option<Hold> = if hold { Some(Box::pin(wait)) } else { None };
            let answer = Answer { writes, next: 0, flush: false, hold, held_at: canned::held_events(dialect) };
            respond(StatusCode::OK, "text/event-stream", answer)
        }
    })
}

fn respond(status: StatusCode, content_type: &'static str, body: Answer) -> Response<Answer> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn refuse(status: StatusCode, message: &str) -> Response<Answer> {
    let body = serde_json::json!({ "type": "error", "error": { "type": "invalid_request_error", "message": message } });
    respond(status, "application/json", Answer::whole(body.to_string().into()))
}

/// The model that a request names. No text in a request has an unescaped quote, so the name of the member, with its
/// quotes, is nowhere else. It stands at one of the ends of the document as a rule: those are looked at first.
fn model(body: &[u8]) -> Option<String> {
    const END: usize = 1024;
    let first = body.get(..END).unwrap_or(body);
    let last = body.get(body.len().saturating_sub(END)..).unwrap_or(body);
    [first, last, body].into_iter().find_map(model_in)
}

fn model_in(part: &[u8]) -> Option<String> {
    const MEMBER: &[u8] = b"\"model\"";
    let at = part.windows(MEMBER.len()).position(|window| window == MEMBER)?;
    let value = part.get(at + MEMBER.len()..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"")?;
    let end = value.iter().position(|byte| *byte == b'"')?;
    String::from_utf8(value.get(..end)?.to_vec()).ok()
}

type Hold = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The body of an answer.
struct Answer {
    writes: Writes,
    next: usize,
    /// Whether what was handed over last is to leave before there is more.
    flush: bool,
    hold: Option<Hold>,
    held_at: usize,
}

impl Answer {
    fn whole(bytes: Bytes) -> Self {
        Self { writes: Arc::from([bytes]), next: 0, flush: false, hold: None, held_at: usize::MAX }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.next == self.held_at
            && let Some(hold) = &mut self.hold
        {
            ready!(hold.as_mut().poll(context));
            self.hold = None;
        }
        // hyper writes what it has once the body has nothing more for now: so each write is one.
        if std::mem::take(&mut self.flush) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let write = self.writes.get(self.next).cloned();
        self.next += 1;
        self.flush = self.next < self.writes.len();
        Poll::Ready(write.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.writes.len()
    }

    fn size_hint(&self) -> SizeHint {
        match &*self.writes {
            [only] if self.next == 0 && self.hold.is_none() => SizeHint::with_exact(only.len() as u64),
            _ => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_found_at_either_end_and_in_the_middle() {
        let filler = " ".repeat(3000);
        for body in [
            format!("{{\"model\":\"whole\",\"a\":\"{filler}\"}}"),
            format!("{{\"a\":\"{filler}\",\"model\" : \"whole\"}}"),
            format!("{{\"a\":\"{filler}\",\"model\":\"whole\",\"b\":\"{filler}\"}}"),
        ] {
            assert_eq!(model(body.as_bytes()).as_deref(), Some("whole"));
        }
    }
}
