//! Answers, whole and streamed: a stream's chunks are answers too, each with the next piece.

use std::collections::BTreeMap;

use dragoman_connector::model::content::{
    InlineSource, MediaPart, NativePart, ReasoningPart, Source, TextPart, ToolCallPart, UrlSource,
};
use dragoman_connector::model::event::{CandidateFinish, Close, Delta, End, Event, Open, Start, UsageReport};
use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Failure, Json, Part, Response, media};
use dragoman_connector::unreadable;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::finish::{self, Ending};
use crate::ids::{MADE, Names};
use crate::members::{gather, rest, take_text};
use crate::{DIALECT, failure, grounding, listing, usage};

/// Turns chunks into events.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) names: Names,
    seed: String,
    made: u32,
    started: bool,
    candidates: BTreeMap<u32, Candidate>,
    usage: Map<String, Value>,
    native: Map<String, Value>,
    blocked: bool,
}

#[derive(Debug, Default)]
struct Candidate {
    parts: u32,
    open: Option<Growing>,
    /// What the text parts hold so far, for citations that point into it.
    text: String,
    texts: u32,
    called: bool,
    ending: Option<Ending>,
    native: Map<String, Value>,
}

/// The part that the next piece may belong to.
#[derive(Debug)]
struct Growing {
    part: u32,
    thought: bool,
    signed: bool,
}

impl Reader {
    /// A reader that makes ids with `seed`.
    pub(crate) fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), ..Self::default() }
    }

    /// Reads a whole answer, which may be a stream that came as one JSON array.
    pub(crate) fn whole(&mut self, body: &str) -> Result<Response, Failure> {
        let mut events = Vec::new();
        self.chunk(body, &mut events)?;
        self.conclude(&mut events);
        let mut fold = Fold::default();
        for event in events {
            fold.push(event);
        }
        Ok(fold.into_response())
    }

    /// Reads one chunk.
    pub(crate) fn chunk(&mut self, text: &str, out: &mut Vec<Event>) -> Result<(), Failure> {
        let document = serde_json::from_str(text).map_err(|error| unreadable("an answer of Gemini", &error))?;
        let mut args = args(text).into_iter();
        match document {
            Value::Object(chunk) => self.answer(chunk, &mut args, out),
            Value::Array(chunks) => chunks.into_iter().try_for_each(|chunk| match chunk {
                Value::Object(chunk) => self.answer(chunk, &mut args, out),
                _ => Err(unreadable("an answer of Gemini", &"its chunks are no objects")),
            }),
            _ => Err(unreadable("an answer of Gemini", &"it is no object")),
        }
    }

    /// Whether everything that was begun has told why it ended.
    pub(crate) fn complete(&self) -> bool {
        let ended = self.candidates.values().all(|candidate| candidate.ending.is_some());
        self.blocked || (ended && !self.candidates.is_empty())
    }

    /// Closes what is open, and ends.
    pub(crate) fn conclude(&mut self, out: &mut Vec<Event>) {
        for (index, mut candidate) in std::mem::take(&mut self.candidates) {
            let citations = grounding::citations(&candidate.native, &candidate.text, candidate.texts == 1);
            if let Some(growing) = candidate.open.as_ref().filter(|growing| !growing.thought && !citations.is_empty()) {
                let part = growing.part;
                out.push(Delta { candidate: index, part, citations, ..Delta::default() }.into());
            }
            candidate.close(index, out);
            if let Some(ending) = candidate.ending {
                let finish = ending.finish(candidate.called);
                let native = rest(candidate.native);
                out.push(CandidateFinish { native, ..CandidateFinish::new(index, finish) }.into());
            }
        }
        out.push(End { native: rest(std::mem::take(&mut self.native)), ..End::default() }.into());
    }

    fn answer(
        &mut self,
        mut chunk: Map<String, Value>,
        args: &mut impl Iterator<Item = Json>,
        out: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        if chunk.contains_key("error") {
            return Err(failure::told(chunk));
        }
        let counted = chunk.remove("usageMetadata");
        self.start(&mut chunk, counted.as_ref(), out);
        for candidate in list(chunk.remove("candidates")) {
            self.candidate(candidate, args, out);
        }
        self.feedback(&chunk);
        gather(&mut self.native, chunk);
        if let Some(Value::Object(counted)) = counted {
            let before = self.usage.clone();
            self.usage.extend(counted.into_iter().filter(|(_, value)| !value.is_null()));
            if self.usage != before {
                out.push(UsageReport { usage: usage::counts(&self.usage), ..UsageReport::default() }.into());
            }
        }
        Ok(())
    }

    fn start(&mut self, chunk: &mut Map<String, Value>, counted: Option<&Value>, out: &mut Vec<Event>) {
        let (id, model) = (take_text(chunk, "responseId"), take_text(chunk, "modelVersion"));
        let created = take_text(chunk, "createTime").and_then(|time| listing::seconds(&time));
        if !std::mem::replace(&mut self.started, true) {
            let tier = counted.and_then(|counted| counted.get("serviceTier")).and_then(Value::as_str);
            let service_tier = tier.map(str::to_owned);
            out.push(Start { id, model, created, service_tier, ..Start::default() }.into());
        }
    }

    /// A prompt that was held back has no candidates: its one answer ends as if a filter had stopped it.
    fn feedback(&mut self, chunk: &Map<String, Value>) {
        let feedback = chunk.get("promptFeedback");
        let Some(reason) = feedback.and_then(|feedback| finish::word(feedback.get("blockReason")?)) else { return };
        let message = feedback.and_then(|feedback| feedback.get("blockReasonMessage")?.as_str().map(str::to_owned));
        self.blocked = true;
        let first = self.candidates.entry(0).or_default();
        first.ending.get_or_insert(Ending { word: reason, message, blocked: true });
    }

    fn candidate(
        &mut self,
        mut candidate: Map<String, Value>,
        args: &mut impl Iterator<Item = Json>,
        out: &mut Vec<Event>,
    ) {
        let index = candidate.remove("index").and_then(|index| u32::try_from(index.as_u64()?).ok()).unwrap_or_default();
        let mut state = self.candidates.remove(&index).unwrap_or_default();
        if let Some(Value::Object(mut content)) = candidate.remove("content") {
            for part in list(content.remove("parts")) {
                self.part(&mut state, index, part, args, out);
            }
            content.remove("role");
            gather(&mut state.native, content);
        }
        if let Some(word) = candidate.remove("finishReason").and_then(|reason| finish::word(&reason)) {
            let message = take_text(&mut candidate, "finishMessage");
            state.ending = Some(Ending { word, message, blocked: false });
        }
        match &state.open {
            Some(growing) if !growing.thought && candidate.contains_key("logprobsResult") => {
                let logprobs = candidate.remove("logprobsResult").map(usage::logprobs).unwrap_or_default();
                out.push(Delta { candidate: index, part: growing.part, logprobs, ..Delta::default() }.into());
            }
            _ => {}
        }
        gather(&mut state.native, candidate);
        self.candidates.insert(index, state);
    }

    fn part(
        &mut self,
        state: &mut Candidate,
        index: u32,
        mut part: Map<String, Value>,
        args: &mut impl Iterator<Item = Json>,
        out: &mut Vec<Event>,
    ) {
        if part.get("text").is_some_and(Value::is_string) {
            state.words(index, part, out);
            return;
        }
        let content = if let Some(Value::Object(call)) = part.remove("functionCall") {
            state.called = true;
            let written = call.get("args").filter(|args| !args.is_null()).and_then(|_| args.next());
            return self.call(state, index, call, written, part, out);
        } else if let Some(Value::Object(data)) = part.remove("inlineData") {
            medium(inline(data), part)
        } else if let Some(Value::Object(data)) = part.remove("fileData") {
            medium(file(data), part)
        } else if part.keys().all(|name| name == "thoughtSignature") {
            let Some(signature) = take_text(&mut part, "thoughtSignature") else { return };
            Part::Reasoning(signed(signature))
        } else {
            NativePart::new(DIALECT, part.into()).into()
        };
        state.whole(index, content, out);
    }

    fn call(
        &mut self,
        state: &mut Candidate,
        index: u32,
        mut call: Map<String, Value>,
        written: Option<Json>,
        mut part: Map<String, Value>,
        out: &mut Vec<Event>,
    ) {
        let id = take_text(&mut call, "id").filter(|id| !id.is_empty()).unwrap_or_else(|| {
            self.made += 1;
            format!("{MADE}{}_{}", self.seed, self.made)
        });
        let name = self.names.client(take_text(&mut call, "name").unwrap_or_default());
        let args = call.remove("args");
        let is_custom = self.names.is_custom(&name);
        let arguments = if is_custom {
            args.as_ref().and_then(|args| args.get("input")?.as_str()).unwrap_or_default().to_owned()
        } else {
            spelled(args, written)
        };
        let signature = take_text(&mut part, "thoughtSignature");
        part.append(&mut call);
        let kind = is_custom.then(|| "custom".to_owned());
        let call = ToolCallPart { id, name, kind, signature, native: rest(part), ..ToolCallPart::default() };
        let number = state.begin(index, call.into(), out);
        out.push(Delta { candidate: index, ..Delta::text(number, arguments) }.into());
        out.push(Close { candidate: index, part: number, ..Close::default() }.into());
    }
}

impl Candidate {
    fn begin(&mut self, index: u32, content: Part, out: &mut Vec<Event>) -> u32 {
        self.close(index, out);
        let part = self.parts;
        self.parts += 1;
        out.push(Open::new(index, part, content).into());
        part
    }

    fn whole(&mut self, index: u32, content: Part, out: &mut Vec<Event>) {
        let part = self.begin(index, content, out);
        out.push(Close { candidate: index, part, ..Close::default() }.into());
    }

    fn close(&mut self, index: u32, out: &mut Vec<Event>) {
        if let Some(growing) = self.open.take() {
            out.push(Close { candidate: index, part: growing.part, ..Close::default() }.into());
        }
    }

    /// Words go on with the part before them if it is of their kind. Two signatures never come into one part: each
    /// belongs to its own words.
    fn words(&mut self, index: u32, mut part: Map<String, Value>, out: &mut Vec<Event>) {
        let text = take_text(&mut part, "text").unwrap_or_default();
        let thought = part.remove("thought").is_some_and(|thought| thought == true);
        let signature = take_text(&mut part, "thoughtSignature").filter(|signature| !signature.is_empty());
        let native = rest(part);
        let fits = |growing: &&mut Growing| growing.thought == thought && !(growing.signed && signature.is_some());
        let number = match (self.open.as_mut().filter(fits), &signature) {
            (Some(growing), _) => {
                growing.signed |= signature.is_some();
                growing.part
            }
            (None, None) if text.is_empty() && native.0.is_empty() => return,
            (None, Some(signature)) if text.is_empty() => {
                return self.whole(index, signed(signature.clone()).into(), out);
            }
            (None, _) => self.grow(index, thought, signature.is_some(), out),
        };
        if text.is_empty() && signature.is_none() && native.0.is_empty() {
            return;
        }
        if !thought {
            self.text.push_str(&text);
        }
        let text = Some(text).filter(|text| !text.is_empty());
        out.push(Delta { candidate: index, part: number, text, signature, native, ..Delta::default() }.into());
    }

    fn grow(&mut self, index: u32, thought: bool, signed: bool, out: &mut Vec<Event>) -> u32 {
        let content = if thought {
            ReasoningPart { origin: Some(DIALECT.to_owned()), ..ReasoningPart::default() }.into()
        } else {
            self.texts += 1;
            TextPart::default().into()
        };
        let part = self.begin(index, content, out);
        self.open = Some(Growing { part, thought, signed });
        part
    }
}

/// The arguments of every call as the model wrote them, in order: reading and writing them again would change their
/// numbers.
fn args(text: &str) -> Vec<Json> {
    #[derive(Default, Deserialize)]
    struct Chunk {
        #[serde(default)]
        candidates: Vec<Answer>,
    }
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default)]
        content: Content,
    }
    #[derive(Default, Deserialize)]
    struct Content {
        #[serde(default)]
        parts: Vec<Piece>,
    }
    #[derive(Deserialize)]
    struct Piece {
        #[serde(rename = "functionCall")]
        call: Option<Call>,
    }
    #[derive(Deserialize)]
    struct Call {
        args: Option<Json>,
    }
    if !text.contains("\"functionCall\"") {
        return Vec::new();
    }
    let chunks = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::from_str(text).map(|chunk: Chunk| vec![chunk])
    };
    let answers = chunks.unwrap_or_default().into_iter().flat_map(|chunk| chunk.candidates);
    answers.flat_map(|answer| answer.content.parts).filter_map(|piece| piece.call?.args).collect()
}

/// The arguments `args` as JSON text: `written`, if that is them.
fn spelled(args: Option<Value>, written: Option<Json>) -> String {
    let args = args.filter(|args| !args.is_null()).unwrap_or_else(|| Value::Object(Map::new()));
    match written {
        Some(written) if written.value() == args => written.text().to_owned(),
        _ => args.to_string(),
    }
}

fn signed(signature: String) -> ReasoningPart {
    ReasoningPart { signature: Some(signature), origin: Some(DIALECT.to_owned()), ..ReasoningPart::default() }
}

fn inline(mut data: Map<String, Value>) -> Source {
    let media_type = take_text(&mut data, "mimeType");
    InlineSource { media_type, data: take_text(&mut data, "data").unwrap_or_default(), extra: Map::new() }.into()
}

fn file(mut data: Map<String, Value>) -> Source {
    let media_type = take_text(&mut data, "mimeType");
    UrlSource { media_type, url: take_text(&mut data, "fileUri").unwrap_or_default(), extra: Map::new() }.into()
}

fn medium(source: Source, mut part: Map<String, Value>) -> Part {
    let mut medium = MediaPart::new(source);
    medium.signature = take_text(&mut part, "thoughtSignature");
    medium.native = rest(part);
    media::part_by_type(medium)
}

fn list(value: Option<Value>) -> Vec<Map<String, Value>> {
    let Some(Value::Array(items)) = value else { return Vec::new() };
    let object = |item| match item {
        Value::Object(map) => Some(map),
        _ => None,
    };
    items.into_iter().filter_map(object).collect()
}
