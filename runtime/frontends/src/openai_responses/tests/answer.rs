use std::collections::HashSet;

use dragoman_model::fold::unfold;
use dragoman_model::{Event, Failure, FailureClass, Part, Response};
use serde_json::{Value, json};

use super::asked;
use crate::common::testing::{answers, documents, dribble};

fn plain() -> Value {
    json!({ "input": "hi" })
}

fn whole(response: Response) -> Value {
    serde_json::from_slice(&asked(&plain()).1.whole(response)).unwrap()
}

fn stream(events: Vec<Event>) -> Vec<Value> {
    let mut answer = asked(&plain()).1;
    let mut out = Vec::new();
    for event in events {
        answer.event(event, &mut out);
    }
    documents(&out)
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn ended(reason: &str) -> Response {
    let text = json!([{ "type": "text", "text": "x" }]);
    let candidate = json!({ "index": 0, "content": text, "finish": { "reason": reason } });
    serde_json::from_value(json!({ "candidates": [candidate] })).unwrap()
}

#[test]
fn a_whole_response_repeats_its_request() {
    let body = json!({
        "input": "hi", "instructions": "be kind", "temperature": 0.5, "metadata": { "a": "b" }, "tool_choice": "required",
        "tools": [{ "type": "function", "name": "f" }], "reasoning": { "effort": "low" }, "store": false,
        "text": { "verbosity": "low" },
    });
    let answer: Value = serde_json::from_slice(&asked(&body).1.whole(answers().remove(0))).unwrap();
    let logprob = json!({ "token": "Hä", "logprob": -0.5, "bytes": [72, 195, 164],
        "top_logprobs": [{ "token": "Ho", "logprob": -1.5, "bytes": [72, 111] }] });
    assert_eq!(
        answer,
        json!({
            "id": "resp_ab12", "object": "response", "created_at": 5, "status": "completed", "error": null,
            "incomplete_details": null, "model": "m", "service_tier": "default",
            "output": [{ "id": "msg_ab12_0", "type": "message", "status": "completed", "role": "assistant",
                "content": [{ "type": "output_text", "text": "Hällo wörld", "annotations": [], "logprobs": [logprob] }] }],
            "instructions": "be kind", "max_output_tokens": null, "max_tool_calls": null, "previous_response_id": null,
            "prompt_cache_key": null, "prompt_cache_retention": null, "safety_identifier": null, "temperature": 0.5,
            "top_p": null, "user": null, "conversation": null, "background": false, "metadata": { "a": "b" },
            "parallel_tool_calls": true, "reasoning": { "effort": "low", "summary": null }, "store": false,
            "text": { "verbosity": "low", "format": { "type": "text" } }, "tool_choice": "required",
            "tools": [{ "type": "function", "name": "f", "description": null, "parameters": null, "strict": null }],
            "top_logprobs": 0, "truncation": "disabled",
            "usage": { "input_tokens": 5, "output_tokens": 7, "total_tokens": 12,
                "input_tokens_details": { "cached_tokens": 2, "cache_write_tokens": 0 },
                "output_tokens_details": { "reasoning_tokens": 3 } },
        })
    );
}

#[test]
fn thoughts_calls_and_citations_have_their_items() {
    let answer = whole(answers().remove(1));
    let output = answer["output"].as_array().unwrap();
    let state = "drg1:t:anthropic.messages:3:sig";
    let summary = json!([{ "type": "summary_text", "text": "I think so." }]);
    assert_eq!(
        output[0],
        json!({ "id": "rs_ab12_0", "type": "reasoning", "summary": summary, "encrypted_content": state })
    );
    assert_eq!(output[1]["encrypted_content"], "drg1:s:anthropic.messages:0:secret");
    let content = output[2]["content"].as_array().unwrap();
    assert_eq!(content.len(), 2);
    assert_eq!(
        content[0]["annotations"][0],
        json!({ "type": "url_citation", "url": "http://a", "title": "A",
        "start_index": 0, "end_index": 6 })
    );
    assert_eq!(content[1]["citations"][0]["cited_text"], "c");
    assert_eq!(
        output[3],
        json!({ "id": "fc_ab12_0", "type": "function_call", "status": "completed", "call_id": "t1",
        "name": "f", "arguments": "{\"a\":1}" })
    );
    assert_eq!((&output[4]["call_id"], &output[4]["arguments"]), (&json!("call_ab12_0"), &json!("{}")));
    assert_eq!(output[5]["encrypted_content"], "drg1:b:gemini:4:gsigcall_ab12_0");
}

#[test]
fn what_a_client_sends_back_is_what_the_provider_said() {
    for response in answers() {
        let state = |parts: &[Part]| -> Vec<Value> {
            let parts =
                parts.iter().filter(|part| matches!(part, Part::Reasoning(_) | Part::ToolCall(_) | Part::Text(_)));
            let strip = |part: &Part| {
                let mut value = serde_json::to_value(part).unwrap();
                let members = value.as_object_mut().unwrap();
                members.retain(|name, _| !["id", "item_id", "native", "citations"].contains(&name.as_str()));
                if members.get("arguments").is_some_and(|text| text == "") {
                    members.insert("arguments".into(), "{}".into());
                }
                value
            };
            parts.map(strip).collect()
        };
        let said = state(&response.candidates[0].content);
        let output = whole(response)["output"].clone();
        let read = asked(&json!({ "input": output })).0;
        let back: Vec<Part> = read.messages.into_iter().flat_map(|message| message.content).collect();
        assert_eq!(state(&back), said);
    }
}

#[test]
fn a_stream_ends_with_the_response_that_a_whole_answer_is() {
    for response in answers() {
        let expected = whole(response.clone());
        for events in [unfold(response.clone()), dribble(response.clone()), vec![response.into()]] {
            let events = stream(events);
            assert_eq!(events.last().unwrap()["response"], expected);
        }
    }
}

#[test]
fn events_are_numbered_and_every_item_begins_and_ends_once() {
    for response in answers() {
        let events = stream(dribble(response));
        assert_eq!(kinds(&events)[..2], ["response.created", "response.in_progress"]);
        let (mut open, mut done) = (HashSet::new(), HashSet::new());
        for (number, event) in events.iter().enumerate() {
            assert_eq!(event["sequence_number"], json!(number));
            let index = event["output_index"].as_u64();
            match event["type"].as_str().unwrap() {
                "response.output_item.added" => assert!(open.insert(index)),
                "response.output_item.done" => assert!(open.contains(&index) && done.insert(index)),
                _ if index.is_some() => assert!(open.contains(&index) && !done.contains(&index), "{event}"),
                _ => {}
            }
        }
        assert_eq!(open, done);
    }
}

#[test]
fn deltas_add_up_to_what_is_done() {
    for response in answers() {
        let events = stream(dribble(response));
        let said = |kind: &str| -> String {
            let deltas = events.iter().filter(|event| event["type"] == format!("{kind}.delta"));
            deltas.map(|event| event["delta"].as_str().unwrap()).collect()
        };
        let done = |kind: &str, member: &str| -> String {
            let done = events.iter().filter(|event| event["type"] == format!("{kind}.done"));
            done.map(|event| event[member].as_str().unwrap()).collect()
        };
        for (kind, member) in [
            ("response.output_text", "text"),
            ("response.refusal", "refusal"),
            ("response.reasoning_summary_text", "text"),
            ("response.function_call_arguments", "arguments"),
            ("response.custom_tool_call_input", "input"),
        ] {
            assert_eq!(said(kind), done(kind, member), "{kind}");
        }
    }
}

#[test]
fn a_text_is_told_in_the_order_of_openais_events() {
    let events = stream(unfold(ended("stop")));
    assert_eq!(
        kinds(&events),
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
}

#[test]
fn thoughts_of_openais_own_providers_are_told_as_content() {
    let thought =
        json!([{ "type": "reasoning", "text": "hm", "summary": ["s"], "opaque": "e", "origin": "openai.responses" }]);
    let response: Response =
        serde_json::from_value(json!({ "candidates": [{ "index": 0, "content": thought }] })).unwrap();
    let item = whole(response.clone())["output"][0].clone();
    assert_eq!(item["content"], json!([{ "type": "reasoning_text", "text": "hm" }]));
    assert_eq!((&item["summary"][0]["text"], &item["encrypted_content"]), (&json!("s"), &json!("e")));
    assert!(kinds(&stream(dribble(response))).contains(&"response.reasoning_text.delta"));
}

#[test]
fn every_finish_reason_has_a_status() {
    let table: Vec<String> = dragoman_model::response::FinishReason::KNOWN
        .iter()
        .map(|reason| {
            let answer = whole(ended(reason));
            let why = answer["incomplete_details"]["reason"].as_str().or(answer["error"]["code"].as_str());
            let item = answer["output"][0]["status"].as_str().unwrap();
            format!("{reason} {} {} {item}", answer["status"].as_str().unwrap(), why.unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        table,
        [
            "stop completed - completed",
            "length incomplete max_output_tokens incomplete",
            "tool-calls completed - completed",
            "content-filter incomplete content_filter incomplete",
            "refusal incomplete content_filter incomplete",
            "pause completed - completed",
            "context-window incomplete max_output_tokens incomplete",
            "malformed-tool-call incomplete content_filter incomplete",
            "error failed server_error incomplete",
        ]
    );
    assert_eq!(kinds(&stream(unfold(ended("length")))).last(), Some(&"response.incomplete"));
}

#[test]
fn a_failure_in_a_stream_is_an_error_and_a_failed_response() {
    let mut answer = asked(&plain()).1;
    let mut out = Vec::new();
    for event in dribble(answers().remove(0)).into_iter().take(3) {
        answer.event(event, &mut out);
    }
    answer.fail(&Failure::new(FailureClass::RateLimited, "slow down"), &mut out);
    answer.event(Event::End(dragoman_model::event::End::default()), &mut out);
    let events = documents(&out);
    let [.., error, failed] = events.as_slice() else { panic!() };
    assert_eq!(
        (&error["type"], &error["message"], &error["code"]),
        (&json!("error"), &json!("slow down"), &json!("rate_limit_exceeded"))
    );
    assert_eq!(error["error"]["type"], "rate_limit_error");
    assert_eq!(failed["response"]["error"], json!({ "code": "rate_limit_exceeded", "message": "slow down" }));
    assert_eq!((&failed["type"], &failed["response"]["status"]), (&json!("response.failed"), &json!("failed")));
}

#[test]
fn ids_are_unique_even_where_a_provider_repeats_them() {
    let call = |id: &str| json!({ "type": "tool-call", "id": id, "item_id": "fc_same", "name": "f", "arguments": "" });
    let content = json!([call("same"), call("same"), call("")]);
    let response: Response =
        serde_json::from_value(json!({ "candidates": [{ "index": 0, "content": content }] })).unwrap();
    let output = whole(response)["output"].clone();
    for member in ["id", "call_id"] {
        let ids: HashSet<String> = output.as_array().unwrap().iter().map(|item| item[member].to_string()).collect();
        assert_eq!(ids.len(), 3, "{output}");
    }
}

#[test]
fn items_of_our_own_dialect_are_told_as_they_are() {
    let item = json!({ "type": "web_search_call", "id": "ws_1", "status": "completed" });
    let native =
        json!([{ "type": "native", "dialect": "openai.responses", "value": item }, { "type": "text", "text": "x" }]);
    let response: Response =
        serde_json::from_value(json!({ "candidates": [{ "index": 0, "content": native }] })).unwrap();
    assert_eq!(whole(response)["output"][0], item);
}
