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
use dragoman_connector::{Begin, Call, Context, Events, Frame, Provider};
use serde_json::{Value, json};

use crate::Anthropic;

fn request(document: Value) -> Request {
    serde_json::from_value(document).unwrap()
}

fn context() -> Context {
    Context { model: "claude-sonnet-4-5".into(), ..Context::default() }
}

fn call_in(context: &Context, document: Value) -> Call {
    match Anthropic::default().chat(context, request(document)).unwrap() {
        Begin::Call(call) => call,
        _ => panic!("an answer without a call"),
    }
}

fn call(document: Value) -> Call {
    call_in(&context(), document)
}

/// The body that is sent for a request, and the losses as `path: how`.
fn asked(document: Value) -> (Value, Vec<String>) {
    told(&call(document))
}

fn asked_of(model: &str, document: Value) -> (Value, Vec<String>) {
    told(&call_in(&Context { model: model.into(), ..Context::default() }, document))
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

/// The block that is sent for the part `part` of a message of `role`, null if there is none, and the losses.
fn block(role: &str, part: Value) -> (Value, Vec<String>) {
    let after = "And?";
    let (body, losses) = asked(json!({"model": "m", "messages": [{"role": role, "content": [part]}, user(after)]}));
    let block = &body["messages"][0]["content"][0];
    (if block["text"] == after { Value::Null } else { block.clone() }, losses)
}

/// The events of a stream of `frames`, up to its end or failure.
fn streamed(provider: &mut Anthropic, frames: &[&str]) -> Result<Vec<Event>, Failure> {
    let mut out = Events::default();
    let mut events = Vec::new();
    for frame in frames {
        let read = provider.event(Frame { name: "", text: frame }, &mut out);
        events.extend(out.take().iter().map(|text| serde_json::from_str::<Event>(text).unwrap()));
        read?;
    }
    Ok(events)
}

fn folded(events: Vec<Event>) -> Response {
    let mut fold = Fold::default();
    for event in events {
        fold.push(event);
    }
    fold.into_response()
}
