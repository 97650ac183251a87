//! A whole answer, gathered from the same pieces as a stream.

use std::collections::BTreeMap;

use dragoman_model::response::TokenLogprob;
use serde_json::{Map, Value, json};

use super::chunk::{CallPiece, Ending, Piece, Sink, logprobs, signed};
use crate::common::wire;

/// The choices of an answer.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    choices: BTreeMap<u32, Choice>,
}

#[derive(Debug, Default)]
struct Choice {
    content: Option<String>,
    refusal: Option<String>,
    reasoning: Option<String>,
    details: Vec<Value>,
    calls: Vec<Map<String, Value>>,
    function_call: Option<Map<String, Value>>,
    annotations: Vec<Value>,
    citations: Vec<Value>,
    images: Vec<Value>,
    audio: Option<Map<String, Value>>,
    extra_content: Option<Value>,
    logprobs: Vec<TokenLogprob>,
    ending: Ending,
}

impl Sink for Gathered {
    fn say(&mut self, candidate: u32, piece: &Piece<'_>, logprobs: &[TokenLogprob]) {
        let choice = self.choices.entry(candidate).or_default();
        append(&mut choice.content, piece.content);
        append(&mut choice.refusal, piece.refusal);
        append(&mut choice.reasoning, piece.reasoning_content);
        choice.details.extend(piece.reasoning_details.iter().cloned());
        choice.annotations.extend(piece.annotations.iter().cloned().map(unnumbered));
        choice.citations.extend(piece.citations.iter().cloned().map(unnumbered));
        choice.images.extend(piece.images.iter().cloned());
        choice.logprobs.extend(logprobs.iter().cloned());
        if let Some(call) = &piece.tool_calls {
            gather_call(&mut choice.calls, call);
        }
        if let Some(call) = &piece.function_call {
            merge(choice.function_call.get_or_insert_default(), call.inner());
        }
        if let Some(audio) = &piece.audio {
            merge(choice.audio.get_or_insert_default(), audio.clone());
        }
        if piece.extra_content.is_some() {
            choice.extra_content.clone_from(&piece.extra_content);
        }
    }

    fn end(&mut self, candidate: u32, ending: Ending) {
        self.choices.entry(candidate).or_default().ending = ending;
    }
}

impl Gathered {
    /// The `choices` of the answer.
    pub(super) fn choices(self) -> Vec<Value> {
        self.choices.into_iter().map(|(index, choice)| choice.value(index)).collect()
    }
}

impl Choice {
    fn value(self, index: u32) -> Value {
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        // A choice that says nothing at all opened with an empty text.
        let content = self.content.filter(|text| !text.is_empty() || (self.calls.is_empty() && self.refusal.is_none()));
        message.insert("content".into(), content.into());
        message.insert("refusal".into(), self.refusal.into());
        message.insert("annotations".into(), self.annotations.into());
        wire::put(&mut message, "reasoning_content", self.reasoning);
        put_list(&mut message, "reasoning_details", self.details);
        put_list(&mut message, "tool_calls", self.calls);
        wire::put(&mut message, "function_call", self.function_call);
        wire::put(&mut message, "audio", self.audio);
        put_list(&mut message, "images", self.images);
        put_list(&mut message, "citations", self.citations);
        wire::put(&mut message, "extra_content", self.extra_content);
        let mut choice = Map::new();
        choice.insert("index".into(), index.into());
        choice.insert("message".into(), message.into());
        choice.insert("logprobs".into(), logprobs(&self.logprobs).into());
        choice.insert("finish_reason".into(), self.ending.reason.into());
        wire::put(&mut choice, "native_finish_reason", self.ending.native_reason);
        for (name, value) in self.ending.native {
            choice.entry(name).or_insert(value);
        }
        choice.into()
    }
}

fn append(place: &mut Option<String>, more: Option<&str>) {
    if let Some(more) = more {
        place.get_or_insert_default().push_str(more);
    }
}

/// Texts are appended, everything else is set.
fn merge(into: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (into.get_mut(&name), value) {
            (Some(Value::String(text)), Value::String(more)) => text.push_str(&more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

fn gather_call(calls: &mut Vec<Map<String, Value>>, piece: &CallPiece<'_>) {
    if let Some((id, _)) = piece.head {
        let call = json!({ "id": id, "type": piece.kind(), piece.kind(): {} });
        calls.extend(call.as_object().cloned());
    }
    // A call that is not the last gets nothing more in a whole answer.
    let Some(call) = calls.last_mut() else { return };
    if let Some(Value::Object(inner)) = call.get_mut(piece.kind()) {
        merge(inner, piece.inner());
    }
    wire::put(call, "extra_content", piece.signature.map(signed));
    for (name, value) in &piece.native {
        call.entry(name.as_str()).or_insert_with(|| value.clone());
    }
}

/// In a stream the entries of a list are numbered.
fn unnumbered(mut entry: Value) -> Value {
    if let Value::Object(members) = &mut entry {
        members.shift_remove("index");
    }
    entry
}

fn put_list<T: Into<Value>>(map: &mut Map<String, Value>, name: &str, list: Vec<T>) {
    if !list.is_empty() {
        map.insert(name.to_owned(), list.into_iter().map(Into::into).collect::<Vec<Value>>().into());
    }
}
