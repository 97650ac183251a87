//! Recorded responses, read whole and in pieces.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

use connector_openai::OpenAi;
use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Event, Failure, Response};
use dragoman_connector::{Cause, Context, Events, Frame, Provider};
use serde_json::Value;

/// The recorded exchanges whose answer is a response and a success; none where they are not at hand.
fn recorded() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traffic");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded traffic at {}", folder.display());
        return Vec::new();
    };
    let names =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let texts: Vec<String> = names.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let records = texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["wire"] == "openai-responses" && record["response"]["status"] == 200).collect()
}

fn provider() -> OpenAi {
    OpenAi::new(&Context::default()).unwrap()
}

/// Name and data of each server-sent event of `body`.
fn frames(body: &str) -> Vec<(&str, &str)> {
    let mut name = "";
    let mut frames = Vec::new();
    for line in body.lines() {
        match line.split_once(':') {
            Some(("event", rest)) => name = rest.trim(),
            Some(("data", rest)) => frames.push((std::mem::take(&mut name), rest.trim())),
            _ => {}
        }
    }
    frames
}

/// The answer that the events of a stream tell, and whether they end well. What is told must be of open parts.
fn read_stream(body: &str) -> Result<(Response, bool), Failure> {
    let mut provider = provider();
    let mut out = Events::default();
    for (name, text) in frames(body) {
        provider.event(Frame { name, text }, &mut out)?;
        if out.ended() {
            break;
        }
    }
    provider.finish(Cause::Eof, &mut out);
    let mut fold = Fold::default();
    let mut open = BTreeSet::new();
    for text in out.take() {
        let event: Event = serde_json::from_str(&text).unwrap();
        match &event {
            Event::Open(event) => assert!(open.insert(event.part), "opened twice"),
            Event::Delta(event) => assert!(open.contains(&event.part), "told of a part not open"),
            Event::Close(event) => assert!(open.remove(&event.part), "closed a part not open"),
            Event::End(_) => assert!(open.is_empty(), "ended with a part open"),
            _ => {}
        }
        fold.push(event);
    }
    Ok((fold.into_response(), out.ended()))
}

#[test]
fn every_recorded_whole_response_is_read() {
    let mut read = 0;
    for record in recorded() {
        let body = record["response"]["body"].as_str().unwrap_or_default();
        let Ok(told) = serde_json::from_str::<Value>(body) else { continue };
        // A few vendors answer with a chat completion here.
        if told["object"] != "response" || told["output"].is_null() {
            continue;
        }
        let answer = provider().response(body).unwrap_or_else(|failure| panic!("{}: {failure}", record["id"]));
        assert_eq!(answer.id.as_deref(), told["id"].as_str());
        let calls =
            answer.candidates.iter().flat_map(|one| &one.content).filter(|part| part.tag() == "tool-call").count();
        let expected = told["output"].as_array().unwrap().iter();
        let expected =
            expected.filter(|item| item["type"] == "function_call" || item["type"] == "custom_tool_call").count();
        assert_eq!(calls, expected, "{}", record["id"]);
        read += 1;
    }
    println!("read {read} whole responses");
}

#[test]
fn every_recorded_stream_says_what_its_closing_event_repeats() {
    let mut read = 0;
    for record in recorded() {
        let body = record["response"]["body"].as_str().unwrap_or_default();
        if !body.contains("data:") || serde_json::from_str::<Value>(body).is_ok() {
            continue;
        }
        let events: Vec<Value> = frames(body).iter().filter_map(|(_, text)| serde_json::from_str(text).ok()).collect();
        // Some recordings hold two streams, one after the other.
        let is_terminal =
            |event: &&Value| event["response"]["status"] != "in_progress" && event["response"].is_object();
        let last = events.iter().find(is_terminal).or(events.last()).cloned();
        match (read_stream(body), last) {
            (Ok((streamed, true)), Some(last)) => {
                let mut closing = last["response"].clone();
                if closing["output"].as_array().is_some_and(|output| !output.is_empty()) {
                    let whole = provider().response(&closing.take().to_string()).unwrap();
                    assert_eq!(said(&streamed), said(&whole), "{}", record["id"]);
                }
                read += 1;
            }
            (Ok((_, false)), last) => {
                let kind = last.map(|last| last["type"].clone());
                let is_cut =
                    !["response.completed", "response.incomplete"].iter().any(|end| kind == Some((*end).into()));
                assert!(is_cut, "{} does not end", record["id"]);
            }
            (Err(failure), _) => assert!(body.contains("response.failed"), "{}: {failure}", record["id"]),
            (Ok(_), None) => panic!("{} ends without an event", record["id"]),
        }
    }
    println!("read {read} streams");
}

/// Texts, thoughts and calls of an answer, and its cost.
fn said(answer: &Response) -> Value {
    let parts = answer.candidates.iter().flat_map(|one| &one.content);
    let parts: Vec<Value> = parts
        .map(|part| {
            let part = serde_json::to_value(part).unwrap();
            // Recordings have had values in arguments replaced here and there, but not the members' names.
            let arguments = part["arguments"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
            let names: Vec<String> =
                arguments.iter().filter_map(Value::as_object).flat_map(|all| all.keys().cloned()).collect();
            serde_json::json!([part["type"], part["text"], names, part["name"], part["summary"], part["citations"]])
        })
        .collect();
    serde_json::json!({"parts": parts, "usage": answer.usage, "finish": answer.candidates.first().map(|one| &one.finish)})
}
