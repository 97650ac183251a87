use std::collections::HashSet;

use dragoman_model::fold::unfold;
use dragoman_model::{Event, Failure, FailureClass, Response};
use serde_json::{Map, Value, json};

use super::{OpenAiChat, asked, request};
use crate::Frontend as _;
use crate::common::testing::{answers, documents, dribble, scene};

fn plain() -> Value {
    json!({ "messages": [{ "role": "user", "content": "hi" }] })
}

fn whole(response: Response) -> Value {
    serde_json::from_slice(&asked(&plain()).1.whole(response)).unwrap()
}

fn stream(body: &Value, events: Vec<Event>) -> Vec<Value> {
    let mut answer = asked(body).1;
    let mut out = Vec::new();
    for event in events {
        answer.event(event, &mut out);
    }
    documents(&out)
}

fn with_usage() -> Value {
    json!({ "messages": [], "stream": true, "stream_options": { "include_usage": true } })
}

/// Puts chunks together as OpenAI's SDKs do: texts are appended, entries of lists are found by their `index`.
fn accumulate(into: &mut Map<String, Value>, delta: &Map<String, Value>) {
    for (name, more) in delta {
        match (into.get_mut(name), more) {
            (Some(Value::String(_)), Value::String(more)) if name == "type" => assert!(!more.is_empty()),
            (Some(Value::String(text)), Value::String(more)) => text.push_str(more),
            (Some(Value::Object(inner)), Value::Object(more)) => accumulate(inner, more),
            (Some(Value::Array(entries)), Value::Array(more)) => {
                for entry in more {
                    let index = usize::try_from(entry["index"].as_u64().expect("an index")).unwrap();
                    match entries.get_mut(index) {
                        Some(known) => accumulate(known.as_object_mut().unwrap(), entry.as_object().unwrap()),
                        None => entries.insert(index, entry.clone()),
                    }
                }
            }
            _ => {
                into.insert(name.clone(), more.clone());
            }
        }
    }
}

/// The choices of a stream, in the form of a whole answer.
fn folded(chunks: &[Value]) -> Vec<Value> {
    let mut choices: Vec<Value> = Vec::new();
    for choice in chunks.iter().filter_map(|chunk| chunk["choices"].as_array()).flatten() {
        let index = usize::try_from(choice["index"].as_u64().unwrap()).unwrap();
        if choices.len() <= index {
            choices.push(json!({ "index": index, "message": {}, "logprobs": null, "finish_reason": null }));
        }
        let folded = &mut choices[index];
        accumulate(folded["message"].as_object_mut().unwrap(), choice["delta"].as_object().unwrap());
        for name in ["finish_reason", "native_finish_reason", "logprobs"] {
            if choice.get(name).is_some_and(|value| !value.is_null()) {
                folded[name] = choice[name].clone();
            }
        }
    }
    choices.into_iter().map(comparable).collect()
}

/// A choice without what a stream alone has: numbers in lists, and empty texts for absent ones.
fn comparable(mut choice: Value) -> Value {
    let message = choice["message"].as_object_mut().unwrap();
    for list in ["tool_calls", "annotations", "citations", "images"] {
        for entry in message.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            entry.as_object_mut().unwrap().remove("index");
        }
    }
    message.retain(|_, value| !value.is_null() && *value != json!([]) && *value != json!(""));
    choice
}

#[test]
fn a_whole_answer_has_openais_members() {
    let answer = whole(answers().remove(0));
    assert_eq!(
        answer,
        json!({
            "id": "x1", "object": "chat.completion", "created": 5, "model": "m", "service_tier": "default",
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": "Hällo wörld", "refusal": null, "annotations": [] },
                "logprobs": { "content": [{ "token": "Hä", "logprob": -0.5, "bytes": [72, 195, 164],
                    "top_logprobs": [{ "token": "Ho", "logprob": -1.5, "bytes": [72, 111] }] }], "refusal": null },
                "finish_reason": "stop",
            }],
            "usage": {
                "prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12,
                "prompt_tokens_details": { "cached_tokens": 2, "audio_tokens": 0 },
                "completion_tokens_details": { "reasoning_tokens": 3, "audio_tokens": 0,
                    "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0 },
            },
        })
    );
}

#[test]
fn what_the_provider_did_not_say_comes_from_the_scene() {
    let answer = whole(Response::default());
    assert_eq!(answer["id"], "chatcmpl-ab12");
    assert_eq!((&answer["created"], &answer["model"]), (&json!(1_700_000_000), &json!("asked")));
}

#[test]
fn thoughts_calls_and_citations_have_their_places() {
    let answer = whole(answers().remove(1));
    let message = &answer["choices"][0]["message"];
    assert_eq!(message["content"], "First. Second.");
    assert_eq!(message["reasoning_content"], "I think so.");
    assert_eq!(
        message["reasoning_details"],
        json!([
            { "type": "reasoning.text", "format": "anthropic-claude-v1", "text": "I think so.", "signature": "sig", "index": 0 },
            { "type": "reasoning.encrypted", "format": "anthropic-claude-v1", "data": "secret", "index": 1 },
        ])
    );
    assert_eq!(
        message["annotations"],
        json!([
            { "type": "url_citation", "url_citation": { "url": "http://a", "title": "A", "start_index": 0, "end_index": 6 } },
            { "type": "url_citation",
              "url_citation": { "url": "http://b", "title": "http://b", "start_index": 6, "end_index": 14 } },
        ])
    );
    assert_eq!(message["citations"], json!([{ "kind": "characters", "cited_text": "c", "document": 0 }]));
    assert_eq!(
        message["tool_calls"],
        json!([
            { "id": "t1", "type": "function", "function": { "name": "f", "arguments": "{\"a\":1}" } },
            { "id": "call_ab12_0", "type": "function", "function": { "name": "g", "arguments": "{}" },
              "extra_content": { "google": { "thought_signature": "gsig" } } },
            { "id": "call_ab12_1", "type": "function", "function": { "name": "h", "arguments": "{}" } },
        ])
    );
}

#[test]
fn what_a_client_sends_back_is_what_the_provider_said() {
    for response in answers() {
        let mut said = response.candidates[0].content.clone();
        let message = whole(response)["choices"][0]["message"].clone();
        let read = request(&json!({ "messages": [message] }));
        let state = |parts: &[dragoman_model::Part]| -> Vec<Value> {
            let values = parts.iter().map(|part| serde_json::to_value(part).unwrap());
            let state = values.filter(|part| part["type"] == "reasoning" || part["type"] == "tool-call");
            state
                .map(|mut part| {
                    part.as_object_mut().unwrap().remove("id");
                    part.as_object_mut().unwrap().remove("item_id");
                    part
                })
                .collect()
        };
        for part in &mut said {
            if let dragoman_model::Part::ToolCall(call) = part
                && call.arguments.is_empty()
            {
                call.arguments = "{}".into();
            }
        }
        assert_eq!(state(&read.messages[0].content), state(&said));
    }
}

#[test]
fn a_stream_says_what_the_whole_answer_says() {
    for response in answers() {
        let expected: Vec<Value> =
            whole(response.clone())["choices"].as_array().unwrap().iter().cloned().map(comparable).collect();
        assert_eq!(folded(&stream(&plain(), unfold(response.clone()))), expected);
        assert_eq!(folded(&stream(&plain(), dribble(response.clone()))), expected);
        assert_eq!(folded(&stream(&plain(), vec![response.into()])), expected);
    }
}

#[test]
fn a_stream_begins_with_the_role_and_ends_with_done() {
    let chunks = stream(&plain(), unfold(answers().remove(0)));
    assert_eq!(chunks[0]["choices"][0]["delta"], json!({ "role": "assistant", "content": "" }));
    assert_eq!(chunks.last().unwrap(), "[DONE]");
    let ending = &chunks[chunks.len() - 2];
    assert_eq!(ending["choices"], json!([{ "index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop" }]));
    for chunk in &chunks[..chunks.len() - 1] {
        assert_eq!((&chunk["id"], &chunk["object"]), (&json!("x1"), &json!("chat.completion.chunk")));
        assert!(chunk.get("usage").is_none());
    }
}

#[test]
fn usage_is_the_last_chunk_where_it_was_asked_for() {
    let chunks = stream(&with_usage(), unfold(answers().remove(0)));
    let last = &chunks[chunks.len() - 2];
    assert_eq!((&last["choices"], &last["usage"]["total_tokens"]), (&json!([]), &json!(12)));
    assert!(chunks[0]["usage"].is_null() && chunks[0].get("usage").is_some());
}

#[test]
fn every_finish_reason_has_a_word() {
    let word = |reason: &str, content: Value| {
        let candidate = json!({ "index": 0, "content": content, "finish": { "reason": reason } });
        let response = serde_json::from_value(json!({ "candidates": [candidate] })).unwrap();
        whole(response)["choices"][0]["finish_reason"].as_str().unwrap().to_owned()
    };
    let table: Vec<String> = dragoman_model::response::FinishReason::KNOWN
        .iter()
        .chain(&["eos"])
        .map(|reason| format!("{reason} {}", word(reason, json!([]))))
        .collect();
    assert_eq!(
        table,
        [
            "stop stop",
            "length length",
            "tool-calls tool_calls",
            "content-filter content_filter",
            "refusal content_filter",
            "pause stop",
            "context-window length",
            "malformed-tool-call content_filter",
            "error content_filter",
            "eos eos",
        ]
    );
    let call = json!([{ "type": "tool-call", "id": "a", "name": "f", "arguments": "" }]);
    assert_eq!(word("stop", call), "tool_calls");
}

#[test]
fn a_client_of_functions_reads_a_function_call() {
    let body = json!({ "messages": [], "functions": [{ "name": "f" }] });
    let response = || {
        serde_json::from_value(json!({ "candidates": [{ "index": 0, "content": [
        { "type": "tool-call", "id": "a", "name": "f", "arguments": "{\"x\":1}" }], "finish": { "reason": "tool-calls" } }] })).unwrap()
    };
    let whole: Value = serde_json::from_slice(&asked(&body).1.whole(response())).unwrap();
    let call = json!({ "name": "f", "arguments": "{\"x\":1}" });
    assert_eq!(whole["choices"][0]["message"]["function_call"], call);
    assert_eq!(whole["choices"][0]["finish_reason"], "function_call");
    let chunks = stream(&body, dribble(response()));
    assert_eq!(folded(&chunks)[0]["message"]["function_call"], call);
}

#[test]
fn no_two_calls_of_an_answer_share_an_id() {
    let calls: Vec<Value> =
        (0..4).map(|_| json!({ "type": "tool-call", "id": "same", "name": "f", "arguments": "" })).collect();
    let response = serde_json::from_value(json!({ "candidates": [{ "index": 0, "content": calls }] })).unwrap();
    let message = whole(response)["choices"][0]["message"].clone();
    let ids: HashSet<String> =
        message["tool_calls"].as_array().unwrap().iter().map(|call| call["id"].to_string()).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_failure_in_a_stream_is_its_last_word_and_no_clean_end() {
    let mut answer = asked(&plain()).1;
    let mut out = Vec::new();
    let events = dribble(answers().remove(0));
    for event in events.into_iter().take(3) {
        answer.event(event, &mut out);
    }
    answer.fail(&Failure::new(FailureClass::Upstream, "broke off"), &mut out);
    answer.event(Event::End(dragoman_model::event::End::default()), &mut out);
    let last = documents(&out).pop().unwrap();
    let error = json!({ "message": "broke off", "type": "server_error", "param": null, "code": "upstream_error" });
    assert_eq!(last, json!({ "error": error }));
}

#[test]
fn errors_have_openais_shape() {
    let failure = Failure::invalid("wrong").at("messages").with_code("c");
    let body = OpenAiChat.encode_failure(&failure, &scene());
    let error = json!({ "message": "wrong", "type": "invalid_request_error", "param": "messages", "code": "c" });
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({ "error": error }));
    assert!(OpenAiChat.is_error_body(&body));
    assert!(!OpenAiChat.is_error_body(br#"{"object": "response", "error": {"message": "m"}}"#));
    assert!(!OpenAiChat.is_error_body(br#"{"choices": [], "error": null}"#));
}

#[test]
fn every_failure_class_has_a_type_and_a_code() {
    let table: Vec<String> = FailureClass::KNOWN
        .iter()
        .map(|class| {
            let body = OpenAiChat.encode_failure(&Failure::new(FailureClass::from(*class), "m"), &scene());
            let error = serde_json::from_slice::<Value>(&body).unwrap()["error"].clone();
            format!("{class} {} {}", error["type"].as_str().unwrap(), error["code"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        table,
        [
            "invalid-request invalid_request_error -",
            "authentication authentication_error invalid_api_key",
            "permission permission_error -",
            "not-found not_found_error -",
            "context-length invalid_request_error context_length_exceeded",
            "too-large invalid_request_error request_too_large",
            "rate-limited rate_limit_error rate_limit_exceeded",
            "quota-exhausted insufficient_quota insufficient_quota",
            "content-policy invalid_request_error content_policy_violation",
            "overloaded service_unavailable_error overloaded",
            "upstream server_error upstream_error",
            "timeout timeout_error timeout",
            "unsupported invalid_request_error unsupported",
            "unavailable service_unavailable_error unavailable",
            "connector server_error connector_error",
            "internal server_error internal_error",
        ]
    );
}

#[test]
fn models_are_listed_in_openais_shape() {
    let models = serde_json::from_value(json!({ "models": [{ "id": "a", "context_window": 9 }] })).unwrap();
    let listed: Value = serde_json::from_slice(&OpenAiChat.encode_models(&models, &scene())).unwrap();
    let model = json!({ "id": "a", "object": "model", "created": 0, "owned_by": "unknown", "context_window": 9 });
    assert_eq!(listed, json!({ "object": "list", "data": [model], "has_more": false }));
}
