//! What one candidate has said so far.

use serde_json::{Map, Value};

use crate::model::Part;
use crate::model::content::{InlineSource, MediaPart, NativePart, ReasoningPart, RefusalPart, Source, TextPart};
use crate::model::dialect::OPENAI_CHAT;
use crate::model::event::{CandidateFinish, Close, Delta, Event, Open};
use crate::model::response::{Finish, TokenLogprob};

use super::calls::Calls;
use super::reasoning::thought_of;
use super::response::{finish_reason, logprobs, url_citation};

/// Where the events of an answer go.
pub(super) type Emit<'e> = dyn FnMut(Event) + 'e;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Reasoning,
    Refusal,
    Audio,
}

/// One candidate: which part is being said, which calls are open, and how it ended.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    number: u32,
    parts: u32,
    current: Option<(Kind, u32)>,
    calls: Calls,
    logprobs: Vec<TokenLogprob>,
    finish: Option<Finish>,
    native: Map<String, Value>,
    message: Map<String, Value>,
}

impl Candidate {
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Takes in one of `choices`; `is_whole` where it is all of the candidate.
    pub(super) fn choice(&mut self, choice: Map<String, Value>, is_whole: bool, emit: &mut Emit<'_>) {
        let mut said = Map::new();
        for (name, value) in choice {
            match (name.as_str(), value) {
                ("message", Value::Object(message)) if is_whole => said = message,
                ("delta", Value::Object(delta)) if !is_whole => said = delta,
                // Some vendors send the whole message beside each delta, or a delta beside the message.
                ("index" | "message" | "delta", _) | (_, Value::Null) => {}
                ("finish_reason", Value::String(word)) => self.ended(&word),
                ("logprobs", Value::Object(tokens)) => self.tokens(tokens),
                (_, value) => {
                    self.native.insert(name, value);
                }
            }
        }
        self.delta(said, is_whole, emit);
        if !self.logprobs.is_empty() {
            self.say(Kind::Text, "", emit);
        }
    }

    /// Closes what is open and tells the ending.
    pub(super) fn end(mut self, emit: &mut Emit<'_>) {
        self.close(emit);
        for (part, told) in std::mem::take(&mut self.calls).finish() {
            let part = part.unwrap_or_else(|| self.open(told, emit));
            emit(Close { candidate: self.number, part, ..Close::default() }.into());
        }
        if !self.message.is_empty() {
            self.native.insert("message".into(), std::mem::take(&mut self.message).into());
        }
        let Some(finish) = self.finish else {
            if self.parts == 0 {
                // A candidate that says nothing, not even why, is still one.
                self.whole(TextPart::default(), emit);
            }
            return;
        };
        let mut finish = CandidateFinish::new(self.number, finish);
        finish.native.put_all(OPENAI_CHAT, self.native);
        emit(finish.into());
    }

    fn ended(&mut self, word: &str) {
        if !word.is_empty() {
            let mut finish = Finish::new(finish_reason(word));
            finish.native_reason = Some(word.to_owned());
            self.finish = Some(finish);
        }
    }

    fn tokens(&mut self, tokens: Map<String, Value>) {
        for (name, value) in tokens {
            match name.as_str() {
                "content" | "refusal" => self.logprobs.extend(logprobs(value)),
                _ if value.is_null() => {}
                // The older form: lists of tokens, of numbers and of places side by side.
                _ => {
                    let place = self.native.entry("logprobs").or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(place) = place {
                        place.insert(name, value);
                    }
                }
            }
        }
    }

    fn delta(&mut self, delta: Map<String, Value>, is_whole: bool, emit: &mut Emit<'_>) {
        let mut said = Said::default();
        for (name, value) in delta {
            match name.as_str() {
                "role" => {}
                _ if value.is_null() => {}
                "reasoning_content" | "reasoning" if value.is_string() => {
                    said.reasoning = said.reasoning.or(Some(value));
                }
                "reasoning_details" if value.is_array() => said.details = value,
                "content" => said.content = value,
                "refusal" => said.refusal = value,
                "audio" if value.is_object() => said.audio = value,
                "images" if value.is_array() => said.images = value,
                "annotations" if value.is_array() => said.annotations = value,
                "function_call" if value.is_object() => said.function_call = value,
                "tool_calls" if value.is_array() => said.calls = value,
                _ => {
                    self.message.insert(name, value);
                }
            }
        }
        self.said(said, is_whole, emit);
    }

    fn said(&mut self, said: Said, is_whole: bool, emit: &mut Emit<'_>) {
        self.thought(said.reasoning, said.details, emit);
        self.content(said.content, emit);
        if let Value::String(text) = said.refusal {
            self.say(Kind::Refusal, &text, emit);
        }
        if let Value::Object(sound) = said.audio {
            self.sound(sound, emit);
        }
        items(said.images).for_each(|image| self.image(image, emit));
        self.annotations(said.annotations, emit);
        if let Value::Object(function) = said.function_call {
            let call = Map::from_iter([("function".to_owned(), Value::Object(function))]);
            self.call(call, is_whole, emit);
        }
        items(said.calls).for_each(|call| self.call(call, is_whole, emit));
    }

    /// Tells more of a tool call: opens it as soon as its name is known, then adds to its arguments.
    fn call(&mut self, call: Map<String, Value>, is_whole: bool, emit: &mut Emit<'_>) {
        let Some(piece) = self.calls.take_in(call, is_whole) else { return };
        let part = piece.part.unwrap_or_else(|| {
            self.close(emit);
            let part = self.open(piece.opens, emit);
            self.calls.opened(piece.call, part);
            part
        });
        if !piece.arguments.is_empty() || !piece.native.0.is_empty() {
            let text = Some(piece.arguments);
            emit(Delta { candidate: self.number, part, text, native: piece.native, ..Delta::default() }.into());
        }
    }

    fn content(&mut self, content: Value, emit: &mut Emit<'_>) {
        match content {
            Value::String(text) => self.say(Kind::Text, &text, emit),
            // Mistral's way: parts, of which `thinking` holds parts again.
            Value::Array(parts) => {
                for part in parts {
                    let text = |part: &Value| part.get("text").and_then(Value::as_str).map(str::to_owned);
                    match part.get("thinking") {
                        Some(Value::Array(inner)) => {
                            let words: String = inner.iter().filter_map(text).collect();
                            self.say(Kind::Reasoning, &words, emit);
                        }
                        Some(Value::String(words)) => self.say(Kind::Reasoning, words, emit),
                        _ => match text(&part) {
                            Some(words) => self.say(Kind::Text, &words, emit),
                            None => self.native(part, emit),
                        },
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds to the part of `kind`. Nothing is opened for an empty text without log probabilities.
    fn say(&mut self, kind: Kind, text: &str, emit: &mut Emit<'_>) {
        let is_token = matches!(kind, Kind::Text | Kind::Refusal);
        let logprobs = if is_token { std::mem::take(&mut self.logprobs) } else { Vec::new() };
        if text.is_empty() && logprobs.is_empty() {
            return;
        }
        let part = match kind {
            Kind::Text | Kind::Audio => self.part(kind, || TextPart::default().into(), emit),
            Kind::Reasoning => self.part(kind, || ReasoningPart::default().into(), emit),
            Kind::Refusal => self.part(kind, || RefusalPart::default().into(), emit),
        };
        emit(Delta { candidate: self.number, part, text: Some(text.to_owned()), logprobs, ..Delta::default() }.into());
    }

    /// The part of `kind` that is being said; another one that is being said is closed.
    fn part(&mut self, kind: Kind, content: impl FnOnce() -> Part, emit: &mut Emit<'_>) -> u32 {
        match self.current {
            Some((current, part)) if current == kind => part,
            _ => {
                self.close(emit);
                let part = self.open(content(), emit);
                self.current = Some((kind, part));
                part
            }
        }
    }

    fn open(&mut self, content: impl Into<Part>, emit: &mut Emit<'_>) -> u32 {
        let part = self.parts;
        self.parts += 1;
        emit(Open::new(self.number, part, content).into());
        part
    }

    fn close(&mut self, emit: &mut Emit<'_>) {
        if let Some((_, part)) = self.current.take() {
            emit(Close { candidate: self.number, part, ..Close::default() }.into());
        }
    }

    /// Tells a part that is complete at once.
    fn whole(&mut self, content: impl Into<Part>, emit: &mut Emit<'_>) {
        let part = self.open(content, emit);
        emit(Close { candidate: self.number, part, ..Close::default() }.into());
    }

    fn native(&mut self, value: Value, emit: &mut Emit<'_>) {
        self.whole(NativePart::new(OPENAI_CHAT, value), emit);
    }

    fn thought(&mut self, reasoning: Option<Value>, details: Value, emit: &mut Emit<'_>) {
        let is_told = reasoning.is_some();
        let mut details: Vec<_> = items(details).collect();
        if let Some(Value::String(words)) = reasoning {
            let first = details.iter().find(|detail| !is_encrypted(detail)).cloned().unwrap_or_default();
            if !words.is_empty() {
                self.part(Kind::Reasoning, || thought_of(first).into(), emit);
            }
            self.say(Kind::Reasoning, &words, emit);
        }
        for detail in details.drain(..) {
            self.detail(detail, is_told, emit);
        }
    }

    /// One of OpenRouter's `reasoning_details`; its words are told already where `reasoning` stands beside it.
    fn detail(&mut self, mut detail: Map<String, Value>, is_told: bool, emit: &mut Emit<'_>) {
        if is_encrypted(&detail) {
            let data = string(detail.remove("data"));
            return self.whole(ReasoningPart { opaque: data, ..thought_of(detail) }, emit);
        }
        let words = string(detail.remove("text")).or_else(|| string(detail.remove("summary")));
        let signature = string(detail.remove("signature"));
        let text = words.filter(|words| !is_told && !words.is_empty());
        if text.is_none() && signature.is_none() {
            return;
        }
        let part = self.part(Kind::Reasoning, || thought_of(detail).into(), emit);
        emit(Delta { candidate: self.number, part, text, signature, ..Delta::default() }.into());
    }

    fn sound(&mut self, mut sound: Map<String, Value>, emit: &mut Emit<'_>) {
        let data = string(sound.remove("data"));
        let transcript = string(sound.remove("transcript"));
        let part = self.part(Kind::Audio, || sound_of(&mut sound), emit);
        // What comes later than the first piece (the time at which the id expires) is kept beside the message.
        for (name, value) in sound.into_iter().filter(|(name, _)| name != "id") {
            let place = self.message.entry("audio").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(place) = place {
                place.insert(name, value);
            }
        }
        emit(Delta { candidate: self.number, part, data, transcript, ..Delta::default() }.into());
    }

    /// A picture as OpenRouter gives it: in the form in which requests hold them.
    fn image(&mut self, image: Map<String, Value>, emit: &mut Emit<'_>) {
        match image.get("image_url").and_then(|place| place.get("url")).and_then(Value::as_str) {
            Some(url) => self.whole(Part::Image(MediaPart::new(Source::from_url(url))), emit),
            None => self.native(Value::Object(image), emit),
        }
    }

    fn annotations(&mut self, annotations: Value, emit: &mut Emit<'_>) {
        let mut citations = Vec::new();
        for mut annotation in items(annotations) {
            if let Some(Value::Object(citation)) = annotation.remove("url_citation") {
                citations.push(url_citation(citation, OPENAI_CHAT));
                continue;
            }
            let place = self.message.entry("annotations").or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(place) = place {
                place.push(Value::Object(annotation));
            }
        }
        if !citations.is_empty() {
            let part = self.part(Kind::Text, || TextPart::default().into(), emit);
            emit(Delta { candidate: self.number, part, citations, ..Delta::default() }.into());
        }
    }
}

/// The members of a delta, in the order in which they are told.
#[derive(Default)]
struct Said {
    reasoning: Option<Value>,
    details: Value,
    content: Value,
    refusal: Value,
    audio: Value,
    images: Value,
    annotations: Value,
    function_call: Value,
    calls: Value,
}

fn items(list: Value) -> impl Iterator<Item = Map<String, Value>> {
    let list = if let Value::Array(list) = list { list } else { Vec::new() };
    list.into_iter().filter_map(|item| if let Value::Object(item) = item { Some(item) } else { None })
}

fn string(value: Option<Value>) -> Option<String> {
    if let Some(Value::String(text)) = value { Some(text) } else { None }
}

fn is_encrypted(detail: &Map<String, Value>) -> bool {
    detail.get("type").and_then(Value::as_str) == Some("reasoning.encrypted")
}

/// A sound without its bytes yet. Its id is how a later request names it.
fn sound_of(sound: &mut Map<String, Value>) -> Part {
    let mut media = MediaPart::new(InlineSource::default().into());
    if let Some(id) = sound.remove("id") {
        media.native.put(OPENAI_CHAT, "id", id);
    }
    Part::Audio(media)
}
