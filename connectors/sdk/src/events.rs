//! The events of a streamed answer.

use std::collections::BTreeMap;

use crate::model::event::{CandidateFinish, Close, Delta, End, Open, UsageReport};
use crate::model::response::Finish;
use crate::model::{Event, Part, Usage};

/// Collects events and numbers the parts.
#[derive(Debug, Default)]
pub struct Events {
    written: Vec<String>,
    parts: BTreeMap<u32, u32>,
    ended: bool,
}

impl Events {
    /// Adds an event as it is.
    pub fn push(&mut self, event: impl Into<Event>) {
        let event = event.into();
        self.ended |= matches!(event, Event::End(_));
        // A document of strings and numbers cannot fail to be written.
        self.written.push(serde_json::to_string(&event).unwrap_or_default());
    }

    /// Opens the next part of `candidate` and returns its number.
    pub fn open(&mut self, candidate: u32, content: impl Into<Part>) -> u32 {
        let next = self.parts.entry(candidate).or_default();
        let part = *next;
        *next += 1;
        self.push(Open::new(candidate, part, content));
        part
    }

    /// Adds to a part.
    pub fn delta(&mut self, delta: Delta) {
        self.push(delta);
    }

    /// Adds `text` to a part.
    pub fn text(&mut self, candidate: u32, part: u32, text: impl Into<String>) {
        self.push(Delta { candidate, ..Delta::text(part, text) });
    }

    /// Completes a part.
    pub fn close(&mut self, candidate: u32, part: u32) {
        self.push(Close { candidate, part, ..Close::default() });
    }

    /// Completes a candidate.
    pub fn finish(&mut self, candidate: u32, finish: Finish) {
        self.push(CandidateFinish::new(candidate, finish));
    }

    /// Reports what it cost so far.
    pub fn usage(&mut self, usage: Usage) {
        self.push(UsageReport { usage, ..UsageReport::default() });
    }

    /// The clean ending.
    pub fn end(&mut self) {
        if !self.ended {
            self.push(End::default());
        }
    }

    /// Whether the clean ending has been told.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// The events written since the last call, as JSON.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.written)
    }
}
