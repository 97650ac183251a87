//! One choice: the parts of its candidate, told piece by piece.

use dragoman_model::content::{Citation, Part, ReasoningPart, TextPart, ToolCallPart};
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::event::{CandidateFinish, Delta};
use dragoman_model::response::{Finish, FinishReason};
use serde_json::{Map, Value, json};

use super::chunk::{CallPiece, Ending, Piece, Sink, signed};
use super::media::{Sound, picture};
use super::reasoning;
use crate::common::CallIds;
use crate::common::openai::citation;

/// What is the same for all choices of an answer.
#[derive(Debug)]
pub(super) struct Manner {
    /// The client knows `function_call` only, not `tool_calls`.
    pub(super) legacy_functions: bool,
    /// Ids of the calls of all choices.
    pub(super) ids: CallIds,
    /// Ids of sounds.
    pub(super) sound_ids: CallIds,
    /// Seconds since 1970.
    pub(super) now_s: u64,
}

/// One choice as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    index: u32,
    parts: Vec<Told>,
    /// Characters of text said so far.
    length: u64,
    calls: usize,
    details: usize,
    annotations: usize,
    citations: usize,
    images: usize,
    ended: bool,
}

/// What is kept of a part until it is closed.
#[derive(Debug)]
enum Told {
    Text {
        text: TextPart,
        begin: u64,
    },
    Refusal,
    Reasoning(ReasoningPart),
    Call {
        index: usize,
        custom: bool,
        empty: bool,
        signature: Option<String>,
    },
    Picture(Part),
    Sound(Sound),
    /// Closed, or nothing that this dialect can tell.
    Done,
}

impl Speaker {
    /// The choice `index`, which has said nothing.
    pub(super) fn new(index: u32) -> Self {
        Self { index, ..Self::default() }
    }

    /// Whether it is complete.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The first words: whose they are.
    pub(super) fn greet(&self, sink: &mut dyn Sink) {
        let piece = Piece { role: Some("assistant"), content: Some(""), ..Piece::default() };
        sink.say(self.index, &piece, &[]);
    }

    fn say(&self, sink: &mut dyn Sink, piece: &Piece<'_>) {
        sink.say(self.index, piece, &[]);
    }

    /// A part begins.
    pub(super) fn open(&mut self, part: u32, content: Part, manner: &mut Manner, sink: &mut dyn Sink) {
        if part as usize != self.parts.len() {
            return;
        }
        let told = match content {
            Part::Text(text) => self.open_text(text, sink),
            Part::Refusal(refusal) => {
                self.say(sink, &Piece { refusal: Some(&refusal.text), ..Piece::default() });
                Told::Refusal
            }
            Part::Reasoning(thought) => self.open_thought(thought, sink),
            Part::ToolCall(call) => self.open_call(&call, manner, sink),
            Part::Audio(media) => {
                let (sound, audio) = Sound::open(&media, &mut manner.sound_ids, manner.now_s);
                self.say(sink, &Piece { audio: Some(audio), ..Piece::default() });
                Told::Sound(sound)
            }
            picture @ (Part::Image(_) | Part::Video(_) | Part::Document(_)) => Told::Picture(picture),
            Part::ToolResult(_) | Part::Native(_) | Part::Unknown(_) => Told::Done,
        };
        self.parts.push(told);
    }

    fn open_text(&mut self, mut text: TextPart, sink: &mut dyn Sink) -> Told {
        let begin = self.length;
        self.length += characters(&text.text);
        if !text.text.is_empty() {
            self.say(sink, &Piece { content: Some(&text.text), ..Piece::default() });
        }
        text.text = String::new();
        Told::Text { text, begin }
    }

    fn open_thought(&mut self, thought: ReasoningPart, sink: &mut dyn Sink) -> Told {
        for words in thought.text.iter().chain(&thought.summary).filter(|words| !words.is_empty()) {
            self.say(sink, &Piece { reasoning_content: Some(words), ..Piece::default() });
        }
        Told::Reasoning(thought)
    }

    fn open_call(&mut self, call: &ToolCallPart, manner: &mut Manner, sink: &mut dyn Sink) -> Told {
        let id = manner.ids.next(&call.id);
        let custom = call.kind.as_deref() == Some("custom");
        let piece = CallPiece {
            index: self.calls,
            head: Some((&id, &call.name)),
            custom,
            text: &call.arguments,
            signature: call.signature.as_deref(),
            native: call.native.of(OPENAI_CHAT).cloned().unwrap_or_default(),
        };
        let legacy = manner.legacy_functions && self.calls == 0 && !custom;
        self.say_call(piece, legacy, sink);
        self.calls += 1;
        Told::Call { index: self.calls - 1, custom, empty: call.arguments.is_empty(), signature: None }
    }

    fn say_call(&self, call: CallPiece<'_>, legacy: bool, sink: &mut dyn Sink) {
        let piece = if legacy {
            Piece { function_call: Some(call), ..Piece::default() }
        } else {
            Piece { tool_calls: Some(call), ..Piece::default() }
        };
        self.say(sink, &piece);
    }

    /// A part goes on.
    pub(super) fn delta(&mut self, delta: Delta, manner: &Manner, sink: &mut dyn Sink) {
        let index = self.index;
        let Some(told) = self.parts.get_mut(delta.part as usize) else { return };
        let words = delta.text.as_deref().filter(|text| !text.is_empty());
        let mut piece = Piece::default();
        match told {
            Told::Text { text, .. } => {
                piece.content = words;
                self.length += words.map_or(0, characters);
                text.citations.extend(delta.citations);
                append(&mut text.signature, delta.signature);
            }
            Told::Refusal => piece.refusal = words,
            Told::Reasoning(thought) => {
                piece.reasoning_content = words;
                gather(thought, &delta);
            }
            Told::Call { index, custom, empty, signature } => {
                append(signature, delta.signature);
                let Some(text) = words else { return };
                *empty = false;
                let call = CallPiece { index: *index, custom: *custom, text, ..CallPiece::default() };
                let legacy = manner.legacy_functions && *index == 0 && !*custom;
                return self.say_call(call, legacy, sink);
            }
            Told::Picture(part) => return super::media::extend(part, delta),
            Told::Sound(sound) => piece.audio = sound.delta(delta.data.as_deref(), delta.transcript.as_deref()),
            Told::Done => return,
        }
        let silent = words.is_none() && piece.audio.is_none() && delta.logprobs.is_empty();
        if !silent {
            sink.say(index, &piece, &delta.logprobs);
        }
    }

    /// A part is complete.
    pub(super) fn close(&mut self, part: u32, manner: &Manner, sink: &mut dyn Sink) {
        let Some(told) = self.parts.get_mut(part as usize) else { return };
        match std::mem::replace(told, Told::Done) {
            Told::Text { text, begin } => self.close_text(text, begin, sink),
            Told::Reasoning(thought) => {
                let reasoning_details = reasoning::details(&thought, self.details);
                self.details += reasoning_details.len();
                if !reasoning_details.is_empty() {
                    self.say(sink, &Piece { reasoning_details, ..Piece::default() });
                }
            }
            Told::Call { index, custom, empty, signature } => {
                // A function without arguments is called with an empty object.
                let text = if empty && !custom { "{}" } else { "" };
                let call = CallPiece { index, custom, text, signature: signature.as_deref(), ..CallPiece::default() };
                if !text.is_empty() || call.signature.is_some() {
                    self.say_call(call, manner.legacy_functions && index == 0 && !custom, sink);
                }
            }
            Told::Picture(part) => {
                if let Some(image) = picture(part) {
                    let images = numbered(vec![image], &mut self.images);
                    self.say(sink, &Piece { images, ..Piece::default() });
                }
            }
            Told::Refusal | Told::Sound(_) | Told::Done => {}
        }
    }

    fn close_text(&mut self, text: TextPart, begin: u64, sink: &mut dyn Sink) {
        let length = self.length - begin;
        let (mut annotations, mut citations) = (Vec::new(), Vec::new());
        for citation in text.citations {
            match citation::url_members(&citation, begin, length) {
                Some(members) => annotations.push(json!({ "type": "url_citation", "url_citation": members })),
                None => citations.extend(neutral(&citation)),
            }
        }
        let piece = Piece {
            annotations: numbered(annotations, &mut self.annotations),
            citations: numbered(citations, &mut self.citations),
            extra_content: text.signature.as_deref().map(signed),
            ..Piece::default()
        };
        if !piece.annotations.is_empty() || !piece.citations.is_empty() || piece.extra_content.is_some() {
            self.say(sink, &piece);
        }
    }

    /// The candidate is complete; without `finish` it is so because the answer is.
    pub(super) fn end(&mut self, finish: Option<CandidateFinish>, manner: &Manner, sink: &mut dyn Sink) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        for part in (0_u32..).take(self.parts.len()) {
            self.close(part, manner, sink);
        }
        let (finish, mut native) = finish.map_or_else(
            || (Finish::new(FinishReason::Stop), Map::new()),
            |finish| (finish.finish, finish.native.of(OPENAI_CHAT).cloned().unwrap_or_default()),
        );
        native.shift_remove("finish_reason");
        let reason = self.reason(&finish.reason, manner.legacy_functions);
        let native_reason = finish.native_reason.filter(|native| *native != reason);
        sink.end(self.index, Ending { reason: reason.to_owned(), native_reason, native });
    }

    /// OpenAI's word. A provider that says `stop` after a call (Gemini does) is told the way that clients wait for.
    fn reason<'a>(&self, reason: &'a FinishReason, legacy: bool) -> &'a str {
        let called = if legacy { "function_call" } else { "tool_calls" };
        match reason {
            FinishReason::Stop if self.calls > 0 => called,
            FinishReason::ToolCalls => called,
            FinishReason::Stop | FinishReason::Pause => "stop",
            FinishReason::Length | FinishReason::ContextWindow => "length",
            // None of these is a clean stop, and the dialect has no other word for an answer that was held back.
            FinishReason::ContentFilter
            | FinishReason::Refusal
            | FinishReason::MalformedToolCall
            | FinishReason::Error => "content_filter",
            FinishReason::Other(word) => word,
        }
    }
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

fn append(place: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        place.get_or_insert_default().push_str(&more);
    }
}

fn gather(thought: &mut ReasoningPart, delta: &Delta) {
    match (delta.text.as_deref(), delta.summary) {
        (Some(text), None) => thought.text.get_or_insert_default().push_str(text),
        (Some(text), Some(index)) => match thought.summary.get_mut(index as usize) {
            Some(summary) => summary.push_str(text),
            None => thought.summary.push(text.to_owned()),
        },
        (None, _) => {}
    }
    append(&mut thought.signature, delta.signature.clone());
    append(&mut thought.opaque, delta.opaque.clone());
}

/// A citation for which the dialect has no form, as the neutral documents write it.
fn neutral(citation: &Citation) -> Option<Value> {
    serde_json::to_value(citation).ok()
}

/// Numbers the entries of a list that grows over the stream, which readers put together by their `index`.
fn numbered(mut entries: Vec<Value>, count: &mut usize) -> Vec<Value> {
    for entry in &mut entries {
        if let Value::Object(members) = entry {
            members.insert("index".into(), (*count).into());
        }
        *count += 1;
    }
    entries
}
