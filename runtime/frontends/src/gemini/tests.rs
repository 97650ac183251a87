mod answer;
mod recorded;
mod request;
mod rest;
mod schema;

use dragoman_model::{Event, Failure, Request, Response, fold};
use serde_json::{Value, json};

use super::Gemini;
use crate::{Answer, Frontend, Scene};

fn scene(sse: bool) -> Scene {
    Scene { asked_model: "some-model".into(), id: "0a1b".into(), stream: true, sse, ..Scene::default() }
}

fn decode(body: &Value) -> Result<Request, Failure> {
    Gemini.decode(body.to_string().as_bytes(), &scene(true)).map(|asked| asked.request)
}

/// The neutral request as JSON.
fn asked(body: &Value) -> Value {
    serde_json::to_value(decode(body).unwrap()).unwrap()
}

/// The neutral request whose body has `members` beside empty contents.
fn asked_with(members: &Value) -> Value {
    let mut body = json!({"contents": []});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    asked(&body)
}

/// The neutral messages of a request with `contents`.
fn messages(contents: &Value) -> Value {
    asked(&json!({"contents": contents}))["messages"].take()
}

fn writer(sse: bool) -> Box<dyn Answer> {
    Gemini.decode(br#"{"contents": []}"#, &scene(sse)).unwrap().answer
}

fn response(document: Value) -> Response {
    serde_json::from_value(document).unwrap()
}

fn whole(document: Value) -> Value {
    serde_json::from_slice(&writer(true).whole(response(document))).unwrap()
}

fn written(sse: bool, events: impl IntoIterator<Item = Event>) -> String {
    let (mut writer, mut out) = (writer(sse), Vec::new());
    for event in events {
        writer.event(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

/// The documents of a stream of server-sent events.
fn documents(text: &str) -> Vec<Value> {
    let data = text.split_terminator("\r\n\r\n").map(|event| event.strip_prefix("data: ").unwrap());
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

fn events(documents: Value) -> Vec<Event> {
    serde_json::from_value(documents).unwrap()
}

/// The answer that a client builds of a stream, neighbouring words of one kind joined.
fn gathered(documents: &[Value]) -> Value {
    let mut answer = json!({});
    for document in documents {
        for (name, value) in document.as_object().unwrap() {
            if name != "candidates" {
                answer[name] = value.clone();
            }
        }
        for candidate in document["candidates"].as_array().into_iter().flatten() {
            take_in(&mut answer, candidate);
        }
    }
    answer
}

fn take_in(answer: &mut Value, candidate: &Value) {
    if answer["candidates"].is_null() {
        answer["candidates"] = json!([]);
    }
    let candidates = answer["candidates"].as_array_mut().unwrap();
    let at = candidates.iter().position(|one| one["index"] == candidate["index"]).unwrap_or_else(|| {
        candidates.push(json!({"index": candidate["index"], "content": {"parts": [], "role": "model"}}));
        candidates.len() - 1
    });
    for (name, value) in candidate.as_object().unwrap() {
        if name == "content" {
            let parts = candidates[at]["content"]["parts"].as_array_mut().unwrap();
            value["parts"].as_array().unwrap().iter().for_each(|part| grow(parts, part));
        } else {
            candidates[at][name] = value.clone();
        }
    }
}

/// Words that follow words of the same kind belong to them, as long as no signature has closed these.
fn grow(parts: &mut Vec<Value>, part: &Value) {
    match parts.last_mut() {
        Some(last)
            if part["text"].is_string()
                && last["text"].is_string()
                && part["thought"] == last["thought"]
                && last["thoughtSignature"].is_null() =>
        {
            last["text"] = format!("{}{}", last["text"].as_str().unwrap(), part["text"].as_str().unwrap()).into();
            if let Some(signature) = part.get("thoughtSignature") {
                last["thoughtSignature"] = signature.clone();
            }
        }
        _ => parts.push(part.clone()),
    }
}

fn assert_stream_says_what_the_whole_says(document: Value) {
    let text = written(true, fold::unfold(response(document.clone())));
    assert_eq!(gathered(&documents(&text)), whole(document.clone()));
    let array = written(false, fold::unfold(response(document.clone())));
    let elements: Vec<Value> = serde_json::from_str(&array).unwrap();
    assert_eq!(gathered(&elements), whole(document));
}
