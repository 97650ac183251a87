use serde_json::{Value, json};

use crate::model::fold::Fold;
use crate::model::response::FinishReason;
use crate::model::{Event, Failure, FailureClass, Response};
use crate::openai_chat::{Reader, models, response};
use crate::{Cause, Events, Frame};

fn whole(choice: Value) -> Value {
    let body = json!({"id": "c", "model": "m", "created": 5, "choices": [choice]}).to_string();
    serde_json::to_value(response(&body).unwrap()).unwrap()
}

fn message(message: Value) -> Value {
    whole(json!({"index": 0, "message": message, "finish_reason": "stop"}))["candidates"][0]["content"].clone()
}

/// The answer told by chunks with these choices, ended by `last`.
fn streamed(chunks: &[Value], last: &str) -> Result<(Response, bool), Failure> {
    let mut reader = Reader::default();
    let mut out = Events::default();
    let texts = chunks.iter().map(Value::to_string).chain([last.to_owned()]);
    for text in texts.filter(|text| !text.is_empty()) {
        reader.event(Frame { name: "", text: &text }, &mut out)?;
    }
    reader.finish(Cause::Eof, &mut out);
    let mut fold = Fold::default();
    for text in out.take() {
        fold.push(serde_json::from_str::<Event>(&text).unwrap());
    }
    Ok((fold.into_response(), out.ended()))
}

fn delta(delta: Value) -> Value {
    json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn stop() -> Value {
    json!({"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
}

fn parts(chunks: &[Value]) -> Value {
    let chunks = [chunks, &[stop()]].concat();
    let (answer, ended) = streamed(&chunks, "[DONE]").unwrap();
    assert!(ended);
    serde_json::to_value(&answer.candidates[0].content).unwrap()
}

#[test]
fn a_whole_answer_is_read() {
    let body = json!({
        "id": "c", "object": "chat.completion", "created": 5, "model": "m", "system_fingerprint": "f",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi", "refusal": null},
                     "finish_reason": "stop", "content_filter_results": {"hate": 1}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "cost": 1,
                  "prompt_tokens_details": {"cached_tokens": 1, "image_tokens": 4},
                  "completion_tokens_details": {"reasoning_tokens": 1}},
    });
    let answer = serde_json::to_value(response(&body.to_string()).unwrap()).unwrap();
    let expected = json!({
        "id": "c", "model": "m", "created": 5, "native": {"openai.chat": {"system_fingerprint": "f"}},
        "candidates": [{
            "index": 0, "content": [{"type": "text", "text": "hi"}],
            "finish": {"reason": "stop", "native_reason": "stop"},
            "native": {"openai.chat": {"content_filter_results": {"hate": 1}}},
        }],
        "usage": {
            "input_tokens": 3, "output_tokens": 2, "total_tokens": 5, "cached_tokens": 1, "reasoning_tokens": 1,
            "native": {"openai.chat": {"cost": 1, "prompt_tokens_details": {"image_tokens": 4}}},
        },
    });
    assert_eq!(answer, expected);
}

#[test]
fn vendors_thoughts_are_read() {
    let thought = |message: Value| self::message(message)[0].clone();
    assert_eq!(
        thought(json!({"reasoning_content": "hm", "content": "a"})),
        json!({"type": "reasoning", "text": "hm", "origin": "openai.chat"})
    );
    let parts = json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "a"}]});
    assert_eq!(message(parts), json!([{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "a"}]));
    let signed =
        json!({"type": "reasoning.text", "text": "hm", "signature": "s", "format": "anthropic-claude-v1", "index": 0});
    let hidden = json!({"type": "reasoning.encrypted", "data": "e", "id": "r", "format": "xai-responses-v1"});
    let read = message(json!({"reasoning": "hm", "reasoning_details": [signed, hidden], "content": "a"}));
    let expected = json!([
        {"type": "reasoning", "text": "hm", "signature": "s", "origin": "anthropic.messages"},
        {"type": "reasoning", "id": "r", "opaque": "e", "origin": "xai-responses-v1"},
        {"type": "text", "text": "a"},
    ]);
    assert_eq!(read, expected);
}

#[test]
fn calls_of_every_shape_are_read() {
    let calls = json!({"content": null, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        {"type": "function", "function": {"name": "f", "arguments": {"x": 1}}},
        {"id": "c", "type": "custom", "custom": {"name": "g", "input": "free"}},
    ]});
    let expected = json!([
        {"type": "tool-call", "id": "a", "name": "f", "arguments": "{}"},
        {"type": "tool-call", "id": "", "name": "f", "arguments": "{\"x\":1}"},
        {"type": "tool-call", "id": "c", "name": "g", "arguments": "free", "kind": "custom"},
    ]);
    assert_eq!(message(calls), expected);
    let legacy = json!({"content": null, "function_call": {"name": "f", "arguments": "{}"}});
    assert_eq!(message(legacy), json!([{"type": "tool-call", "id": "", "name": "f", "arguments": "{}"}]));
}

#[test]
fn citations_sounds_pictures_and_logprobs_are_read() {
    let note =
        json!({"type": "url_citation", "url_citation": {"url": "u", "title": "t", "start_index": 1, "end_index": 2}});
    let read = message(json!({
        "content": "a", "annotations": [note], "audio": {"id": "s", "data": "QQ==", "transcript": "b", "expires_at": 9},
        "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}],
    }));
    let kinds: Vec<&Value> = read.as_array().unwrap().iter().map(|part| &part["type"]).collect();
    assert_eq!(kinds, ["text", "audio", "image", "text"]);
    assert_eq!(read[1]["native"]["openai.chat"]["id"], "s");
    assert_eq!((&read[1]["transcript"], &read[1]["source"]["data"]), (&json!("b"), &json!("QQ==")));
    assert_eq!(read[3]["citations"][0], json!({"kind": "url", "url": "u", "title": "t", "start": 1, "end": 2}));
    let token =
        json!({"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "b", "logprob": -1.5}]});
    let told =
        json!({"index": 0, "message": {"content": "a"}, "logprobs": {"content": [token]}, "finish_reason": "stop"});
    let read = &whole(told)["candidates"][0]["logprobs"][0];
    assert_eq!(*read, json!({"token": "a", "logprob": -0.5, "bytes": [97], "top": [{"token": "b", "logprob": -1.5}]}));
}

#[test]
fn what_is_said_in_turns_becomes_parts_in_turns() {
    let read = parts(&[
        delta(json!({"role": "assistant", "content": ""})),
        delta(json!({"reasoning_content": "h"})),
        delta(json!({"reasoning_content": "m"})),
        delta(json!({"content": "a"})),
        delta(json!({"content": "b"})),
        delta(json!({"reasoning_content": "?"})),
        delta(json!({"refusal": "no"})),
    ]);
    let told: Vec<(&str, &str)> = read
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["type"].as_str().unwrap(), part["text"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("reasoning", "hm"), ("text", "ab"), ("reasoning", "?"), ("refusal", "no")]);
}

#[test]
fn parallel_calls_may_be_mixed() {
    let piece = |call: Value| delta(json!({ "tool_calls": [call] }));
    let read = parts(&[
        piece(json!({"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": ""}})),
        piece(json!({"index": 1, "id": "b", "type": "function", "function": {"name": "g", "arguments": "{"}})),
        piece(json!({"index": 0, "id": "", "function": {"name": "", "arguments": "{\"x\""}})),
        piece(json!({"index": 1, "function": {"arguments": "}"}})),
        piece(json!({"index": 0, "function": {"arguments": ":1}"}})),
    ]);
    assert_eq!((&read[0]["id"], &read[0]["arguments"]), (&json!("a"), &json!("{\"x\":1}")));
    assert_eq!((&read[1]["id"], &read[1]["arguments"]), (&json!("b"), &json!("{}")));
}

#[test]
fn calls_without_an_index_or_with_one_index_for_all_are_told_apart() {
    let call = |id: &str, index: Option<u64>| {
        let mut call = json!({"id": id, "function": {"name": "f", "arguments": "{}"}});
        if let Some(index) = index {
            call["index"] = index.into();
        }
        delta(json!({ "tool_calls": [call] }))
    };
    for index in [None, Some(0)] {
        let read = parts(&[call("a", index), call("b", index)]);
        assert_eq!((&read[0]["id"], &read[1]["id"]), (&json!("a"), &json!("b")));
    }
}

#[test]
fn several_choices_may_be_mixed() {
    let choice = |index: u32, text: &str| json!({"choices": [{"index": index, "delta": {"content": text}}]});
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"},
                                 {"index": 1, "delta": {}, "finish_reason": "length"}]});
    let (answer, ended) = streamed(&[choice(1, "x"), choice(0, "a"), choice(1, "y"), end], "").unwrap();
    assert!(ended);
    let texts: Vec<Value> =
        answer.candidates.iter().map(|one| serde_json::to_value(&one.content[0]).unwrap()["text"].clone()).collect();
    assert_eq!(texts, ["a", "xy"]);
    assert_eq!(answer.candidates[1].finish.as_ref().unwrap().reason, FinishReason::Length);
}

#[test]
fn usage_is_read_wherever_it_stands() {
    let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "prompt_cache_hit_tokens": 1});
    let last = json!({"choices": [], "usage": usage});
    let groq = json!({"choices": [], "x_groq": {"id": "r", "usage": usage}});
    for told in [last, groq] {
        let (answer, _) = streamed(&[delta(json!({"content": "a"})), stop(), told], "[DONE]").unwrap();
        let read = answer.usage.unwrap();
        assert_eq!((read.input_tokens, read.output_tokens, read.cached_tokens), (Some(3), Some(2), Some(1)));
    }
}

#[test]
fn only_a_stream_with_its_ending_ends() {
    let said = delta(json!({"content": "a"}));
    let ends = |chunks: &[Value], last: &str| streamed(chunks, last).unwrap().1;
    assert!(ends(&[said.clone(), stop()], "[DONE]"));
    assert!(ends(&[said.clone(), stop()], ""), "a vendor without [DONE]");
    assert!(!ends(&[said], ""), "cut before the finish reason");
    assert!(!ends(&[], "[DONE]"), "nothing was said");
}

#[test]
fn an_error_inside_an_answer_is_a_failure() {
    let told = json!({"error": {"message": "full", "code": 502, "type": "x"}});
    let failure = streamed(&[delta(json!({"content": "a"})), told.clone()], "").unwrap_err();
    assert_eq!((failure.class, failure.message.as_str()), (FailureClass::Upstream, "full"));
    assert_eq!(response(&told.to_string()).unwrap_err().code.as_deref(), Some("502"));
    let odd = json!({"object": "error", "message": "no", "code": 400});
    assert_eq!(response(&odd.to_string()).unwrap_err().class, FailureClass::InvalidRequest);
    assert_eq!(response("<html>").unwrap_err().class, FailureClass::Upstream);
    assert_eq!(response("{}").unwrap_err().class, FailureClass::Upstream);
}

#[test]
fn listings_of_models_are_read() {
    let listed = json!({"object": "list", "data": [
        {"id": "a", "object": "model", "created": 1, "owned_by": "o"},
        {"id": "b", "context_length": 9, "pricing": {"prompt": "0"}},
    ]});
    let read = models(&listed.to_string()).unwrap().models;
    assert_eq!((read[0].id.as_str(), read[0].created, read[0].owner.as_deref()), ("a", Some(1), Some("o")));
    assert_eq!(read[1].context_window, Some(9));
    assert!(read[1].native.get("openai.chat", "pricing").is_some());
    assert_eq!(models("[{\"id\": \"c\"}]").unwrap().models.len(), 1);
    assert!(models("{}").is_err());
}
