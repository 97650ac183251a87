//! One dialect on both sides: the client's document goes on with a few edits, the provider's bytes come back untouched.

use dragoman_frontends::{Frontend, Scene, Sniffer};
use dragoman_model::{Failure, FailureClass};
use dragoman_sandbox::UpstreamBody;
use dragoman_telemetry::Facts;
use dragoman_upstream::Incoming;
use dragoman_wire::frame::{Frame, Framing};
use dragoman_wire::json::Outline;
use dragoman_wire::sse::{SseDecoder, SseEvent};
use http::Response;
use serde_json::json;

use crate::guest::Guest;
use crate::reply::Reply;
use crate::stream::{Stream, Turner};
use crate::visit::Visit;
use crate::{defaults, outcome, send, translate};

/// Sends the client's own document.
pub(crate) async fn ask(
    visit: &mut Visit<'_>,
    operation: &str,
    outline: &Outline,
) -> Result<Response<Incoming>, Failure> {
    let (members, omitted) = outline.digest();
    let input = json!({ "members": members, "omitted": omitted }).to_string();
    let mut step = visit.begin(true, operation, &input)?;
    let mut call = visit.call_of(&mut step)?;
    let dialect = visit.frontend.dialect();
    if call.relay != dialect {
        let message = format!("the connector `{}` was to relay `{dialect}`", visit.backend.connector);
        return Err(Failure::new(FailureClass::Connector, message));
    }
    if let (UpstreamBody::Input(edits), Some(parameters)) = (&mut call.body, visit.backend.parameters(&visit.model)) {
        edits.extend(defaults::edits(dialect, outline, parameters));
    }
    visit.facts.relayed = true;
    send::send(visit, call, Some(outline)).await
}

/// Whether `answer` is a stream of server-sent events.
pub(crate) fn is_stream(answer: &Response<Incoming>) -> bool {
    let status = answer.status();
    let content_type = send::content_type(answer.headers());
    status.is_success() && Framing::Sse.of_answer(status.as_u16(), content_type) == Framing::Sse
}

/// Hands on a stream.
pub(crate) async fn flowing(visit: &mut Visit<'_>, answer: Response<Incoming>) -> Result<Reply, Failure> {
    let headers = send::for_client(answer.headers());
    let turner = Relayed {
        decoder: SseDecoder::new(translate::bound(visit.gateway.limits.frame_bytes)),
        sniffer: visit.frontend.sniffer(true),
        frontend: visit.frontend,
        scene: visit.scene.clone(),
        guest: visit.take_guest()?,
    };
    let mut stream = Stream::new(turner, visit.backend.clone(), answer.into_body());
    stream.prime(visit.facts).await?;
    Ok(Reply::flowing("text/event-stream", Box::new(stream)).with(headers))
}

/// Hands on an answer that is there as a whole. An error in the client's dialect stays as the provider wrote it; any
/// other is told by the connector.
pub(crate) async fn whole(visit: &mut Visit<'_>, answer: Response<Incoming>) -> Result<Reply, Failure> {
    let (parts, body) = answer.into_parts();
    let status = parts.status.as_u16();
    let headers = send::for_client(&parts.headers);
    let bytes = send::collect(&visit.backend, body, visit.gateway.limits.answer_bytes).await?;
    if status < 400 {
        let mut sniffer = visit.frontend.sniffer(false);
        sniffer.see("", &bytes);
        sniffer.usage().into_iter().for_each(|usage| visit.facts.used(usage));
        if let Some(failure) = sniffer.failure() {
            return Err(failure.clone());
        }
        if !bytes.trim_ascii().starts_with(b"{") || !bytes.trim_ascii().ends_with(b"}") {
            let message =
                format!("backend `{}` answered {status} with something that is no document", visit.backend.id);
            return Err(Failure::new(FailureClass::Upstream, message));
        }
        visit.facts.succeeded();
        return Ok(Reply::json(status, bytes).with(headers));
    }
    let failure = failure_of(visit, status, &send::for_guest(&parts.headers), bytes.to_vec());
    if !visit.frontend.is_error_body(&bytes) {
        return Err(failure);
    }
    outcome::failed(visit.facts, &visit.backend.clean(failure));
    let bytes = visit.backend.mask(&bytes).map_or(bytes, Into::into);
    Ok(Reply::json(status, bytes).with(headers))
}

/// What the connector makes of an error answer.
fn failure_of(visit: &mut Visit<'_>, status: u16, headers: &[(String, String)], body: Vec<u8>) -> Failure {
    let body = Frame { kind: "body".into(), data: body };
    let told = visit.guest().and_then(|guest| {
        guest.head(status, headers)?;
        guest.frames(vec![body])
    });
    match told {
        Err(failure) => failure,
        Ok(_) => Failure {
            status: Some(status),
            ..Failure::new(FailureClass::Upstream, format!("backend `{}` answered {status}", visit.backend.id))
        },
    }
}

/// A stream that is handed on.
struct Relayed {
    decoder: SseDecoder,
    sniffer: Box<dyn Sniffer>,
    frontend: &'static dyn Frontend,
    scene: Scene,
    /// Has done its part; kept for what it cost.
    guest: Guest,
}

fn see(sniffer: &mut dyn Sniffer, event: &SseEvent<'_>) {
    if let Some(data) = &event.data {
        sniffer.see(&String::from_utf8_lossy(event.name), data);
    }
}

impl Turner for Relayed {
    fn take(&mut self, chunk: &[u8], out: &mut Vec<u8>, _: &mut Facts) -> Result<bool, Failure> {
        self.decoder.push(chunk);
        loop {
            match self.decoder.next() {
                Ok(Some(event)) => {
                    see(self.sniffer.as_mut(), &event);
                    out.extend_from_slice(event.raw);
                }
                // Only the end of the body ends a stream that is not ours to understand.
                Ok(None) => return Ok(false),
                Err(error) => return Err(Failure::new(FailureClass::Upstream, error.to_string())),
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Failure> {
        let before = self.sniffer.complete();
        if let Ok(Some(event)) = self.decoder.finish() {
            see(self.sniffer.as_mut(), &event);
            // Half an event is handed on only where it is the ending itself.
            if before || self.sniffer.complete() {
                out.extend_from_slice(event.raw);
            }
        }
        self.sniffer.usage().into_iter().for_each(|usage| facts.used(usage));
        if self.sniffer.complete() { Ok(()) } else { Err(translate::cut()) }
    }

    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        self.frontend.fail_relayed(failure, &self.scene, out);
    }

    fn settle(&mut self, facts: &mut Facts) {
        if let Some(usage) = self.sniffer.usage() {
            facts.usage = Some(usage.clone());
        }
        self.guest.settle(facts);
    }
}
