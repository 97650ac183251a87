//! Recorded chat completions of many vendors, read whole and in pieces.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Event, Response};
use dragoman_connector::openai_chat::{self, Reader};
use dragoman_connector::{Cause, Events, Frame};
use serde_json::Value;

/// The recorded exchanges of `wire` whose answer is a success; none where they are not at hand.
fn recorded(wire: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traffic");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded traffic at {}", folder.display());
        return Vec::new();
    };
    let names =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let texts: Vec<String> = names.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let records = texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["wire"] == wire && record["response"]["status"] == 200).collect()
}

fn is_marked(record: &Value, feature: &str) -> bool {
    record["features"].as_array().into_iter().flatten().any(|marked| marked == feature)
}

/// The data of each server-sent event of `body`.
fn data(body: &str) -> impl Iterator<Item = &str> {
    body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim)
}

/// The answer that the events of a stream tell, and whether they end well. What is told must be of open parts.
fn read_stream(body: &str) -> Result<(Response, bool), String> {
    let mut reader = Reader::default();
    let mut out = Events::default();
    for text in data(body) {
        reader.event(Frame { name: "", text }, &mut out).map_err(|failure| failure.to_string())?;
        if out.ended() {
            break;
        }
    }
    reader.finish(Cause::Eof, &mut out);
    let mut fold = Fold::default();
    let mut open = BTreeSet::new();
    for text in out.take() {
        let event: Event = serde_json::from_str(&text).unwrap();
        match &event {
            Event::Open(event) => assert!(open.insert((event.candidate, event.part)), "opened twice"),
            Event::Delta(event) => assert!(open.contains(&(event.candidate, event.part)), "told of a part not open"),
            Event::Close(event) => assert!(open.remove(&(event.candidate, event.part)), "closed a part not open"),
            Event::End(_) => assert!(open.is_empty(), "ended with a part open"),
            _ => {}
        }
        fold.push(event);
    }
    Ok((fold.into_response(), out.ended()))
}

#[test]
fn every_recorded_whole_answer_is_read() {
    let mut read = 0;
    for record in recorded("openai-chat") {
        let body = record["response"]["body"].as_str().unwrap_or_default();
        if !body.trim_start().starts_with('{') {
            continue;
        }
        let told: Value = serde_json::from_str(body).unwrap();
        match openai_chat::response(body) {
            Ok(answer) => {
                assert_eq!(answer.candidates.len(), told["choices"].as_array().unwrap().len(), "{}", record["id"]);
                let text = told["choices"][0]["message"]["content"].as_str().unwrap_or_default();
                let words = serde_json::to_value(&answer.candidates).unwrap();
                let spoken = words[0]["content"].as_array().into_iter().flatten();
                let spoken: String =
                    spoken.filter(|part| part["type"] == "text").filter_map(|part| part["text"].as_str()).collect();
                assert!(told["choices"][0]["message"]["content"].is_array() || text == spoken, "{}", record["id"]);
                let calls = answer.candidates[0].content.iter().filter(|part| part.tag() == "tool-call").count();
                let expected = told["choices"][0]["message"]["tool_calls"].as_array().map_or(0, Vec::len)
                    + usize::from(told["choices"][0]["message"]["function_call"].is_object());
                assert_eq!(calls, expected, "{}", record["id"]);
                read += 1;
            }
            Err(failure) => assert!(told["error"].is_object(), "{}: {failure}", record["id"]),
        }
    }
    println!("read {read} whole answers");
}

#[test]
fn every_recorded_stream_is_read_to_its_end() {
    let mut read = 0;
    for record in recorded("openai-chat") {
        let body = record["response"]["body"].as_str().unwrap_or_default();
        if body.trim_start().starts_with('{') || body.is_empty() {
            continue;
        }
        match read_stream(body) {
            Ok((answer, ended)) => {
                assert!(ended || is_marked(&record, "truncated_stream"), "{} does not end", record["id"]);
                assert!(!answer.candidates.is_empty() || !ended, "{} says nothing", record["id"]);
                read += 1;
            }
            Err(failure) => assert!(body.contains("\"error\""), "{}: {failure}", record["id"]),
        }
    }
    println!("read {read} streams");
}
