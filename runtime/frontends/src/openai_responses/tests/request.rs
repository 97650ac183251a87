use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{OpenAiResponses, asked};
use crate::Frontend as _;
use crate::common::testing::scene;

fn messages(input: &Value) -> Value {
    serde_json::to_value(asked(&json!({ "model": "m", "input": input })).0.messages).unwrap()
}

fn with(mut more: Value) -> Value {
    more["input"] = json!("hi");
    let mut read = serde_json::to_value(asked(&more).0).unwrap();
    read.as_object_mut().unwrap().remove("messages");
    read
}

fn refused(body: &Value) -> Failure {
    match OpenAiResponses.decode(body.to_string().as_bytes(), &scene()) {
        Ok(_) => panic!("was read"),
        Err(failure) => failure,
    }
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

#[test]
fn input_is_a_string_or_messages_of_both_forms() {
    let user = json!([{ "role": "user", "content": [text("hi")] }]);
    assert_eq!(messages(&json!("hi")), user);
    assert_eq!(messages(&json!([{ "role": "user", "content": "hi" }])), user);
    let full = json!([{ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "hi" }] }]);
    assert_eq!(messages(&full), user);
}

#[test]
fn instructions_are_a_marked_system_message_before_all_others() {
    let read = asked(&json!({ "instructions": "be kind", "input": [{ "role": "developer", "content": "x" }] })).0;
    let read = serde_json::to_value(read.messages).unwrap();
    let mark = json!({ "openai.responses": { "instructions": true } });
    assert_eq!(read[0], json!({ "role": "system", "content": [text("be kind")], "native": mark }));
    assert_eq!(read[1]["role"], "developer");
}

#[test]
fn items_of_one_turn_are_one_message_in_their_order() {
    let read = messages(&json!([
        { "role": "user", "content": "hi" },
        { "type": "reasoning", "id": "rs_1", "summary": [{ "type": "summary_text", "text": "s" }], "encrypted_content": "e" },
        { "type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
          "content": [{ "type": "output_text", "text": "calling", "annotations": [], "logprobs": [] }] },
        { "type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}", "status": "completed" },
        { "type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "free" },
        { "type": "function_call_output", "call_id": "c1", "output": "1" },
        { "type": "custom_tool_call_output", "call_id": "c2", "output": [{ "type": "input_text", "text": "2" }] },
    ]));
    let status = json!({ "openai.responses": { "status": "completed" } });
    assert_eq!(
        read,
        json!([
            { "role": "user", "content": [text("hi")] },
            { "role": "assistant", "id": "msg_1", "native": status, "content": [
                { "type": "reasoning", "id": "rs_1", "summary": ["s"], "opaque": "e", "origin": "openai.responses" },
                text("calling"),
                { "type": "tool-call", "id": "c1", "name": "f", "arguments": "{}", "item_id": "fc_1", "native": status },
                { "type": "tool-call", "id": "c2", "name": "g", "arguments": "free", "kind": "custom" },
            ] },
            { "role": "tool", "content": [{ "type": "tool-result", "call_id": "c1", "content": [text("1")] }] },
            { "role": "tool", "content": [{ "type": "tool-result", "call_id": "c2", "content": [text("2")], "kind": "custom" }] },
        ])
    );
}

#[test]
fn message_items_with_members_of_their_own_stay_apart() {
    let item =
        |id: &str| json!({ "type": "message", "id": id, "role": "assistant", "content": "x", "phase": "commentary" });
    let read = messages(&json!([item("a"), item("b")]));
    assert_eq!((&read[0]["id"], &read[1]["id"]), (&json!("a"), &json!("b")));
    let plain = json!({ "role": "assistant", "content": "x" });
    assert_eq!(messages(&json!([plain, plain])).as_array().unwrap().len(), 1);
}

#[test]
fn items_that_only_this_dialect_has_are_kept_whole() {
    let search =
        json!({ "type": "web_search_call", "id": "ws_1", "status": "completed", "action": { "type": "search" } });
    let output = json!({ "type": "computer_call_output", "call_id": "c", "output": {} });
    let read = messages(&json!([search, output, { "type": "item_reference", "id": "x" }]));
    let native = |value: &Value| json!({ "type": "native", "dialect": "openai.responses", "value": value });
    assert_eq!(read[0], json!({ "role": "assistant", "content": [native(&search)] }));
    assert_eq!(read[1], json!({ "role": "user", "content": [native(&output)] }));
    assert_eq!(read[2]["content"][0]["value"]["id"], "x");
}

#[test]
fn media_are_read_in_all_their_forms() {
    let read = messages(&json!([{ "role": "user", "content": [
        { "type": "input_image", "image_url": "data:image/png;base64,QUJD", "detail": "high" },
        { "type": "input_image", "file_id": "f1" },
        { "type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,QUJD" },
        { "type": "input_file", "file_url": "https://a/b.pdf" },
        { "type": "input_audio", "input_audio": { "data": "QUJD", "format": "wav" } },
        { "type": "hologram" },
    ] }]));
    let content = read[0]["content"].as_array().unwrap();
    let inline = |media: &str| json!({ "type": "inline", "media_type": media, "data": "QUJD" });
    assert_eq!(content[0], json!({ "type": "image", "source": inline("image/png"), "detail": "high" }));
    assert_eq!(content[1]["source"], json!({ "type": "file", "id": "f1", "origin": "openai.responses" }));
    assert_eq!(content[2], json!({ "type": "document", "source": inline("application/pdf"), "name": "a.pdf" }));
    assert_eq!(content[3]["source"], json!({ "type": "url", "url": "https://a/b.pdf" }));
    assert_eq!(content[4]["source"], inline("audio/wav"));
    assert_eq!(content[5]["value"], json!({ "type": "hologram" }));
}

#[test]
fn outputs_may_be_any_json() {
    let output = |output: Value| {
        messages(&json!([{ "type": "function_call_output", "call_id": "c", "output": output }]))[0]["content"][0]["content"].clone()
    };
    assert_eq!(output(json!({ "a": 1 })), json!([text("{\"a\":1}")]));
    assert_eq!(output(json!([1, 2])), json!([text("[1,2]")]));
    assert_eq!(output(json!([{ "type": "input_image", "image_url": "https://a" }]))[0]["type"], "image");
}

#[test]
fn citations_of_earlier_answers_are_read() {
    let annotation = json!({ "type": "url_citation", "url": "u", "title": "t", "start_index": 1, "end_index": 2 });
    let part = json!({ "type": "output_text", "text": "abc", "annotations": [annotation] });
    let read = messages(&json!([{ "role": "assistant", "content": [part] }]));
    assert_eq!(
        read[0]["content"][0]["citations"],
        json!([{ "kind": "url", "url": "u", "title": "t", "start": 1, "end": 2 }])
    );
}

#[test]
fn tools_of_all_kinds_are_read() {
    let hosted = json!({ "type": "web_search", "search_context_size": "low" });
    let read = with(json!({ "tools": [
        { "type": "function", "name": "f", "description": "d", "parameters": {}, "strict": true, "defer_loading": true },
        { "type": "function", "function": { "name": "nested", "parameters": {} } },
        { "type": "custom", "name": "c", "format": { "type": "text" } },
        hosted,
    ] }));
    assert_eq!(
        read["tools"],
        json!([
            { "type": "function", "name": "f", "description": "d", "parameters": {}, "strict": true,
              "native": { "openai.responses": { "defer_loading": true } } },
            { "type": "function", "name": "nested", "parameters": {} },
            { "type": "custom", "name": "c", "format": { "type": "text" } },
            { "type": "native", "dialect": "openai.responses", "value": hosted },
        ])
    );
}

#[test]
fn tool_choices_of_all_forms_are_read() {
    let choice = |choice: Value| with(json!({ "tool_choice": choice }))["tool_choice"].clone();
    assert_eq!(choice(json!("required")), json!({ "mode": "required" }));
    assert_eq!(choice(json!({ "type": "function", "name": "f" })), json!({ "mode": "tool", "name": "f" }));
    assert_eq!(choice(json!({ "type": "custom", "name": "f" })), json!({ "mode": "tool", "name": "f" }));
    let tools = json!([{ "type": "function", "name": "f" }]);
    let allowed = choice(json!({ "type": "allowed_tools", "mode": "required", "tools": tools }));
    assert_eq!(allowed, json!({ "mode": "required", "allowed": ["f"] }));
    let hosted = json!({ "mode": "tool", "native": { "openai.responses": { "type": "file_search" } } });
    assert_eq!(choice(json!({ "type": "file_search" })), hosted);
    let mixed = choice(json!({ "type": "allowed_tools", "mode": "auto", "tools": [{ "type": "file_search" }] }));
    assert_eq!(mixed["native"]["openai.responses"]["tools"], json!([{ "type": "file_search" }]));
}

#[test]
fn options_have_their_neutral_places() {
    let format = json!({ "type": "json_schema", "name": "n", "schema": { "type": "object" }, "strict": true });
    let read = with(json!({
        "model": "m", "max_output_tokens": 5, "temperature": 0, "top_logprobs": 2, "stream": true, "store": false,
        "text": { "format": format, "verbosity": "low" }, "reasoning": { "effort": "low", "summary": "auto", "context": "x" },
        "parallel_tool_calls": false, "prompt_cache_key": "k", "safety_identifier": "u", "metadata": { "a": "b" },
        "previous_response_id": "resp_1", "truncation": "auto", "include": ["reasoning.encrypted_content"], "background": null,
    }));
    assert_eq!(
        read,
        json!({
            "model": "m", "max_output_tokens": 5, "temperature": 0, "logprobs": { "top": 2 }, "stream": true, "store": false,
            "output": { "format": { "kind": "json-schema", "name": "n", "schema": { "type": "object" }, "strict": true },
                        "verbosity": "low" },
            "reasoning": { "effort": "low", "summary": "auto", "native": { "openai.responses": { "context": "x" } } },
            "parallel_tool_calls": false, "cache": { "key": "k" }, "end_user": "u", "metadata": { "a": "b" },
            "native": { "openai.responses": { "previous_response_id": "resp_1", "truncation": "auto",
                        "include": ["reasoning.encrypted_content"] } },
        })
    );
}

#[test]
fn log_probabilities_may_be_asked_for_by_include() {
    let read = with(json!({ "include": ["message.output_text.logprobs"] }));
    assert_eq!(read["logprobs"], json!({}));
}

#[test]
fn failures_name_the_member_at_fault() {
    let at = |body: Value| {
        let failure = refused(&body);
        assert_eq!(failure.class, FailureClass::InvalidRequest);
        failure.param.unwrap()
    };
    assert_eq!(at(json!({ "input": 3 })), "input");
    assert_eq!(at(json!({ "input": [3] })), "input[0]");
    assert_eq!(at(json!({ "input": [{ "type": "function_call", "call_id": "a" }] })), "input[0].name");
    let part = json!({ "type": "input_text", "text": 3 });
    assert_eq!(at(json!({ "input": [{ "role": "user", "content": [part] }] })), "input[0].content[0].text");
    let format = json!({ "format": { "type": "json_schema", "name": 3 } });
    assert_eq!(at(json!({ "input": "", "text": format })), "text.format.name");
    assert_eq!(at(json!({ "input": "", "reasoning": "high" })), "reasoning");
}

#[test]
fn tokens_are_counted_for_the_same_body() {
    let request = OpenAiResponses.decode_count(br#"{"model": "m", "input": "hi"}"#, &scene()).unwrap();
    assert_eq!(request.messages.len(), 1);
    let count = serde_json::from_value(json!({ "input_tokens": 9 })).unwrap();
    let body: Value = serde_json::from_slice(&OpenAiResponses.encode_count(&count)).unwrap();
    assert_eq!(body, json!({ "object": "response.input_tokens", "input_tokens": 9 }));
}
