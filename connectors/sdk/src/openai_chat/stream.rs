//! The answer in pieces.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::dialect::OPENAI_CHAT;
use crate::model::event::{End, Start, UsageReport};
use crate::model::{Failure, FailureClass, Native};
use crate::{Cause, Events, Frame, unreadable};

use super::delta::{Candidate, Emit};
use super::error::error_in;
use super::usage::usage;

/// Most candidates of one answer; OpenAI gives 128.
const MOST_CANDIDATES: usize = 128;

/// Padding and labels that say nothing about the answer.
const NOISE: &[&str] = &["object", "obfuscation", "p"];

/// Reads the chunks of one answer.
///
/// Endings are told when the stream is over, not when a finish reason comes: vendors send further members, usage and
/// even text after it.
#[derive(Debug, Default)]
pub struct Reader {
    is_whole: bool,
    start: Option<Start>,
    is_started: bool,
    candidates: BTreeMap<u32, Candidate>,
    usage: Value,
    late: Map<String, Value>,
}

impl Reader {
    /// A reader for an answer that comes as one document.
    pub(super) fn whole() -> Self {
        Self { is_whole: true, ..Self::default() }
    }

    /// Takes in one frame of a stream, `[DONE]` included.
    ///
    /// # Errors
    /// `upstream` where the frame is no chunk of a chat completion; the provider's own failure where the frame tells
    /// one.
    pub fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        let text = frame.text.trim();
        if text == "[DONE]" {
            self.end(&mut |event| out.push(event));
            return Ok(());
        }
        if frame.name == "error" {
            return Err(super::failure(0, &[], text));
        }
        if text.is_empty() {
            return Ok(());
        }
        self.chunk(text, &mut |event| out.push(event))
    }

    /// The body is over. Vendors that never send `[DONE]` end well if every candidate was given a finish reason.
    pub fn finish(&mut self, cause: Cause, out: &mut Events) {
        if cause == Cause::Eof && !self.candidates.is_empty() && self.candidates.values().all(Candidate::is_finished) {
            self.end(&mut |event| out.push(event));
        }
    }

    pub(super) fn chunk(&mut self, text: &str, emit: &mut Emit<'_>) -> Result<(), Failure> {
        let document: Value = serde_json::from_str(text).map_err(|error| unreadable("a chat completion", &error))?;
        if let Some(failure) = error_in(&document) {
            return Err(failure);
        }
        let Value::Object(members) = document else {
            return Err(unreadable("a chat completion", &"it is no object"));
        };
        let choices = self.members(members, emit);
        if self.is_whole && choices.is_none() {
            return Err(unreadable("a chat completion", &"it has no `choices`"));
        }
        self.choices(choices.unwrap_or_default(), emit)
    }

    /// Tells the endings, and the end. Nothing is told where nothing came before.
    pub(super) fn end(&mut self, emit: &mut Emit<'_>) {
        if !self.is_whole && !self.is_started {
            return;
        }
        self.begin(emit);
        for (_, candidate) in std::mem::take(&mut self.candidates) {
            candidate.end(emit);
        }
        let mut native = Native::default();
        native.put_all(OPENAI_CHAT, std::mem::take(&mut self.late));
        emit(End { native, ..End::default() }.into());
    }

    /// Takes in the members of a chunk but its choices, which it returns.
    fn members(&mut self, members: Map<String, Value>, emit: &mut Emit<'_>) -> Option<Vec<Value>> {
        let mut choices = None;
        let mut counts = Value::Null;
        let mut start = self.start.take().unwrap_or_default();
        for (name, value) in members {
            match (name.as_str(), value) {
                ("id", Value::String(id)) if !id.is_empty() => start.id = start.id.or(Some(id)),
                ("model", Value::String(model)) if !model.is_empty() => start.model = start.model.or(Some(model)),
                ("created", Value::Number(time)) => start.created = start.created.or(seconds(&time)),
                ("service_tier", Value::String(tier)) => start.service_tier = start.service_tier.or(Some(tier)),
                ("choices", Value::Array(list)) => choices = Some(list),
                ("usage", Value::Object(usage)) => counts = Value::Object(usage),
                ("x_groq", Value::Object(mut more)) => {
                    // Groq tells the usage of a stream here.
                    if let Some(usage @ Value::Object(_)) = more.remove("usage") {
                        counts = usage;
                    }
                    self.note(&mut start, name, more.into());
                }
                (_, Value::Null) | ("id" | "model", _) => {}
                (known, _) if NOISE.contains(&known) => {}
                (_, value) => self.note(&mut start, name, value),
            }
        }
        self.start = Some(start);
        if choices.as_ref().is_some_and(|list| !list.is_empty()) {
            self.begin(emit);
        }
        self.count(counts, emit);
        choices
    }

    /// Keeps a member without a neutral name: on the head, or on the end where it comes later or changes.
    fn note(&mut self, start: &mut Start, name: String, value: Value) {
        if !self.is_started {
            start.native.put(OPENAI_CHAT, name, value);
        } else if start.native.get(OPENAI_CHAT, &name) != Some(&value) {
            self.late.insert(name, value);
        }
    }

    fn begin(&mut self, emit: &mut Emit<'_>) {
        if !self.is_started {
            self.is_started = true;
            emit(self.start.clone().unwrap_or_default().into());
        }
    }

    fn count(&mut self, counts: Value, emit: &mut Emit<'_>) {
        // Some vendors repeat the usage in each chunk.
        if counts.is_null() || counts == self.usage {
            return;
        }
        self.usage = counts.clone();
        if let Value::Object(counts) = counts {
            self.begin(emit);
            emit(UsageReport { usage: usage(counts), ..UsageReport::default() }.into());
        }
    }

    fn choices(&mut self, choices: Vec<Value>, emit: &mut Emit<'_>) -> Result<(), Failure> {
        for (position, choice) in (0_u32..).zip(choices) {
            let Value::Object(choice) = choice else { continue };
            let stated = choice.get("index").and_then(Value::as_u64).and_then(|index| u32::try_from(index).ok());
            let index = stated.unwrap_or(position);
            if self.candidates.len() >= MOST_CANDIDATES && !self.candidates.contains_key(&index) {
                let message = format!("the provider's answer has more than {MOST_CANDIDATES} choices");
                return Err(Failure::new(FailureClass::Upstream, message));
            }
            let candidate = self.candidates.entry(index).or_insert_with(|| Candidate::new(index));
            candidate.choice(choice, self.is_whole, emit);
        }
        Ok(())
    }
}

/// Seconds since 1970; some vendors write them with a fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn seconds(time: &serde_json::Number) -> Option<u64> {
    let float = || time.as_f64().filter(|float| (0.0..9e15).contains(float)).map(|float| float as u64);
    time.as_u64().or_else(float)
}
