use dragoman_connector::model::Event;
use dragoman_connector::{Begin, Provider};
use serde_json::{Value, json};

use super::{folded, request, streamed, with};
use crate::Anthropic;

fn read(message: &Value) -> Value {
    serde_json::to_value(Anthropic::default().response(&message.to_string()).unwrap()).unwrap()
}

fn content(block: Value) -> Value {
    read(&json!({"content": [block]}))["candidates"][0]["content"][0].clone()
}

#[test]
fn a_whole_message_is_read() {
    let response = read(&json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "stop_reason": "end_turn",
        "stop_sequence": null, "container": {"id": "c"}, "content": [{"type": "text", "text": "Hi", "citations": null}],
        "usage": {"input_tokens": 10, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 2, "output_tokens": 7,
            "output_tokens_details": {"thinking_tokens": 4}, "service_tier": "standard", "inference_geo": "eu"},
    }));
    assert_eq!((&response["id"], &response["model"]), (&json!("msg_1"), &json!("claude-x")));
    assert_eq!(response["service_tier"], "standard");
    assert_eq!(response["native"]["anthropic.messages"], json!({"container": {"id": "c"}}));
    assert_eq!(response["candidates"][0]["content"], json!([{"type": "text", "text": "Hi"}]));
    assert_eq!(response["candidates"][0]["finish"], json!({"reason": "stop", "native_reason": "end_turn"}));
    let usage = &response["usage"];
    let count = |name: &str| usage[name].as_u64();
    assert_eq!((count("input_tokens"), count("output_tokens")), (Some(15), Some(7)));
    assert_eq!((count("cached_tokens"), count("cache_write_tokens")), (Some(3), Some(2)));
    assert_eq!((count("reasoning_tokens"), count("total_tokens")), (Some(4), None));
    assert_eq!(usage["native"]["anthropic.messages"]["inference_geo"], "eu");
}

#[test]
fn arguments_keep_the_text_that_the_model_wrote() {
    let body = r#"{"content":[{"type":"text","text":"a"},{"type":"tool_use","id":"t","name":"f","input":{"b": 1.50, "a":[]}}]}"#;
    let response = Anthropic::default().response(body).unwrap();
    let part = serde_json::to_value(&response.candidates[0].content[1]).unwrap();
    assert_eq!(part["arguments"], r#"{"b": 1.50, "a":[]}"#);
}

#[test]
fn thoughts_bear_their_origin() {
    let thought = content(json!({"type": "thinking", "thinking": "Hm", "signature": "s"}));
    assert_eq!(thought, json!({"type": "reasoning", "text": "Hm", "signature": "s", "origin": "anthropic.messages"}));
    let hidden = content(json!({"type": "redacted_thinking", "data": "o"}));
    assert_eq!(hidden, json!({"type": "reasoning", "opaque": "o", "origin": "anthropic.messages"}));
}

#[test]
fn blocks_of_anthropics_own_are_kept_whole() {
    let block = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}});
    assert_eq!(content(block.clone()), json!({"type": "native", "dialect": "anthropic.messages", "value": block}));
}

#[test]
fn citations_of_every_kind_come_back_as_they_were() {
    let document = |kind: &str, start: &str, end: &str| json!({"type": kind, "cited_text": "t", "document_index": 0, "document_title": "d", start: 1, end: 2});
    for citation in [
        document("char_location", "start_char_index", "end_char_index"),
        document("page_location", "start_page_number", "end_page_number"),
        document("content_block_location", "start_block_index", "end_block_index"),
        json!({"type": "web_search_result_location", "cited_text": "t", "title": "w", "url": "https://x.example",
            "encrypted_index": "e"}),
        json!({"type": "search_result_location", "cited_text": "t", "title": "s", "source": "https://x.example",
            "search_result_index": 0, "start_block_index": 0, "end_block_index": 1}),
    ] {
        let part = content(json!({"type": "text", "text": "Hi", "citations": [citation]}));
        assert_eq!(part["citations"].as_array().unwrap().len(), 1);
        assert_eq!(super::block("assistant", part).0["citations"], json!([citation]));
    }
}

#[test]
fn every_stop_reason_has_a_neutral_word() {
    for (word, neutral) in [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool-calls"),
        ("pause_turn", "pause"),
        ("refusal", "refusal"),
        ("model_context_window_exceeded", "context-window"),
        ("something_new", "something_new"),
    ] {
        let response = read(&json!({"content": [], "stop_reason": word, "stop_sequence": "x"}));
        let finish = &response["candidates"][0]["finish"];
        assert_eq!((&finish["reason"], &finish["native_reason"]), (&json!(neutral), &json!(word)));
        assert_eq!(finish["stop_sequence"], "x");
    }
    let details = json!({"type": "refusal", "category": "cyber", "explanation": "because"});
    let refused = read(&json!({"content": [], "stop_reason": "refusal", "stop_details": details}));
    assert_eq!(refused["candidates"][0]["finish"]["message"], "because");
    assert_eq!(refused["candidates"][0]["native"]["anthropic.messages"]["stop_details"], details);
}

const STREAM: [&str; 15] = [
    r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":1}}}"#,
    r#"{"type":"ping"}"#,
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi"}}"#,
    r#"{"type":"content_block_stop","index":1}"#,
    r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" 1}"}}"#,
    r#"{"type":"content_block_stop","index":2}"#,
    r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"container":{"id":"c"}},"usage":{"output_tokens":20}}"#,
    r#"{"type":"message_stop"}"#,
];

#[test]
fn a_stream_adds_up_to_the_message() {
    let events = streamed(&mut Anthropic::default(), &STREAM).unwrap();
    assert!(matches!(events.last(), Some(Event::End(_))));
    let response = serde_json::to_value(folded(events)).unwrap();
    assert_eq!(
        response["candidates"][0]["content"],
        json!([
            {"type": "reasoning", "text": "Hm", "signature": "sig", "origin": "anthropic.messages"},
            {"type": "text", "text": "Hi"},
            {"type": "tool-call", "id": "t", "name": "f", "arguments": "{\"a\": 1}"},
        ])
    );
    assert_eq!(response["candidates"][0]["finish"]["reason"], "tool-calls");
    assert_eq!(response["usage"], json!({"input_tokens": 7, "output_tokens": 20, "cached_tokens": 2}));
    assert_eq!(response["native"]["anthropic.messages"]["container"], json!({"id": "c"}));
}

#[test]
fn a_stream_that_is_cut_has_no_clean_ending() {
    let events = streamed(&mut Anthropic::default(), &STREAM[..14]).unwrap();
    assert!(!events.iter().any(|event| matches!(event, Event::End(_))));
}

#[test]
fn a_streamed_call_without_pieces_has_the_arguments_of_its_beginning() {
    for (input, arguments) in [("{}", "{}"), ("{\"a\":1}", "{\"a\":1}")] {
        let start = format!(
            r#"{{"type":"content_block_start","index":0,"content_block":{{"type":"tool_use","id":"t","name":"f","input":{input}}}}}"#
        );
        let empty = r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#;
        let frames = [start.as_str(), empty, r#"{"type":"content_block_stop","index":0}"#];
        let response = folded(streamed(&mut Anthropic::default(), &frames).unwrap());
        assert_eq!(serde_json::to_value(&response.candidates[0].content[0]).unwrap()["arguments"], arguments);
    }
}

#[test]
fn a_block_of_anthropics_own_is_told_when_it_is_whole() {
    let frames = [
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\"q\"}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"compaction","content":null}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"compaction_delta","content":"short"}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
    ];
    let response = folded(streamed(&mut Anthropic::default(), &frames).unwrap());
    let content = serde_json::to_value(&response.candidates[0].content).unwrap();
    let search = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}});
    assert_eq!(content[0]["value"], search);
    assert_eq!(content[1]["value"], json!({"type": "compaction", "content": "short"}));
}

#[test]
fn a_call_of_a_tool_for_free_text_is_free_text_again() {
    let mut provider = Anthropic::default();
    let tools = with(json!({"tools": [{"type": "custom", "name": "sh"}]}));
    assert!(matches!(provider.chat(&super::context(), request(tools)), Ok(Begin::Call(_))));
    let frames = [
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"sh","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"input\":\"l"}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"s\"}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
    ];
    let response = folded(streamed(&mut provider, &frames).unwrap());
    let call = serde_json::to_value(&response.candidates[0].content[0]).unwrap();
    assert_eq!((&call["kind"], &call["arguments"]), (&json!("custom"), &json!("ls")));
}

#[test]
fn an_error_in_a_stream_is_a_failure() {
    let frames = [STREAM[0], r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#];
    let failure = streamed(&mut Anthropic::default(), &frames).unwrap_err();
    assert_eq!(
        (failure.class.as_str(), failure.status, failure.message.as_str()),
        ("overloaded", Some(529), "Overloaded")
    );
}

#[test]
fn what_is_no_message_is_a_failure() {
    for body in ["", "[]", "{}", "{\"content\":1}", "<html>"] {
        assert_eq!(Anthropic::default().response(body).unwrap_err().class.as_str(), "upstream", "{body}");
    }
}
