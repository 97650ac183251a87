//! Writes answers, whole and in pieces.
//!
//! The grammar of a stream: <https://docs.anthropic.com/en/docs/build-with-claude/streaming>. Its blocks come one after
//! the other; usage stands at its head as far as it is known there, and complete in `message_delta`.

use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::event::{End, Event, Start};
use dragoman_model::response::Finish;
use dragoman_model::{Failure, Native, Response, Usage, fold};
use serde_json::{Map, Value, json};

use super::blocks::{BlockWriter, Blocks};
use super::{error, response};
use crate::common::wire;
use crate::sequence::Sequence;
use crate::{Answer, Scene};

/// Writes one answer.
pub(super) struct Writer {
    model: String,
    request_id: String,
    begun: bool,
    over: bool,
    sequence: Sequence,
    blocks: Blocks,
    finish: Option<Finish>,
    usage: Usage,
    service_tier: Option<String>,
    /// What the end of the stream tells beside the neutral members.
    native: Native,
}

impl Writer {
    /// A writer for an answer by the model that was asked for as `model`.
    pub(super) fn new(model: &str, scene: &Scene) -> Self {
        let model = if scene.asked_model.is_empty() { model } else { &scene.asked_model };
        Self {
            model: model.to_owned(),
            request_id: scene.id.clone(),
            begun: false,
            over: false,
            sequence: Sequence::default(),
            blocks: Blocks::new(&scene.id),
            finish: None,
            usage: Usage::default(),
            service_tier: None,
            native: Native::default(),
        }
    }

    fn begin(&mut self, start: Start, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        self.usage.update(start.usage.unwrap_or_default());
        self.service_tier = start.service_tier;
        let mut message = response::head(start.id, start.model.as_deref().unwrap_or(&self.model), &self.request_id);
        message.insert("content".into(), json!([]));
        message.insert("stop_reason".into(), Value::Null);
        message.insert("stop_sequence".into(), Value::Null);
        let usage = response::usage(self.usage.clone(), self.service_tier.as_deref());
        message.insert("usage".into(), Value::Object(usage));
        wire::put_native(&mut message, start.native, ANTHROPIC_MESSAGES);
        wire::event(out, "message_start", &json!({"type": "message_start", "message": message}));
    }

    fn end(&mut self, end: End, out: &mut Vec<u8>) {
        self.sequence.finish(&mut BlockWriter { blocks: &mut self.blocks, out });
        let mut delta = response::ending(self.finish.take(), self.blocks.calls());
        let mut event = Map::from_iter([("type".to_owned(), Value::from("message_delta"))]);
        let usage = response::usage(std::mem::take(&mut self.usage), None);
        let mut rest = Map::new();
        wire::put_native(&mut rest, end.native, ANTHROPIC_MESSAGES);
        wire::put_native(&mut rest, std::mem::take(&mut self.native), ANTHROPIC_MESSAGES);
        for name in ["container", "stop_details"] {
            if let Some(value) = rest.shift_remove(name) {
                delta.insert(name.to_owned(), value);
            }
        }
        event.insert("delta".into(), Value::Object(delta));
        event.insert("usage".into(), Value::Object(usage));
        for (name, value) in rest {
            event.entry(name).or_insert(value);
        }
        wire::event(out, "message_delta", &event);
        wire::event(out, "message_stop", &json!({"type": "message_stop"}));
        self.over = true;
    }

    /// What arrives after the beginning.
    fn go_on(&mut self, event: Event, out: &mut Vec<u8>) {
        let mut sink = BlockWriter { blocks: &mut self.blocks, out };
        match event {
            Event::Open(open) if open.candidate == 0 => self.sequence.open(open, &mut sink),
            Event::Delta(delta) if delta.candidate == 0 => self.sequence.delta(delta, &mut sink),
            Event::Close(close) if close.candidate == 0 => self.sequence.close(&close, &mut sink),
            Event::Finish(finish) if finish.candidate == 0 => {
                self.finish = Some(finish.finish);
                self.native = finish.native;
            }
            Event::Usage(report) => self.usage.update(report.usage),
            Event::End(end) => self.end(end, out),
            // What the provider says beside the grammar, such as `ping`.
            Event::Native(native) if native.dialect == ANTHROPIC_MESSAGES => {
                let name = native.value.get("type").and_then(Value::as_str).unwrap_or_default();
                wire::event(out, name, &native.value);
            }
            // Only one candidate can be told.
            _ => {}
        }
    }
}

impl Answer for Writer {
    fn whole(&mut self, response: Response) -> Vec<u8> {
        wire::body(&response::message(response, &self.model, &self.request_id))
    }

    fn event(&mut self, event: Event, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Failure(failure) => self.fail(&failure, out),
            Event::Start(start) => self.begin(start, out),
            Event::Response(response) => {
                for event in fold::unfold(response) {
                    self.event(event, out);
                }
            }
            event => {
                self.begin(Start::default(), out);
                self.go_on(event, out);
            }
        }
    }

    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.over, true) {
            wire::event(out, "error", &error::document(failure, &self.request_id));
        }
    }
}
