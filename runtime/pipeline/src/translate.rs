//! Between two dialects: the front end's codec on one side, the connector on the other.

use dragoman_frontends::Answer;
use dragoman_model::fold::{Fold, unfold};
use dragoman_model::{Event, Failure, FailureClass};
use dragoman_sandbox::{Step, Verdict};
use dragoman_telemetry::Facts;
use dragoman_wire::frame::{Frame, FrameDecoder, Framing};
use dragoman_wire::json::Outline;
use http::response::Parts;

use crate::flow::Flow;
use crate::guest::Guest;
use crate::reply::Reply;
use crate::stream::{Stream, Turner};
use crate::visit::Visit;
use crate::{defaults, send};

/// Answers a chat request through the neutral model.
pub(crate) async fn chat(visit: &mut Visit<'_>, outline: &Outline) -> Result<Reply, Failure> {
    let mut asked = visit.frontend.decode(outline.bytes(), visit.scene)?;
    asked.request.model.clone_from(&visit.model);
    asked.request.stream = visit.scene.stream;
    if let Some(parameters) = visit.backend.parameters(&visit.model) {
        defaults::apply(&mut asked.request, parameters);
    }
    let input = serde_json::to_string(&asked.request).map_err(|error| unwritable(&error))?;
    let mut step = visit.begin(false, "chat", &input)?;
    if step.next.is_none() {
        return local(visit, &step, asked.answer);
    }
    let call = visit.call_of(&mut step)?;
    let framing = call.framing;
    let (parts, body) = send::send(visit, call, None).await?.into_parts();
    let framing = told_head(visit, framing, &parts)?;
    let passed = send::for_client(&parts.headers);
    if visit.scene.stream && framing != Framing::Whole {
        let content_type = asked.answer.stream_content_type();
        let turner = Translated {
            decoder: FrameDecoder::new(framing, bound(visit.gateway.limits.frame_bytes), 0),
            teller: Teller { flow: Flow::default(), guest: visit.take_guest()? },
            answer: asked.answer,
        };
        let mut stream = Stream::new(turner, visit.backend.clone(), body);
        stream.prime(visit.facts).await?;
        return Ok(Reply::flowing(content_type, Box::new(stream)).with(passed));
    }
    let limit = visit.gateway.limits.answer_bytes;
    let bytes = send::collect(&visit.backend, body, limit).await?;
    let mut decoder = FrameDecoder::new(framing, bound(visit.gateway.limits.frame_bytes), bound(limit));
    let mut frames = Vec::new();
    decoder.push(&bytes, &mut frames).and_then(|()| decoder.finish(&mut frames)).map_err(|error| unframed(&error))?;
    whole(visit, frames, asked.answer).map(|reply| reply.with(passed))
}

/// Tells the connector the answer's head, and how its body is cut.
pub(crate) fn told_head(visit: &mut Visit<'_>, framing: Framing, parts: &Parts) -> Result<Framing, Failure> {
    let status = parts.status.as_u16();
    visit.guest()?.head(status, &send::for_guest(&parts.headers))?;
    Ok(framing.of_answer(status, send::content_type(&parts.headers)))
}

/// The answer of a connector that needs no provider.
fn local(visit: &mut Visit<'_>, step: &Step, answer: Box<dyn Answer>) -> Result<Reply, Failure> {
    let mut teller = Teller { flow: Flow::default(), guest: visit.take_guest()? };
    let told = tell_all(visit, &mut teller, &[step], answer);
    visit.guest = Some(teller.guest);
    told
}

/// The answer whose frames are all there.
fn whole(visit: &mut Visit<'_>, frames: Vec<Frame>, answer: Box<dyn Answer>) -> Result<Reply, Failure> {
    let mut teller = Teller { flow: Flow::default(), guest: visit.take_guest()? };
    let steps = teller.guest.frames(frames).and_then(|first| {
        let last = if first.done { Step::default() } else { teller.guest.finish("eof")? };
        Ok([first, last])
    });
    let told = steps.and_then(|[first, last]| tell_all(visit, &mut teller, &[&first, &last], answer));
    visit.guest = Some(teller.guest);
    told
}

fn tell_all(
    visit: &mut Visit<'_>,
    teller: &mut Teller,
    steps: &[&Step],
    mut answer: Box<dyn Answer>,
) -> Result<Reply, Failure> {
    let (mut fold, mut out) = (Fold::default(), Vec::new());
    let stream = visit.scene.stream;
    for step in steps {
        teller.tell(step, visit.facts, &mut |event| match event {
            event if !stream => fold.push(event),
            event => write(answer.as_mut(), event, &mut out),
        })?;
    }
    if !teller.flow.ended() {
        return Err(cut());
    }
    visit.facts.succeeded();
    if stream {
        Ok(Reply::whole(answer.stream_content_type(), out))
    } else {
        Ok(Reply::json(200, answer.whole(fold.into_response())))
    }
}

/// Writes one event; a whole answer in a stream is told in its pieces.
fn write(answer: &mut dyn Answer, event: Event, out: &mut Vec<u8>) {
    match event {
        Event::Response(response) => unfold(response).into_iter().for_each(|event| answer.event(event, out)),
        event => answer.event(event, out),
    }
}

/// Reads a connector's events.
struct Teller {
    flow: Flow,
    guest: Guest,
}

impl Teller {
    fn tell(&mut self, step: &Step, facts: &mut Facts, on: &mut dyn FnMut(Event)) -> Result<(), Failure> {
        for event in self.guest.events(step)? {
            match &event {
                Event::Failure(failure) => return Err(failure.clone()),
                Event::Usage(report) => facts.used(&report.usage),
                Event::Start(start) => start.usage.iter().for_each(|usage| facts.used(usage)),
                Event::Response(response) => response.usage.iter().for_each(|usage| facts.used(usage)),
                _ => {}
            }
            let pushed = self.flow.push(event, &mut |event| on(event));
            pushed.map_err(|why| self.guest.misbehaved(Verdict::Protocol, &why))?;
        }
        Ok(())
    }
}

/// A stream that is translated.
struct Translated {
    decoder: FrameDecoder,
    teller: Teller,
    answer: Box<dyn Answer>,
}

impl Translated {
    fn tell(&mut self, step: &Step, out: &mut Vec<u8>, facts: &mut Facts) -> Result<bool, Failure> {
        let answer = self.answer.as_mut();
        self.teller.tell(step, facts, &mut |event| write(answer, event, out))?;
        if step.done && !self.teller.flow.ended() {
            return Err(cut());
        }
        Ok(self.teller.flow.ended())
    }

    fn frames(&mut self, frames: Vec<Frame>, out: &mut Vec<u8>, facts: &mut Facts) -> Result<bool, Failure> {
        if frames.is_empty() {
            return Ok(false);
        }
        let step = self.teller.guest.frames(frames)?;
        self.tell(&step, out, facts)
    }
}

impl Turner for Translated {
    fn take(&mut self, chunk: &[u8], out: &mut Vec<u8>, facts: &mut Facts) -> Result<bool, Failure> {
        let mut frames = Vec::new();
        // What was complete before an event outgrew its bound still reaches the client.
        let pushed = self.decoder.push(chunk, &mut frames);
        let complete = self.frames(frames, out, facts)?;
        pushed.map_err(|error| unframed(&error))?;
        Ok(complete)
    }

    fn end(&mut self, out: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Failure> {
        let mut frames = Vec::new();
        self.decoder.finish(&mut frames).map_err(|error| unframed(&error))?;
        if self.frames(frames, out, facts)? {
            return Ok(());
        }
        let step = self.teller.guest.finish("eof")?;
        if self.tell(&step, out, facts)? { Ok(()) } else { Err(cut()) }
    }

    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        self.answer.fail(failure, out);
    }

    fn settle(&mut self, facts: &mut Facts) {
        self.teller.guest.settle(facts);
    }
}

/// The failure of an answer that ended before it was complete.
pub(crate) fn cut() -> Failure {
    let message = "the provider's answer ended before it was complete";
    Failure::new(FailureClass::Upstream, message).with_code("stream_cut")
}

fn unframed(error: &dragoman_wire::WireError) -> Failure {
    Failure::new(FailureClass::Upstream, format!("the provider's answer cannot be read: {error}"))
}

pub(crate) fn unwritable(error: &serde_json::Error) -> Failure {
    Failure::new(FailureClass::Internal, format!("the request cannot be written as a document: {error}"))
}

/// A bound of the configuration as a size of this machine.
pub(crate) fn bound(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
