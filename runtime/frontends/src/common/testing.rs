//! What the tests of several dialects share.

use std::collections::HashSet;
use std::path::PathBuf;

use dragoman_model::content::{MediaPart, Part};
use dragoman_model::event::{Delta, Open};
use dragoman_model::fold::unfold;
use dragoman_model::{Event, Response};
use serde_json::Value;

use crate::Scene;

/// A scene with a short id.
pub(crate) fn scene() -> Scene {
    Scene { asked_model: "asked".into(), now_s: 1_700_000_000, id: "ab12".into(), ..Scene::default() }
}

/// The documents in the `data:` lines of a stream; text that is no JSON stays text.
pub(crate) fn documents(stream: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stream).unwrap();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap_or_else(|_| data.into())).collect()
}

/// The stream that a chatty provider would have made of `response`: every part opens empty and its text comes in
/// pieces of a few characters.
pub(crate) fn dribble(response: Response) -> Vec<Event> {
    let mut events = Vec::new();
    for event in unfold(response) {
        match event {
            Event::Open(open) => drip(open, &mut events),
            event => events.push(event),
        }
    }
    events
}

fn drip(mut open: Open, events: &mut Vec<Event>) {
    let mut later = Vec::new();
    let delta = Delta { candidate: open.candidate, part: open.part, ..Delta::default() };
    let mut pieces = |text: String, summary: Option<u32>| {
        let letters: Vec<char> = text.chars().collect();
        for piece in letters.chunks(3) {
            later.push(Event::from(Delta { text: Some(piece.iter().collect()), summary, ..delta.clone() }));
        }
    };
    match &mut open.content {
        Part::Text(text) => {
            pieces(std::mem::take(&mut text.text), None);
            let citations = std::mem::take(&mut text.citations);
            let signature = text.signature.take();
            later.push(Delta { citations, signature, ..delta }.into());
        }
        Part::Refusal(refusal) => pieces(std::mem::take(&mut refusal.text), None),
        Part::Reasoning(thought) => {
            pieces(thought.text.take().unwrap_or_default(), None);
            for (index, summary) in (0..).zip(std::mem::take(&mut thought.summary)) {
                pieces(summary, Some(index));
            }
            let (signature, opaque) = (thought.signature.take(), thought.opaque.take());
            later.push(Delta { signature, opaque, ..delta }.into());
        }
        Part::ToolCall(call) => {
            pieces(std::mem::take(&mut call.arguments), None);
            later.push(Delta { signature: call.signature.take(), ..delta }.into());
        }
        Part::Image(MediaPart { source: dragoman_model::content::Source::Inline(inline), .. }) => {
            later.push(Delta { data: Some(std::mem::take(&mut inline.data)), ..delta }.into());
        }
        _ => {}
    }
    events.push(open.into());
    events.extend(later);
}

/// The recorded exchanges of a wire format; none, and a line that says so, where they are not at hand.
pub(crate) fn recorded(wire: &str) -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traffic");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded traffic in {}", folder.display());
        return Vec::new();
    };
    let mut records = Vec::new();
    for file in files.flatten().filter(|file| file.path().extension().is_some_and(|end| end == "jsonl")) {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        records.extend(lines.filter(|record| record["wire"] == wire));
    }
    records
}

/// Members whose words are translated, or mean nothing beyond a stream that is over (`index`).
const FORMS: [&str; 8] = ["type", "role", "tool_choice", "function_call", "format", "mode", "stream_options", "index"];

/// The strings and numbers of `body` that are nowhere in `neutral`; a `data:` URL is looked for by its bytes.
pub(crate) fn lost(body: &Value, neutral: &Value) -> Vec<String> {
    let mut kept = HashSet::new();
    leaves(neutral, &mut |leaf| {
        kept.insert(leaf.to_owned());
    });
    let mut lost = Vec::new();
    leaves(body, &mut |leaf| {
        let bytes = leaf.strip_prefix("data:").and_then(|url| url.split_once(',')).map_or(leaf, |(_, bytes)| bytes);
        // Texts of several pieces may have become one.
        if !kept.contains(bytes) && !kept.iter().any(|text| text.contains(bytes)) {
            lost.push(leaf.chars().take(80).collect());
        }
    });
    lost
}

fn leaves(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(members) => {
            let members = members.iter().filter(|(name, value)| value.is_object() || !FORMS.contains(&name.as_str()));
            members.for_each(|(_, value)| leaves(value, found));
        }
        Value::String(text) => found(text),
        Value::Number(number) => found(&number.as_f64().unwrap().to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Answers that have something of everything, as neutral documents.
pub(crate) fn answers() -> Vec<Response> {
    let usage = r#"{"input_tokens": 5, "output_tokens": 7, "cached_tokens": 2, "reasoning_tokens": 3}"#;
    let texts = [
        format!(r#"{{"id": "x1", "model": "m", "created": 5, "service_tier": "standard", "usage": {usage}, "candidates": [
            {{"index": 0, "content": [{{"type": "text", "text": "Hällo wörld"}}], "finish": {{"reason": "stop"}},
              "logprobs": [{{"token": "Hä", "logprob": -0.5, "top": [{{"token": "Ho", "logprob": -1.5}}]}}]}}]}}"#),
        r#"{"candidates": [
            {"index": 0, "content": [
                {"type": "reasoning", "text": "I think so.", "signature": "sig", "origin": "anthropic.messages"},
                {"type": "reasoning", "opaque": "secret", "origin": "anthropic.messages"},
                {"type": "text", "text": "First.", "citations": [{"kind": "url", "url": "http://a", "title": "A"}]},
                {"type": "text", "text": " Second.", "citations": [{"kind": "characters", "document": 0, "cited_text": "c"},
                    {"kind": "url", "url": "http://b"}]},
                {"type": "tool-call", "id": "t1", "name": "f", "arguments": "{\"a\":1}"},
                {"type": "tool-call", "id": "t1", "name": "g", "arguments": "", "signature": "gsig"},
                {"type": "tool-call", "id": "", "name": "h", "arguments": "{}"}
            ], "finish": {"reason": "tool-calls"}}]}"#
            .to_owned(),
        r#"{"candidates": [{"index": 0, "content": [{"type": "refusal", "text": "No, never."}],
            "finish": {"reason": "refusal", "native_reason": "refusal"}}]}"#
            .to_owned(),
        r#"{"candidates": [{"index": 0, "content": [
                {"type": "reasoning", "id": "rs_9", "summary": ["One.", "Two."], "opaque": "enc", "origin": "openai.responses"},
                {"type": "tool-call", "id": "c1", "name": "c", "arguments": "free text", "kind": "custom", "item_id": "ctc_9"},
                {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "QUJD"}},
                {"type": "text", "text": "cut of", "signature": "tsig"}
            ], "finish": {"reason": "length"}}]}"#
            .to_owned(),
        r#"{"candidates": [
            {"index": 0, "content": [{"type": "text", "text": "one"}], "finish": {"reason": "stop"}},
            {"index": 1, "content": [{"type": "text", "text": "two"}], "finish": {"reason": "content-filter"}}]}"#
            .to_owned(),
        r#"{"candidates": [{"index": 0, "content": [
            {"type": "audio", "source": {"type": "inline", "data": "QUJD"}, "transcript": "hi"}], "finish": {"reason": "stop"}}]}"#
            .to_owned(),
        r#"{"candidates": [{"index": 0}]}"#.to_owned(),
    ];
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}
