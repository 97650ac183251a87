mod answer;
mod recorded;
mod request;
mod rest;

use dragoman_model::{Event, Failure, Request, Response, fold};
use serde_json::{Value, json};

use super::AnthropicMessages;
use crate::{Answer, Frontend, Scene};

fn scene() -> Scene {
    Scene { asked_model: "some-model".into(), id: "0a1b".into(), stream: true, ..Scene::default() }
}

fn decode(body: &Value) -> Result<Request, Failure> {
    AnthropicMessages.decode(body.to_string().as_bytes(), &scene()).map(|asked| asked.request)
}

/// The neutral request as JSON.
fn asked(body: &Value) -> Value {
    serde_json::to_value(decode(body).unwrap()).unwrap()
}

/// The neutral messages of a request with `messages`.
fn messages(messages: &Value) -> Value {
    asked(&json!({"model": "m", "messages": messages}))["messages"].take()
}

fn writer() -> Box<dyn Answer> {
    let body = json!({"model": "m", "messages": [], "stream": true});
    AnthropicMessages.decode(body.to_string().as_bytes(), &scene()).unwrap().answer
}

fn response(document: Value) -> Response {
    serde_json::from_value(document).unwrap()
}

fn whole(document: Value) -> Value {
    serde_json::from_slice(&writer().whole(response(document))).unwrap()
}

fn streamed(events: impl IntoIterator<Item = Event>) -> Vec<Value> {
    let (mut writer, mut out) = (writer(), Vec::new());
    for event in events {
        writer.event(event, &mut out);
    }
    documents(&out)
}

/// The documents of a stream; each event's name is its document's type.
fn documents(out: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(out).unwrap();
    let events = text.split_terminator("\n\n").map(|event| {
        let (name, data) = event.strip_prefix("event: ").unwrap().split_once("\ndata: ").unwrap();
        let document: Value = serde_json::from_str(data).unwrap();
        assert_eq!(document["type"], name);
        document
    });
    events.collect()
}

fn events(documents: Value) -> Vec<Event> {
    serde_json::from_value(documents).unwrap()
}

/// The message that a client builds of a stream; asserts that the grammar is kept.
fn gathered(documents: &[Value]) -> Value {
    let mut message = documents[0]["message"].clone();
    let (mut open, mut input) = (None, String::new());
    for document in &documents[1..] {
        let blocks = message["content"].as_array_mut().unwrap();
        match document["type"].as_str().unwrap() {
            "content_block_start" => {
                assert_eq!(open, None, "one block at a time");
                open = Some(document["index"].clone());
                assert_eq!(document["index"], blocks.len());
                blocks.push(document["content_block"].clone());
                input.clear();
            }
            "content_block_delta" => {
                assert_eq!(open.as_ref(), Some(&document["index"]));
                grow(blocks.last_mut().unwrap(), &document["delta"], &mut input);
            }
            "content_block_stop" => assert_eq!(open.take().as_ref(), Some(&document["index"])),
            "message_delta" => {
                assert_eq!(open, None);
                let delta = document["delta"].as_object().unwrap().clone();
                message.as_object_mut().unwrap().extend(delta);
                let usage = document["usage"].as_object().unwrap().clone();
                message["usage"].as_object_mut().unwrap().extend(usage);
            }
            "message_stop" => return message,
            other => panic!("{other}"),
        }
    }
    panic!("no message_stop")
}

fn grow(block: &mut Value, delta: &Value, input: &mut String) {
    let append = |place: &mut Value, more: &Value| {
        *place = format!("{}{}", place.as_str().unwrap(), more.as_str().unwrap()).into();
    };
    match delta["type"].as_str().unwrap() {
        "text_delta" => append(&mut block["text"], &delta["text"]),
        "thinking_delta" => append(&mut block["thinking"], &delta["thinking"]),
        "signature_delta" => block["signature"] = delta["signature"].clone(),
        "citations_delta" => {
            if block["citations"].is_null() {
                block["citations"] = json!([]);
            }
            block["citations"].as_array_mut().unwrap().push(delta["citation"].clone());
        }
        "input_json_delta" => {
            input.push_str(delta["partial_json"].as_str().unwrap());
            // The pieces of an object are no object until the last one.
            if let Ok(whole) = serde_json::from_str(input) {
                block["input"] = whole;
            }
        }
        other => panic!("{other}"),
    }
}

fn assert_stream_says_what_the_whole_says(document: Value) {
    let pieces = streamed(fold::unfold(response(document.clone())));
    assert_eq!(gathered(&pieces), whole(document));
}
