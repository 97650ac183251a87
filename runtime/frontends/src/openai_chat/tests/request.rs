use dragoman_model::content::Part;
use dragoman_model::request::{Role, Tool, ToolChoiceMode};
use dragoman_model::{Failure, FailureClass};
use serde_json::{Value, json};

use super::{OpenAiChat, request};
use crate::Frontend as _;
use crate::common::testing::scene;

fn refused(body: &Value) -> Failure {
    match OpenAiChat.decode(body.to_string().as_bytes(), &scene()) {
        Ok(_) => panic!("was read"),
        Err(failure) => failure,
    }
}

fn message(message: &Value) -> Value {
    let request = request(&json!({ "model": "m", "messages": [message] }));
    serde_json::to_value(&request.messages[0]).unwrap()
}

fn part(part: &Value) -> Value {
    message(&json!({ "role": "user", "content": [part] }))["content"][0].clone()
}

fn with(mut more: Value) -> dragoman_model::Request {
    more["messages"] = json!([{ "role": "user", "content": "hi" }]);
    request(&more)
}

#[test]
fn every_role_is_read() {
    for role in ["system", "developer", "user", "assistant", "critic"] {
        let read = message(&json!({ "role": role, "content": "hi", "name": "n" }));
        assert_eq!(read, json!({ "role": role, "content": [{ "type": "text", "text": "hi" }], "name": "n" }));
    }
}

#[test]
fn content_may_be_null_one_part_or_plain_strings() {
    assert_eq!(message(&json!({ "role": "user", "content": null })), json!({ "role": "user" }));
    let one = message(&json!({ "role": "user", "content": { "type": "text", "text": "a" } }));
    let strings = message(&json!({ "role": "user", "content": ["a"] }));
    assert_eq!(one, strings);
}

#[test]
fn pictures_are_inline_or_linked() {
    let inline =
        part(&json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,QUJD", "detail": "low" } }));
    let source = json!({ "type": "inline", "media_type": "image/png", "data": "QUJD" });
    assert_eq!(inline, json!({ "type": "image", "source": source, "detail": "low" }));
    let linked = part(&json!({ "type": "image_url", "image_url": "https://a/b.png" }));
    assert_eq!(linked, json!({ "type": "image", "source": { "type": "url", "url": "https://a/b.png" } }));
}

#[test]
fn sounds_files_and_films_are_read() {
    let sound = part(&json!({ "type": "input_audio", "input_audio": { "data": "QUJD", "format": "mp3" } }));
    assert_eq!(sound["source"], json!({ "type": "inline", "media_type": "audio/mpeg", "data": "QUJD" }));
    let file = part(&json!({ "type": "file", "file": { "filename": "a.pdf", "file_data": "QUJD" } }));
    assert_eq!(file["source"], json!({ "type": "inline", "media_type": "application/pdf", "data": "QUJD" }));
    assert_eq!((&file["type"], &file["name"]), (&json!("document"), &json!("a.pdf")));
    let stored = part(&json!({ "type": "file", "file": { "file_id": "f1" } }));
    assert_eq!(stored["source"], json!({ "type": "file", "id": "f1", "origin": "openai.chat" }));
    let moving = part(&json!({ "type": "video_url", "video_url": { "url": "https://a/b.mp4", "fps": 2 } }));
    assert_eq!(moving["native"], json!({ "openai.chat": { "video_url": { "fps": 2 } } }));
    let linked = part(&json!({ "type": "document_url", "document_url": "https://a/b.pdf", "document_name": "b" }));
    assert_eq!((&linked["type"], &linked["name"]), (&json!("document"), &json!("b")));
}

#[test]
fn an_unknown_part_is_kept_whole() {
    let odd = json!({ "type": "hologram", "depth": 3 });
    assert_eq!(part(&odd), json!({ "type": "native", "dialect": "openai.chat", "value": odd }));
}

#[test]
fn cache_markers_are_read_where_clients_put_them() {
    let marker = json!({ "kind": "ephemeral", "ttl": "1h" });
    let control = json!({ "type": "ephemeral", "ttl": "1h" });
    assert_eq!(part(&json!({ "type": "text", "text": "a", "cache_control": control }))["cache"], marker);
    let whole = message(&json!({ "role": "system", "content": "a", "cache_control": control }));
    assert_eq!(whole["content"][0]["cache"], marker);
    let breakpoint = part(&json!({ "type": "text", "text": "a", "prompt_cache_breakpoint": { "mode": "explicit" } }));
    assert_eq!(breakpoint["cache"], json!({ "kind": "ephemeral" }));
    assert!(breakpoint["native"]["openai.chat"]["prompt_cache_breakpoint"].is_object());
    let tool = json!({ "type": "function", "function": { "name": "f" }, "cache_control": control });
    assert_eq!(serde_json::to_value(&with(json!({ "tools": [tool] })).tools[0]).unwrap()["cache"], marker);
}

#[test]
fn calls_and_results_are_linked_by_their_ids() {
    let request = request(&json!({ "messages": [
        { "role": "assistant", "content": "", "tool_calls": [
            { "id": "a", "type": "function", "function": { "name": "f", "arguments": "{\"x\": 1}" } },
            { "id": "b", "type": "custom", "custom": { "name": "g", "input": "free" } },
        ] },
        { "role": "tool", "tool_call_id": "a", "content": [{ "type": "text", "text": "1" }] },
    ] }));
    let read = serde_json::to_value(&request.messages).unwrap();
    assert_eq!(
        read[0]["content"],
        json!([
            { "type": "tool-call", "id": "a", "name": "f", "arguments": "{\"x\": 1}" },
            { "type": "tool-call", "id": "b", "name": "g", "arguments": "free", "kind": "custom" },
        ])
    );
    assert_eq!(read[1]["role"], "tool");
    let result = json!({ "type": "tool-result", "call_id": "a", "content": [{ "type": "text", "text": "1" }] });
    assert_eq!(read[1]["content"][0], result);
}

#[test]
fn results_without_an_id_answer_the_calls_in_their_order() {
    let request = request(&json!({ "messages": [
        { "role": "assistant", "tool_calls": [
            { "id": "a", "function": { "name": "f", "arguments": { "x": 1 } } },
            { "function": { "name": "g" } },
        ] },
        { "role": "tool", "content": "1" },
        { "role": "tool", "content": "2" },
        { "role": "assistant", "function_call": { "name": "h", "arguments": "{}" } },
        { "role": "function", "name": "h", "content": "3" },
    ] }));
    let calls: Vec<&str> = request
        .messages
        .iter()
        .flat_map(|message| &message.content)
        .filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.id.as_str()),
            Part::ToolResult(result) => Some(result.call_id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(calls, ["a", "call_made_0", "a", "call_made_0", "call_made_1", "call_made_1"]);
    let Part::ToolCall(first) = &request.messages[0].content[0] else { panic!() };
    assert_eq!(first.arguments, "{\"x\":1}");
}

#[test]
fn functions_become_tools() {
    let read = with(
        json!({ "functions": [{ "name": "f", "parameters": { "type": "object" } }], "function_call": { "name": "f" } }),
    );
    let Tool::Function(tool) = &read.tools[0] else { panic!() };
    assert_eq!((tool.name.as_str(), tool.parameters.as_ref().unwrap().text()), ("f", "{\"type\":\"object\"}"));
    assert_eq!(read.tool_choice.unwrap().name.as_deref(), Some("f"));
    assert_eq!(read.parallel_tool_calls, Some(false));
}

#[test]
fn tools_of_all_kinds_are_read() {
    let grammar = json!({ "type": "grammar", "grammar": { "syntax": "lark", "definition": "start: x" } });
    let read = with(json!({ "tools": [
        { "type": "function", "function": { "name": "f", "description": "d", "strict": true, "parameters": null, "odd": 1 } },
        { "type": "function", "name": "flat", "parameters": {} },
        { "type": "custom", "custom": { "name": "c", "format": grammar } },
        { "type": "openrouter:web_search", "parameters": {} },
    ] }));
    assert_eq!(
        serde_json::to_value(&read.tools).unwrap(),
        json!([
            { "type": "function", "name": "f", "description": "d", "strict": true,
              "native": { "openai.chat": { "function": { "odd": 1 } } } },
            { "type": "function", "name": "flat", "parameters": {} },
            { "type": "custom", "name": "c", "format": { "type": "grammar", "syntax": "lark", "definition": "start: x" } },
            { "type": "native", "dialect": "openai.chat", "value": { "type": "openrouter:web_search", "parameters": {} } },
        ])
    );
}

#[test]
fn tool_choices_of_all_forms_are_read() {
    let choice =
        |choice: Value| serde_json::to_value(with(json!({ "tool_choice": choice })).tool_choice.unwrap()).unwrap();
    assert_eq!(choice(json!("auto")), json!({ "mode": "auto" }));
    assert_eq!(choice(json!("any")), json!({ "mode": "required" }));
    let named = json!({ "mode": "tool", "name": "f" });
    assert_eq!(choice(json!({ "type": "function", "function": { "name": "f" } })), named);
    assert_eq!(choice(json!({ "function": { "name": "f" } })), named);
    assert_eq!(choice(json!({ "type": "custom", "custom": { "name": "f" } })), named);
    assert_eq!(choice(json!({ "type": "tool", "name": "f" })), named);
    let tools = json!([{ "type": "function", "function": { "name": "f" } }]);
    let allowed = choice(json!({ "type": "allowed_tools", "allowed_tools": { "mode": "required", "tools": tools } }));
    assert_eq!(allowed, json!({ "mode": "required", "allowed": ["f"] }));
    let native = json!({ "mode": "tool", "native": { "openai.chat": { "type": "browser" } } });
    assert_eq!(choice(json!({ "type": "browser" })), native);
}

#[test]
fn options_have_their_neutral_places() {
    let read = with(json!({
        "max_tokens": 5, "stop": "x", "n": 2, "logprobs": true, "top_logprobs": 3, "seed": 7, "temperature": 0.5,
        "top_p": 1, "presence_penalty": 0.1, "frequency_penalty": -1, "stream": true, "user": "u", "metadata": { "a": "b" },
        "store": false, "service_tier": "flex", "prompt_cache_key": "k", "verbosity": "low", "modalities": ["text"],
        "parallel_tool_calls": true, "logit_bias": { "1": 2 }, "seed_of_doubt": null,
    }));
    let mut value = serde_json::to_value(&read).unwrap();
    value.as_object_mut().unwrap().remove("messages");
    assert_eq!(
        value,
        json!({
            "model": "asked", "max_output_tokens": 5, "stop": ["x"], "candidates": 2, "logprobs": { "top": 3 }, "seed": 7,
            "temperature": 0.5, "top_p": 1, "presence_penalty": 0.1, "frequency_penalty": -1, "stream": true,
            "end_user": "u", "metadata": { "a": "b" }, "store": false, "service_tier": "flex", "cache": { "key": "k" },
            "output": { "modalities": ["text"], "verbosity": "low" }, "parallel_tool_calls": true,
            "native": { "openai.chat": { "logit_bias": { "1": 2 } } },
        })
    );
}

#[test]
fn the_newer_limit_wins_and_the_older_one_is_kept() {
    let read = with(json!({ "max_tokens": 5, "max_completion_tokens": 9 }));
    assert_eq!(read.max_output_tokens, Some(9));
    assert_eq!(read.native.get("openai.chat", "max_tokens"), Some(&json!(5)));
}

#[test]
fn minus_one_is_no_limit() {
    let read = with(json!({ "max_tokens": -1 }));
    assert_eq!(read.max_output_tokens, None);
    assert_eq!(read.native.get("openai.chat", "max_tokens"), Some(&json!(-1)));
}

#[test]
fn reasoning_is_read_by_any_of_its_names() {
    let reasoning = |body: Value| serde_json::to_value(with(body).reasoning.unwrap()).unwrap();
    assert_eq!(reasoning(json!({ "reasoning_effort": "low" })), json!({ "effort": "low" }));
    assert_eq!(reasoning(json!({ "reasoning_effort": "none" })), json!({ "enabled": false, "effort": "none" }));
    let all = json!({ "reasoning": { "effort": "high", "max_tokens": 9, "enabled": true, "exclude": true } });
    assert_eq!(
        reasoning(all),
        json!({
            "enabled": true, "effort": "high", "budget_tokens": 9, "native": { "openai.chat": { "exclude": true } },
        })
    );
    let thinking = json!({ "thinking": { "type": "enabled", "budget_tokens": 7 } });
    assert_eq!(reasoning(thinking), json!({ "enabled": true, "budget_tokens": 7 }));
    assert_eq!(reasoning(json!({ "thinking": { "type": "disabled" } })), json!({ "enabled": false }));
    assert_eq!(reasoning(json!({ "enable_thinking": false })), json!({ "enabled": false }));
}

#[test]
fn response_formats_are_read() {
    let format = |format: Value| {
        let output = with(json!({ "response_format": format })).output.unwrap();
        serde_json::to_value(output.format.unwrap()).unwrap()
    };
    assert_eq!(format(json!({ "type": "text" })), json!({ "kind": "text" }));
    assert_eq!(format(json!({ "type": "json_object" })), json!({ "kind": "json" }));
    let schema = json!({ "name": "n", "schema": { "type": "object" }, "strict": true });
    let read = json!({ "kind": "json-schema", "name": "n", "schema": { "type": "object" }, "strict": true });
    assert_eq!(format(json!({ "type": "json_schema", "json_schema": schema })), read);
    let bare = format(json!({ "type": "json_object", "schema": { "type": "object" } }));
    assert_eq!(bare, json!({ "kind": "json-schema", "schema": { "type": "object" } }));
}

#[test]
fn extra_body_is_merged_below_what_stands_at_the_top() {
    let read = with(json!({ "top_k": 3, "extra_body": { "top_k": 4, "min_p": 0.1 } }));
    assert_eq!(read.top_k, Some(3.into()));
    assert_eq!(read.native.get("openai.chat", "min_p"), Some(&json!(0.1)));
}

#[test]
fn thoughts_come_back_with_their_proof() {
    let details = json!([
        { "type": "reasoning.text", "text": "hm", "signature": "s", "format": "anthropic-claude-v1", "index": 0 },
        { "type": "reasoning.encrypted", "data": "e", "id": "rs_1", "format": "openai-responses-v1", "index": 1 },
    ]);
    let read = message(
        &json!({ "role": "assistant", "content": "x", "reasoning_content": "hm", "reasoning_details": details }),
    );
    assert_eq!(
        read["content"],
        json!([
            { "type": "reasoning", "text": "hm", "signature": "s", "origin": "anthropic.messages" },
            { "type": "reasoning", "id": "rs_1", "opaque": "e", "origin": "openai.responses" },
            { "type": "text", "text": "x" },
        ])
    );
}

#[test]
fn streamed_details_of_one_index_are_one_thought() {
    let details = json!([
        { "type": "reasoning.text", "text": "a", "index": 0 }, { "type": "reasoning.text", "text": "b", "index": 0 },
        { "type": "reasoning.text", "signature": "s", "index": 0 },
    ]);
    let read = message(&json!({ "role": "assistant", "reasoning_details": details }));
    assert_eq!(read["content"], json!([{ "type": "reasoning", "text": "ab", "signature": "s" }]));
}

#[test]
fn plain_thoughts_are_read_once() {
    let read = message(&json!({ "role": "assistant", "reasoning": "a", "reasoning_content": "a" }));
    assert_eq!(read["content"], json!([{ "type": "reasoning", "text": "a" }]));
}

#[test]
fn googles_signatures_are_read_from_extra_content() {
    let signed = json!({ "google": { "thought_signature": "s" } });
    let call = json!({ "id": "a", "function": { "name": "f", "arguments": "{}" }, "extra_content": signed });
    let read = message(&json!({ "role": "assistant", "tool_calls": [call] }));
    assert_eq!(read["content"][0]["signature"], "s");
    let text = message(&json!({ "role": "assistant", "content": "x", "extra_content": signed }));
    assert_eq!(text["content"][0]["signature"], "s");
}

#[test]
fn refusals_audio_and_citations_of_earlier_answers_are_read() {
    let citation = json!({ "url": "u", "title": "t", "start_index": 0, "end_index": 1 });
    let read = message(&json!({
        "role": "assistant", "content": "x", "refusal": "no", "audio": { "id": "au" },
        "annotations": [{ "type": "url_citation", "url_citation": citation }],
    }));
    assert_eq!(
        read["content"][0]["citations"],
        json!([{ "kind": "url", "url": "u", "title": "t", "start": 0, "end": 1 }])
    );
    assert_eq!(read["content"][1], json!({ "type": "refusal", "text": "no" }));
    assert_eq!(read["content"][2]["source"], json!({ "type": "file", "id": "au", "origin": "openai.chat" }));
}

#[test]
fn failures_name_the_member_at_fault() {
    let at = |body: Value| {
        let failure = refused(&body);
        assert_eq!(failure.class, FailureClass::InvalidRequest);
        failure.param.unwrap()
    };
    let said = |content: Value| json!({ "messages": [{ "role": "user", "content": "a" }, { "role": "user", "content": content }] });
    assert_eq!(at(json!({})), "messages");
    assert_eq!(at(json!({ "messages": "hi" })), "messages");
    assert_eq!(at(json!({ "messages": [3] })), "messages[0]");
    assert_eq!(at(json!({ "messages": [{ "content": "hi" }] })), "messages[0].role");
    assert_eq!(at(said(json!(3))), "messages[1].content");
    assert_eq!(at(said(json!([{ "type": "text" }]))), "messages[1].content[0].text");
    assert_eq!(at(said(json!([{ "type": "image_url", "image_url": {} }]))), "messages[1].content[0].image_url.url");
    let call = json!({ "messages": [{ "role": "assistant", "tool_calls": [{ "function": {} }] }] });
    assert_eq!(at(call), "messages[0].tool_calls[0].function.name");
    assert_eq!(at(json!({ "messages": [], "temperature": "hot" })), "temperature");
    assert_eq!(at(json!({ "messages": [], "max_tokens": -2 })), "max_tokens");
    assert_eq!(at(json!({ "messages": [], "tools": [{ "function": {} }] })), "tools[0].function.name");
}

#[test]
fn a_body_that_is_no_json_is_refused_with_its_place() {
    let Err(failure) = OpenAiChat.decode(b"{\n \"a\": ]", &scene()) else { panic!() };
    assert!(failure.message.contains("line 2, column 7"), "{}", failure.message);
}

#[test]
fn there_is_no_token_count() {
    let failure = OpenAiChat.decode_count(b"{}", &scene()).unwrap_err();
    assert_eq!(failure.class, FailureClass::NotFound);
}

#[test]
fn roles_are_kept_apart() {
    let read = request(
        &json!({ "messages": [{ "role": "developer", "content": "a" }, { "role": "system", "content": "b" }] }),
    );
    assert_eq!(read.messages.iter().map(|m| m.role.clone()).collect::<Vec<_>>(), [Role::Developer, Role::System]);
    assert_eq!(
        with(json!({ "tool_choice": "sometimes" })).tool_choice.unwrap().mode,
        ToolChoiceMode::Other("sometimes".into())
    );
}
