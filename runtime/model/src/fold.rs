//! A stream into a whole answer, and a whole answer into a stream.

use crate::content::{MediaPart, Part, Source};
use crate::event::{CandidateFinish, Close, Delta, End, Event, Open, Start};
use crate::response::{Candidate, Response, Usage};

/// Gathers the events of one answer.
///
/// Hostile input is bounded by its caller: a fold holds what it was given and nothing more. An event for a part that
/// was never opened is ignored; the state machine that feeds a fold refuses it first.
#[derive(Debug, Default)]
pub struct Fold {
    response: Response,
}

impl Fold {
    /// Takes in one event.
    pub fn push(&mut self, event: Event) {
        match event {
            Event::Start(start) => self.start(start),
            Event::Open(open) => self.open(open),
            Event::Delta(delta) => self.delta(delta),
            Event::Finish(finish) => self.finish(finish),
            Event::Usage(report) => self.usage(report.usage),
            Event::End(end) => merge_native(&mut self.response.native, end.native),
            Event::Response(response) => self.response = response,
            Event::Close(_) | Event::Failure(_) | Event::Native(_) | Event::Unknown(_) => {}
        }
    }

    /// The answer as far as it has come.
    #[must_use]
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// The answer.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }

    fn start(&mut self, start: Start) {
        self.response.id = start.id.or(self.response.id.take());
        self.response.model = start.model.or(self.response.model.take());
        self.response.created = start.created.or(self.response.created);
        self.response.service_tier = start.service_tier.or(self.response.service_tier.take());
        merge_native(&mut self.response.native, start.native);
        if let Some(usage) = start.usage {
            self.usage(usage);
        }
    }

    fn usage(&mut self, newer: Usage) {
        self.response.usage.get_or_insert_default().update(newer);
    }

    fn candidate(&mut self, index: u32) -> Option<&mut Candidate> {
        let candidates = &mut self.response.candidates;
        let at = candidates.iter().position(|one| one.index >= index).unwrap_or(candidates.len());
        if candidates.get(at).is_none_or(|one| one.index != index) {
            candidates.insert(at, Candidate { index, ..Candidate::default() });
        }
        candidates.get_mut(at)
    }

    fn open(&mut self, open: Open) {
        let Some(candidate) = self.candidate(open.candidate) else { return };
        if candidate.content.len() == open.part as usize {
            candidate.content.push(open.content);
        }
    }

    fn delta(&mut self, delta: Delta) {
        let Some(candidate) = self.candidate(delta.candidate) else { return };
        candidate.logprobs.extend(delta.logprobs.iter().cloned());
        if let Some(part) = candidate.content.get_mut(delta.part as usize) {
            extend(part, delta);
        }
    }

    fn finish(&mut self, finish: CandidateFinish) {
        let Some(candidate) = self.candidate(finish.candidate) else { return };
        candidate.finish = Some(finish.finish);
        merge_native(&mut candidate.native, finish.native);
    }
}

fn merge_native(into: &mut crate::Native, from: crate::Native) {
    for (dialect, members) in from.0 {
        if let serde_json::Value::Object(members) = members {
            into.put_all(&dialect, members);
        }
    }
}

fn append(place: &mut Option<String>, more: Option<String>) {
    match (place.as_mut(), more) {
        (Some(text), Some(more)) => text.push_str(&more),
        (None, Some(more)) => *place = Some(more),
        (_, None) => {}
    }
}

/// Most summaries of one reasoning part; more are joined to the last.
const MAX_SUMMARIES: usize = 256;

fn extend(part: &mut Part, delta: Delta) {
    match part {
        Part::Text(text) => {
            text.text.push_str(delta.text.as_deref().unwrap_or_default());
            text.citations.extend(delta.citations);
            append(&mut text.signature, delta.signature);
            merge_native(&mut text.native, delta.native);
        }
        Part::Refusal(refusal) => refusal.text.push_str(delta.text.as_deref().unwrap_or_default()),
        Part::ToolCall(call) => {
            call.arguments.push_str(delta.text.as_deref().unwrap_or_default());
            append(&mut call.signature, delta.signature);
        }
        Part::Reasoning(reasoning) => {
            match (delta.summary, delta.text) {
                (Some(index), Some(text)) => {
                    let index = (index as usize).min(MAX_SUMMARIES - 1);
                    if reasoning.summary.len() <= index {
                        reasoning.summary.resize(index + 1, String::new());
                    }
                    if let Some(summary) = reasoning.summary.get_mut(index) {
                        summary.push_str(&text);
                    }
                }
                (None, text) => append(&mut reasoning.text, text),
                (Some(_), None) => {}
            }
            append(&mut reasoning.signature, delta.signature);
            append(&mut reasoning.opaque, delta.opaque);
        }
        Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => {
            extend_media(media, delta);
        }
        Part::ToolResult(_) | Part::Native(_) | Part::Unknown(_) => {}
    }
}

fn extend_media(media: &mut MediaPart, delta: Delta) {
    if let (Source::Inline(inline), Some(data)) = (&mut media.source, delta.data) {
        inline.data.push_str(&data);
    }
    append(&mut media.transcript, delta.transcript);
    append(&mut media.signature, delta.signature);
}

/// The stream that a whole answer would have been, one `open` per part with all of its content.
#[must_use]
pub fn unfold(response: Response) -> Vec<Event> {
    let mut events = vec![Event::Start(Start {
        id: response.id,
        model: response.model,
        created: response.created,
        service_tier: response.service_tier,
        native: response.native,
        ..Start::default()
    })];
    for candidate in response.candidates {
        let index = candidate.index;
        let mut logprobs = candidate.logprobs;
        for (part, content) in (0_u32..).zip(candidate.content) {
            let is_text = matches!(content, Part::Text(_));
            events.push(Open::new(index, part, content).into());
            if is_text && !logprobs.is_empty() {
                let logprobs = std::mem::take(&mut logprobs);
                events.push(Delta { candidate: index, part, logprobs, ..Delta::default() }.into());
            }
            events.push(Close { candidate: index, part, ..Close::default() }.into());
        }
        if let Some(finish) = candidate.finish {
            let mut finish = CandidateFinish::new(index, finish);
            finish.native = candidate.native;
            events.push(finish.into());
        }
    }
    if let Some(usage) = response.usage {
        events.push(crate::event::UsageReport { usage, ..Default::default() }.into());
    }
    events.push(End::default().into());
    events
}
