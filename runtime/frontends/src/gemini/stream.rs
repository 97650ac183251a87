//! Writes answers, whole and in pieces.
//!
//! A stream is a row of documents of the form of a whole answer, each with what came since the last, as server-sent
//! events or as the elements of one JSON array. There is no closing document: the finish reason is the ending.

use std::collections::BTreeMap;

use dragoman_model::dialect::GEMINI;
use dragoman_model::event::{Event, Start};
use dragoman_model::response::Finish;
use dragoman_model::{Failure, Native, Response, Usage, fold};
use serde_json::{Map, Value, json};

use super::pieces::{PieceWriter, Pieces};
use super::{error, response};
use crate::common::wire;
use crate::sequence::Sequence;
use crate::{Answer, Scene};

/// Writes one answer.
pub(super) struct Writer {
    asked_model: String,
    request_id: String,
    over: bool,
    lines: Lines,
    candidates: BTreeMap<u32, State>,
    usage: Option<Usage>,
}

#[derive(Default)]
struct State {
    sequence: Sequence,
    pieces: Pieces,
    finish: Option<Finish>,
    native: Native,
}

/// The documents of a stream.
pub(super) struct Lines {
    sse: bool,
    begun: bool,
    model: String,
    id: String,
    /// Members that the next document carries.
    pending: Map<String, Value>,
}

impl Lines {
    /// Appends a document with `members` and those that every document has.
    pub(super) fn write(&mut self, mut members: Map<String, Value>, out: &mut Vec<u8>) {
        for (name, value) in std::mem::take(&mut self.pending) {
            members.entry(name).or_insert(value);
        }
        members.insert("modelVersion".into(), self.model.as_str().into());
        members.insert("responseId".into(), self.id.as_str().into());
        self.document(&Value::Object(members), out);
    }

    /// Appends a document with one member of one candidate.
    pub(super) fn candidate(&mut self, index: u32, name: &str, value: Value, out: &mut Vec<u8>) {
        let mut candidate = Map::from_iter([(name.to_owned(), value)]);
        candidate.insert("index".into(), index.into());
        self.write(Map::from_iter([("candidates".to_owned(), json!([candidate]))]), out);
    }

    fn document(&mut self, document: &Value, out: &mut Vec<u8>) {
        let begun = std::mem::replace(&mut self.begun, true);
        out.extend_from_slice(match (self.sse, begun) {
            (true, _) => b"data: ",
            (false, false) => b"[",
            (false, true) => b",\r\n",
        });
        wire::json(out, document);
        if self.sse {
            out.extend_from_slice(b"\r\n\r\n");
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if !self.sse {
            out.extend_from_slice(if self.begun { b"]" } else { b"[]" });
        }
    }
}

impl Writer {
    /// A writer for an answer by the model that was asked for as `model`.
    pub(super) fn new(model: &str, scene: &Scene) -> Self {
        Self {
            asked_model: model.to_owned(),
            request_id: scene.id.clone(),
            over: false,
            lines: Lines {
                sse: scene.sse,
                begun: false,
                model: model.to_owned(),
                id: scene.id.clone(),
                pending: Map::new(),
            },
            candidates: BTreeMap::new(),
            usage: None,
        }
    }

    fn start(&mut self, start: Start) {
        self.lines.model = start.model.unwrap_or_else(|| self.asked_model.clone());
        self.lines.id = start.id.unwrap_or_else(|| self.request_id.clone());
        wire::put_native(&mut self.lines.pending, start.native, GEMINI);
        if let Some(usage) = start.usage {
            self.report(usage);
        }
    }

    fn report(&mut self, newer: Usage) {
        let usage = self.usage.get_or_insert_default();
        usage.update(newer);
        self.lines.pending.insert("usageMetadata".into(), response::usage(usage.clone()));
    }

    /// Hands `event` to the candidate that it belongs to.
    fn piece(&mut self, event: Event, out: &mut Vec<u8>) {
        let index = match &event {
            Event::Open(open) => open.candidate,
            Event::Delta(delta) => delta.candidate,
            Event::Close(close) => close.candidate,
            Event::Finish(finish) => finish.candidate,
            _ => return,
        };
        let State { sequence, pieces, finish, native } = self.candidates.entry(index).or_default();
        let mut sink = PieceWriter { index, pieces, lines: &mut self.lines, out };
        match event {
            Event::Open(open) => sequence.open(open, &mut sink),
            Event::Delta(mut delta) => {
                // They belong to the candidate, not to the part.
                let logprobs = std::mem::take(&mut delta.logprobs);
                sequence.delta(delta, &mut sink);
                if !logprobs.is_empty() {
                    self.lines.candidate(index, "logprobsResult", response::logprobs(logprobs), out);
                }
            }
            Event::Close(close) => sequence.close(&close, &mut sink),
            Event::Finish(told) => (*finish, *native) = (Some(told.finish), told.native),
            _ => {}
        }
    }

    fn end(&mut self, native: Native, out: &mut Vec<u8>) {
        let mut endings = Vec::with_capacity(self.candidates.len());
        for (index, mut state) in std::mem::take(&mut self.candidates) {
            let mut sink = PieceWriter { index, pieces: &mut state.pieces, lines: &mut self.lines, out };
            state.sequence.finish(&mut sink);
            let mut ending = Map::new();
            response::end(&mut ending, state.finish, state.native, state.pieces.grounding());
            ending.insert("index".into(), index.into());
            endings.push(Value::Object(ending));
        }
        let mut members = Map::new();
        if !endings.is_empty() {
            members.insert("candidates".into(), Value::Array(endings));
        }
        wire::put_native(&mut members, native, GEMINI);
        wire::put(&mut members, "usageMetadata", self.usage.take().map(response::usage));
        if !(members.is_empty() && self.lines.pending.is_empty()) {
            self.lines.write(members, out);
        }
        self.lines.end(out);
        self.over = true;
    }
}

impl Answer for Writer {
    fn whole(&mut self, response: Response) -> Vec<u8> {
        wire::body(&response::document(response, &self.asked_model, &self.request_id))
    }

    fn stream_content_type(&self) -> &'static str {
        if self.lines.sse { "text/event-stream" } else { "application/json" }
    }

    fn event(&mut self, event: Event, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Start(start) => self.start(start),
            Event::Usage(report) => self.report(report.usage),
            Event::End(end) => self.end(end.native, out),
            Event::Failure(failure) => self.fail(&failure, out),
            Event::Response(response) => {
                for event in fold::unfold(response) {
                    self.event(event, out);
                }
            }
            Event::Native(native) if native.dialect == GEMINI => {
                if let Value::Object(members) = native.value {
                    self.lines.write(members, out);
                }
            }
            event => self.piece(event, out),
        }
    }

    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.over, true) {
            self.lines.document(&error::document(failure), out);
            self.lines.end(out);
        }
    }
}
