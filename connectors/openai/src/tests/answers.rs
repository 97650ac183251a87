use dragoman_connector::model::fold::Fold;
use dragoman_connector::model::{Event, Failure, FailureClass, Response};
use dragoman_connector::{Cause, Context, Events, Frame, Provider};
use serde_json::{Value, json};

use crate::OpenAi;

fn whole(response: Value) -> Result<Value, Failure> {
    let mut openai = OpenAi::new(&Context::default()).unwrap();
    openai.response(&response.to_string()).map(|answer| serde_json::to_value(answer).unwrap())
}

fn streamed(events: &[Value]) -> Result<(Response, bool), Failure> {
    let mut openai = OpenAi::new(&Context::default()).unwrap();
    let mut out = Events::default();
    for event in events {
        openai.event(Frame { name: "", text: &event.to_string() }, &mut out)?;
    }
    openai.finish(Cause::Eof, &mut out);
    let mut fold = Fold::default();
    for text in out.take() {
        fold.push(serde_json::from_str::<Event>(&text).unwrap());
    }
    Ok((fold.into_response(), out.ended()))
}

fn output() -> Value {
    json!([
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "e"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "final", "content": [
            {"type": "output_text", "text": "hi", "annotations": [
                {"type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 2},
                {"type": "file_citation", "file_id": "f", "filename": "n", "index": 1},
            ]},
            {"type": "refusal", "refusal": "no"},
        ]},
        {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}", "status": "completed"},
        {"type": "custom_tool_call", "id": "ctc_1", "call_id": "c2", "name": "g", "input": "x"},
    ])
}

fn answered() -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 5, "model": "m", "status": "completed", "error": null,
        "output": output(), "tools": [{"type": "function"}], "billing": {"payer": "p"},
        "usage": {"input_tokens": 3, "input_tokens_details": {"cached_tokens": 1}, "output_tokens": 2,
                  "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 5},
    })
}

fn expected() -> Value {
    json!({
        "id": "resp_1", "model": "m", "created": 5, "native": {"openai.responses": {"billing": {"payer": "p"}}},
        "candidates": [{
            "index": 0,
            "content": [
                {"type": "reasoning", "id": "rs_1", "summary": ["hm"], "opaque": "e", "origin": "openai.responses"},
                {"type": "native", "dialect": "openai.responses",
                 "value": {"type": "web_search_call", "id": "ws_1", "status": "completed"}},
                {"type": "text", "text": "hi", "citations": [
                    {"kind": "url", "url": "u", "title": "t", "start": 0, "end": 2},
                    {"kind": "file", "title": "n", "file_id": "f",
                     "native": {"openai.responses": {"type": "file_citation", "filename": "n", "index": 1}}},
                ]},
                {"type": "refusal", "text": "no"},
                {"type": "tool-call", "id": "c1", "name": "f", "arguments": "{}", "item_id": "fc_1"},
                {"type": "tool-call", "id": "c2", "name": "g", "arguments": "x", "kind": "custom", "item_id": "ctc_1"},
            ],
            "finish": {"reason": "tool-calls"},
            "native": {"openai.responses": {"message": {"phase": "final"}}},
        }],
        "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5, "cached_tokens": 1, "reasoning_tokens": 1},
    })
}

#[test]
fn a_whole_response_is_read() {
    assert_eq!(whole(answered()).unwrap(), expected());
}

#[test]
fn a_vendor_without_deltas_loses_nothing() {
    let created = json!({"type": "response.created", "response": {"id": "resp_1", "model": "m", "created_at": 5}});
    let items = output();
    let done = (0_u64..).zip(items.as_array().unwrap());
    let done =
        done.map(|(index, item)| json!({"type": "response.output_item.done", "output_index": index, "item": item}));
    let completed = json!({"type": "response.completed", "response": answered()});
    let events: Vec<Value> = std::iter::once(created).chain(done).chain([completed.clone()]).collect();
    let (answer, ended) = streamed(&events).unwrap();
    assert!(ended);
    assert_eq!(serde_json::to_value(answer).unwrap(), expected());
    let (answer, _) = streamed(&[completed]).unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap(), expected());
}

#[test]
fn deltas_are_told_once() {
    let item = |kind: &str, item: Value| json!({"type": kind, "output_index": 0, "item": item});
    let message =
        |text: &str| json!({"type": "message", "id": "m", "content": [{"type": "output_text", "text": text}]});
    let delta = |text: &str| json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": text});
    let (answer, ended) = streamed(&[
        item("response.output_item.added", json!({"type": "message", "id": "m", "content": []})),
        delta("a"),
        delta("b"),
        json!({"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "abc"}),
        item("response.output_item.done", message("abc")),
    ])
    .unwrap();
    assert!(!ended, "no closing event came");
    let content = serde_json::to_value(&answer.candidates[0].content).unwrap();
    assert_eq!(content, json!([{"type": "text", "text": "abc"}]));
}

#[test]
fn calls_and_thoughts_are_told_in_pieces() {
    let added =
        |index: u64, item: Value| json!({"type": "response.output_item.added", "output_index": index, "item": item});
    let more = |kind: &str, index: u64, delta: &str| json!({"type": kind, "output_index": index, "summary_index": 1, "content_index": 0, "delta": delta});
    let (answer, _) = streamed(&[
        added(0, json!({"type": "reasoning", "id": "rs_1"})),
        more("response.reasoning_summary_text.delta", 0, "hm"),
        more("response.reasoning_text.delta", 0, "raw"),
        added(1, json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": ""})),
        more("response.function_call_arguments.delta", 1, "{\"a\""),
        more("response.function_call_arguments.delta", 1, ":1}"),
        json!({"type": "response.incomplete", "response": {
            "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": [],
        }}),
    ])
    .unwrap();
    let one = serde_json::to_value(&answer.candidates[0]).unwrap();
    assert_eq!((&one["content"][0]["summary"], &one["content"][0]["text"]), (&json!(["", "hm"]), &json!("raw")));
    assert_eq!(one["content"][1]["arguments"], "{\"a\":1}");
    assert_eq!(one["finish"], json!({"reason": "length", "native_reason": "max_output_tokens"}));
}

#[test]
fn failures_inside_are_failures() {
    let failed = json!({"status": "failed", "output": [], "error": {"code": "rate_limit_exceeded", "message": "slow"}});
    assert_eq!(whole(failed.clone()).unwrap_err().class, FailureClass::RateLimited);
    let inside = streamed(&[json!({"type": "response.failed", "response": failed})]).unwrap_err();
    assert_eq!((inside.class, inside.message.as_str()), (FailureClass::RateLimited, "slow"));
    let flat = streamed(&[json!({"type": "error", "code": "insufficient_quota", "message": "pay", "param": null})]);
    assert_eq!(flat.unwrap_err().class, FailureClass::QuotaExhausted);
    let nested = streamed(&[json!({"type": "error", "error": {"code": "server_error", "message": "oh"}})]);
    assert_eq!(nested.unwrap_err().message, "oh");
    assert_eq!(whole(json!({"choices": []})).unwrap_err().class, FailureClass::Upstream);
}
