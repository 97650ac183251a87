use dragoman_model::FailureClass;
use serde_json::{Value, json};

use super::{asked, decode, messages};

#[test]
fn the_system_prompt_is_the_first_message() {
    let request = asked(&json!({
        "model": "m",
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [{"role": "user", "content": "Hi"}],
    }));
    let expected = json!([
        {"role": "system", "content": [
            {"type": "text", "text": "Be brief.", "cache": {"kind": "ephemeral", "ttl": "1h"}}]},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
    ]);
    assert_eq!(request["messages"], expected);
}

#[test]
fn an_empty_system_prompt_is_none() {
    for system in [json!(""), json!([]), json!([{"type": "text", "text": ""}]), Value::Null] {
        let request = asked(&json!({"model": "m", "system": system, "messages": []}));
        assert_eq!(request.get("messages"), None);
    }
}

#[test]
fn results_stand_in_a_tool_message_before_what_else_the_user_says() {
    let found = messages(&json!([{"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "a", "content": "12", "is_error": true},
        {"type": "tool_result", "tool_use_id": "b", "content": [
            {"type": "text", "text": "see"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]},
        {"type": "tool_result", "tool_use_id": "c"},
        {"type": "text", "text": "And now?"},
    ]}]));
    let expected = json!([
        {"role": "tool", "content": [
            {"type": "tool-result", "call_id": "a", "content": [{"type": "text", "text": "12"}], "is_error": true},
            {"type": "tool-result", "call_id": "b", "content": [
                {"type": "text", "text": "see"},
                {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AA=="}}]},
            {"type": "tool-result", "call_id": "c"}]},
        {"role": "user", "content": [{"type": "text", "text": "And now?"}]},
    ]);
    assert_eq!(found, expected);
}

#[test]
fn the_application_may_speak_in_the_middle() {
    let found = messages(&json!([
        {"role": "user", "content": [
            {"type": "text", "text": "a"},
            {"type": "mid_conv_system", "content": [{"type": "text", "text": "b"}]},
            {"type": "text", "text": "c"}]},
        {"role": "system", "content": "d"},
    ]));
    let roles: Vec<_> = found.as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["user", "system", "user", "system"]);
}

#[test]
fn every_source_of_a_medium_is_read() {
    let table = [
        (json!({"type": "url", "url": "https://x/y.png"}), json!({"type": "url", "url": "https://x/y.png"})),
        (
            json!({"type": "url", "url": "data:image/gif;base64,AA=="}),
            json!({"type": "inline", "media_type": "image/gif", "data": "AA=="}),
        ),
        (
            json!({"type": "file", "file_id": "file_1"}),
            json!({"type": "file", "id": "file_1", "origin": "anthropic.messages"}),
        ),
        (
            json!({"type": "text", "media_type": "text/plain", "data": "words"}),
            json!({"type": "text", "media_type": "text/plain", "text": "words"}),
        ),
        (
            json!({"type": "content", "content": "words"}),
            json!({"type": "parts", "content": [{"type": "text", "text": "words"}]}),
        ),
    ];
    for (source, expected) in table {
        let block = json!({"type": "document", "source": source, "title": "T", "context": "C",
                           "citations": {"enabled": true}, "novel": 1});
        let found = messages(&json!([{"role": "user", "content": [block]}]));
        let part = json!({"type": "document", "source": expected, "name": "T", "context": "C", "citations": true,
                          "native": {"anthropic.messages": {"novel": 1}}});
        assert_eq!(found[0]["content"][0], part);
    }
}

#[test]
fn blocks_of_the_provider_stay_whole() {
    for block in [
        json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}}),
        json!({"type": "image", "source": {"type": "hologram", "data": "AA=="}, "cache_control": {"type": "ephemeral"}}),
        json!({"type": "container_upload", "file_id": "f"}),
    ] {
        let found = messages(&json!([{"role": "user", "content": [block]}]));
        let part = json!({"type": "native", "dialect": "anthropic.messages", "value": block});
        assert_eq!(found[0]["content"][0], part);
    }
}

#[test]
fn thoughts_keep_their_state_and_its_origin() {
    let found = messages(&json!([{"role": "assistant", "content": [
        {"type": "thinking", "thinking": "hm", "signature": "S"},
        {"type": "thinking", "thinking": "foreign", "signature": ""},
        {"type": "redacted_thinking", "data": "D"},
        {"type": "tool_use", "id": "a", "name": "f", "input": {"b": 1, "a": 2}, "caller": {"type": "direct"}},
    ]}]));
    let expected = json!([
        {"type": "reasoning", "text": "hm", "signature": "S", "origin": "anthropic.messages"},
        {"type": "reasoning", "text": "foreign"},
        {"type": "reasoning", "opaque": "D", "origin": "anthropic.messages"},
        {"type": "tool-call", "id": "a", "name": "f", "arguments": "{\"b\":1,\"a\":2}",
         "native": {"anthropic.messages": {"caller": {"type": "direct"}}}},
    ]);
    assert_eq!(found[0]["content"], expected);
}

#[test]
fn tools_of_the_client_and_of_the_provider_are_told_apart() {
    let request = asked(&json!({"model": "m", "messages": [], "tools": [
        {"name": "f", "description": "d", "input_schema": {"type": "object"}, "strict": true, "defer_loading": true},
        {"type": "custom", "name": "g", "input_schema": {}},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 3},
    ]}));
    let expected = json!([
        {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": true,
         "native": {"anthropic.messages": {"defer_loading": true}}},
        {"type": "function", "name": "g", "parameters": {}},
        {"type": "native", "dialect": "anthropic.messages",
         "value": {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}},
    ]);
    assert_eq!(request["tools"], expected);
}

#[test]
fn every_tool_choice_is_read() {
    let table = [
        (json!({"type": "auto"}), json!({"mode": "auto"}), Value::Null),
        (json!({"type": "any", "disable_parallel_tool_use": true}), json!({"mode": "required"}), json!(false)),
        (json!({"type": "tool", "name": "f"}), json!({"mode": "tool", "name": "f"}), Value::Null),
        (json!({"type": "none"}), json!({"mode": "none"}), Value::Null),
        (json!("any"), json!({"mode": "required"}), Value::Null),
    ];
    for (choice, mode, parallel) in table {
        let request = asked(&json!({"model": "m", "messages": [], "tool_choice": choice}));
        assert_eq!(request["tool_choice"], mode);
        assert_eq!(request.get("parallel_tool_calls").cloned().unwrap_or_default(), parallel);
    }
}

#[test]
fn every_way_to_ask_for_thinking_is_read() {
    let table = [
        (
            json!({"thinking": {"type": "enabled", "budget_tokens": 2048}}),
            json!({"enabled": true, "budget_tokens": 2048, "summary": "auto"}),
        ),
        (json!({"thinking": {"type": "disabled"}}), json!({"enabled": false})),
        (
            json!({"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "high"}}),
            json!({"enabled": true, "effort": "high", "summary": "none",
                   "native": {"anthropic.messages": {"type": "adaptive", "display": "omitted"}}}),
        ),
        (json!({"output_config": {"effort": "low"}}), json!({"effort": "low"})),
    ];
    for (members, reasoning) in table {
        let mut body = json!({"model": "m", "messages": []});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        assert_eq!(asked(&body)["reasoning"], reasoning);
    }
}

#[test]
fn the_format_of_the_answer_is_read_in_both_places() {
    let format = json!({"type": "json_schema", "schema": {"type": "object"}});
    for members in [json!({"output_format": format}), json!({"output_config": {"format": format}})] {
        let mut body = json!({"model": "m", "messages": []});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let expected = json!({"format": {"kind": "json-schema", "schema": {"type": "object"}}});
        assert_eq!(asked(&body)["output"], expected);
    }
}

#[test]
fn sampling_and_the_rest_are_read_and_nothing_is_lost() {
    let request = asked(&json!({
        "model": "m", "messages": [], "max_tokens": 10.0, "temperature": 0.5, "top_p": 0.9, "top_k": 4,
        "stop_sequences": ["x"], "metadata": {"user_id": "u", "other": 1}, "service_tier": "auto", "stream": true,
        "container": "c", "mcp_servers": [{"name": "s"}], "output_config": {"task_budget": 5}, "novel": {"deep": null},
    }));
    let expected = json!({
        "model": "m", "max_output_tokens": 10, "temperature": 0.5, "top_p": 0.9, "top_k": 4, "stop": ["x"],
        "stream": true, "service_tier": "auto", "end_user": "u",
        "native": {"anthropic.messages": {
            "metadata": {"other": 1}, "output_config": {"task_budget": 5},
            "container": "c", "mcp_servers": [{"name": "s"}], "novel": {"deep": null}}},
    });
    assert_eq!(request, expected);
}

#[test]
fn a_wrong_request_names_the_member_at_fault() {
    let table = [
        (json!({"model": "m"}), "messages"),
        (json!({"model": 4, "messages": []}), "model"),
        (json!({"model": "m", "messages": [{"role": "wizard", "content": "x"}]}), "messages[0].role"),
        (
            json!({"model": "m", "messages": [{"role": "user", "content": [{"source": 1}]}]}),
            "messages[0].content[0].type",
        ),
        (
            json!({"model": "m", "messages": [{"role": "user", "content": [{"type": "text"}]}]}),
            "messages[0].content[0].text",
        ),
        (json!({"model": "m", "messages": [], "max_tokens": -1}), "max_tokens"),
        (json!({"model": "m", "messages": [], "tools": [{"input_schema": {}}]}), "tools[0].name"),
    ];
    for (body, param) in table {
        let failure = decode(&body).unwrap_err();
        assert_eq!((failure.class, failure.param.as_deref()), (FailureClass::InvalidRequest, Some(param)), "{body}");
    }
}
