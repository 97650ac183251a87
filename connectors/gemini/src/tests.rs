//! What the connector writes and reads.
#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

mod reading;
mod recorded;
mod tables;
mod thinking;
mod turns;
mod writing;

use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Event, Failure, Request, Response};
use dragoman_connector::{Begin, Call, Cause, Context, Events, Frame, Provider};
use serde_json::{Value, json};

use crate::Gemini;

fn request(document: Value) -> Request {
    serde_json::from_value(document).unwrap()
}

fn gemini() -> Gemini {
    Gemini::new(&Context { seed: "5eed".into(), ..Context::default() }).unwrap()
}

fn call_of(model: &str, document: Value) -> Call {
    let context = Context { model: model.into(), ..Context::default() };
    match gemini().chat(&context, request(document)).unwrap() {
        Begin::Call(call) => call,
        _ => panic!("an answer without a call"),
    }
}

/// The body that is sent for a request, and the losses as `path: how`.
fn asked_of(model: &str, document: Value) -> (Value, Vec<String>) {
    told(&call_of(model, document))
}

fn asked(document: Value) -> (Value, Vec<String>) {
    asked_of("gemini-2.5-flash", document)
}

fn told(call: &Call) -> (Value, Vec<String>) {
    let losses = call.losses().iter().map(|loss| format!("{}: {}", loss.path, loss.how)).collect();
    (serde_json::from_str(call.body_text()).unwrap(), losses)
}

/// A request of one user text with the members `more`.
fn with(more: Value) -> Value {
    let mut document = json!({"model": "m", "messages": [user("Hi")]});
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": [{"type": "text", "text": text}]})
}

/// What is sent for the part `part` of a message of `role`, and the losses.
fn part(role: &str, part: Value) -> (Value, Vec<String>) {
    let after = "And?";
    let (body, losses) = asked(json!({"model": "m", "messages": [{"role": role, "content": [part]}, user(after)]}));
    let mut parts = body["contents"][0]["parts"].as_array().unwrap().clone();
    parts.retain(|part| part["text"] != after);
    (parts.into(), losses)
}

/// The events of a stream of `chunks` that ended as HTTP says it should.
fn streamed(provider: &mut Gemini, chunks: &[&str]) -> Result<Vec<Event>, Failure> {
    let mut out = Events::default();
    let mut events = Vec::new();
    let mut take = |out: &mut Events| {
        let texts = out.take();
        events.extend(texts.iter().map(|text| serde_json::from_str::<Event>(text).unwrap()));
    };
    for chunk in chunks {
        provider.event(Frame { name: "", text: chunk }, &mut out)?;
        take(&mut out);
    }
    provider.finish(Cause::Eof, &mut out);
    take(&mut out);
    Ok(events)
}

fn folded(events: Vec<Event>) -> Response {
    let mut fold = Fold::default();
    for event in events {
        fold.push(event);
    }
    fold.into_response()
}
