//! The answer to a responses request, whole or in events.

use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::event::{CandidateFinish, NativeEvent, Start};
use dragoman_model::fold::unfold;
use dragoman_model::response::Finish;
use dragoman_model::{Event, Failure, Native, Response};
use serde_json::{Map, Value, json};

use super::echo::Echo;
use super::object::{Frame, Object, Standing};
use super::speech::Speech;
use super::state::Output;
use super::voice::Voice;
use crate::common::openai::error;
use crate::common::wire;
use crate::{Answer, Scene};

/// Writes one answer. The dialect has one candidate: further ones are not asked for and not told.
pub(super) struct ResponsesAnswer {
    frame: Frame,
    output: Output,
    voice: Voice,
    finish: Option<Finish>,
    begun: bool,
    over: bool,
}

impl ResponsesAnswer {
    /// The answer to a request that came in `scene` and of which the answer repeats `echo`.
    pub(super) fn new(scene: &Scene, echo: Echo) -> Self {
        let frame = Frame {
            id: format!("resp_{}", scene.id),
            created_at: scene.now_s,
            model: scene.asked_model.clone(),
            service_tier: None,
            echo,
            usage: None,
            native: Native::default(),
        };
        let output = Output::new(&scene.id);
        Self { frame, output, voice: Voice::default(), finish: None, begun: false, over: false }
    }

    fn step(&mut self, event: Event, out: &mut Vec<u8>) {
        match event {
            Event::Start(start) => return self.begin(start, out),
            Event::Failure(failure) => return self.fail(&failure, out),
            _ if !self.begun => self.begin(Start::default(), out),
            _ => {}
        }
        let speech = &mut Speech { voice: &mut self.voice, out };
        match event {
            Event::Open(open) if open.candidate == 0 => self.output.open(open.part, open.content, speech),
            Event::Delta(delta) if delta.candidate == 0 => self.output.delta(delta, speech),
            Event::Close(close) if close.candidate == 0 => self.output.close(close.part, speech),
            Event::Finish(finish) if finish.candidate == 0 => self.finish(finish, out),
            Event::Usage(report) => self.frame.usage.get_or_insert_default().update(report.usage),
            Event::Native(native) => self.native(native, out),
            Event::End(end) => {
                merge(&mut self.frame.native, end.native);
                self.end(out);
            }
            _ => {}
        }
    }

    fn begin(&mut self, start: Start, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        // The id of another dialect's answer is none that a client could ask for again.
        let own_id = start.id.filter(|id| id.starts_with("resp_"));
        self.frame.id = own_id.unwrap_or_else(|| std::mem::take(&mut self.frame.id));
        self.frame.created_at = start.created.unwrap_or(self.frame.created_at);
        self.frame.model = start.model.unwrap_or_else(|| std::mem::take(&mut self.frame.model));
        self.frame.service_tier = start.service_tier;
        self.frame.usage = start.usage;
        self.frame.native = start.native;
        let standing = Standing::in_progress();
        for kind in ["response.created", "response.in_progress"] {
            self.tell(kind, &standing, &[], out);
        }
    }

    fn tell(&mut self, kind: &str, standing: &Standing, output: &[Value], out: &mut Vec<u8>) {
        #[derive(serde::Serialize)]
        struct Body<'a> {
            response: Object<'a>,
        }
        let response = Object { frame: &self.frame, standing, output };
        self.voice.say(out, kind, &Body { response });
    }

    fn finish(&mut self, finish: CandidateFinish, out: &mut Vec<u8>) {
        let finish = self.finish.get_or_insert(finish.finish);
        let status = match Standing::of(Some(finish)).status {
            "completed" => "completed",
            _ => "incomplete",
        };
        self.output.end(status, &mut Speech { voice: &mut self.voice, out });
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.output.end("completed", &mut Speech { voice: &mut self.voice, out });
        let standing = Standing::of(self.finish.as_ref());
        let output = self.output.values("completed");
        self.tell(&format!("response.{}", standing.status), &standing, &output, out);
        self.over = true;
    }

    /// An event of our own dialect is passed on in the count of this stream.
    fn native(&mut self, native: NativeEvent, out: &mut Vec<u8>) {
        let Value::Object(mut members) = native.value else { return };
        let kind = members.shift_remove("type");
        members.shift_remove("sequence_number");
        if let (OPENAI_RESPONSES, Some(Value::String(kind))) = (native.dialect.as_str(), kind)
            && !members.is_empty()
        {
            self.voice.say(out, &kind, &members);
        }
    }
}

fn merge(into: &mut Native, from: Native) {
    for (dialect, members) in from.0 {
        if let Value::Object(members) = members {
            into.put_all(&dialect, members);
        }
    }
}

impl Answer for ResponsesAnswer {
    fn whole(&mut self, response: Response) -> Vec<u8> {
        self.voice = Voice::silent();
        let unheard = &mut Vec::new();
        for event in unfold(response) {
            self.step(event, unheard);
        }
        let standing = Standing::of(self.finish.as_ref());
        let output = self.output.values("completed");
        wire::body(&Object { frame: &self.frame, standing: &standing, output: &output })
    }

    fn event(&mut self, event: Event, out: &mut Vec<u8>) {
        let events = match event {
            Event::Response(response) => unfold(response),
            event => vec![event],
        };
        for event in events {
            if !self.over {
                self.step(event, out);
            }
        }
    }

    /// The event `error`, in both forms that clients know: OpenAI's types have its members flat, its servers send them
    /// nested. `response.failed` follows, for clients that wait for an end of the response.
    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let error = error::object(failure);
        let mut body = Map::new();
        body.insert("code".into(), error.get("code").cloned().into());
        body.insert("message".into(), failure.message.as_str().into());
        body.insert("param".into(), json!(failure.param));
        body.insert("error".into(), error);
        self.voice.say(out, "error", &body);
        let output = self.output.values("incomplete");
        self.tell("response.failed", &Standing::failed(failure), &output, out);
    }
}
