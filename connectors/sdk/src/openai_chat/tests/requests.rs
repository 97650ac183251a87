use serde_json::{Value, json};

use crate::loss::Loss;
use crate::model::Request;
use crate::openai_chat::{Quirks, call, effort};

/// The body and the losses of a neutral request, written for `quirks`.
pub(super) fn written(request: Value, quirks: &Quirks) -> (Value, Vec<Loss>) {
    let mut request = request;
    request.as_object_mut().unwrap().entry("model").or_insert("m".into());
    let request: Request = serde_json::from_value(request).unwrap();
    let call = call(&request, "gpt", quirks);
    assert_eq!(call.path(), "/chat/completions");
    (serde_json::from_str(call.body_text()).unwrap(), call.losses().to_vec())
}

fn openai(request: Value) -> Value {
    written(request, &Quirks::default()).0
}

fn messages(parts: Value) -> Value {
    openai(json!({ "messages": parts }))["messages"].clone()
}

pub(super) fn said(role: &str, content: Value) -> Value {
    json!([{ "role": role, "content": content }])
}

#[test]
fn the_model_is_the_providers_and_one_text_is_a_string() {
    let body = openai(json!({"messages": said("user", json!([{"type": "text", "text": "hi"}]))}));
    assert_eq!(body, json!({"model": "gpt", "messages": [{"role": "user", "content": "hi"}]}));
}

#[test]
fn media_become_openais_parts() {
    let inline = |kind: &str, media_type: &str| json!({"type": kind, "source": {"type": "inline", "media_type": media_type, "data": "QQ=="}});
    let parts = json!([
        {"type": "text", "text": "look"},
        {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}, "detail": "low"},
        inline("image", "image/jpeg"),
        inline("audio", "audio/mpeg"),
        inline("document", "application/pdf"),
        {"type": "document", "source": {"type": "file", "id": "file-1", "origin": "openai.responses"}},
        {"type": "document", "source": {"type": "text", "text": "words"}},
    ]);
    let expected = json!([
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "https://x/y.png", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,QQ=="}},
        {"type": "input_audio", "input_audio": {"data": "QQ==", "format": "mp3"}},
        {"type": "file", "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,QQ=="}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "file", "file": {"filename": "document.txt", "file_data": "data:text/plain;base64,d29yZHM="}},
    ]);
    assert_eq!(messages(said("user", parts))[0]["content"], expected);
}

#[test]
fn what_has_no_form_is_told_as_lost() {
    let parts = json!([
        {"type": "text", "text": "a", "cache": {"kind": "ephemeral"}},
        {"type": "document", "source": {"type": "url", "url": "https://x/y.pdf"}},
        {"type": "video", "source": {"type": "inline", "data": "QQ=="}},
        {"type": "image", "source": {"type": "file", "id": "f", "origin": "anthropic.messages"}},
        {"type": "native", "dialect": "anthropic.messages", "value": {"type": "search_result"}},
    ]);
    let request = json!({"messages": said("user", parts), "top_k": 3, "native": {"gemini": {"safetySettings": []}}});
    let (body, losses) = written(request, &Quirks::default());
    assert_eq!(body["messages"][0]["content"], json!([{"type": "text", "text": "a"}]));
    let mut paths: Vec<&str> = losses.iter().map(|loss| loss.path.as_str()).collect();
    paths.sort_unstable();
    let content = |index: u32, rest: &str| format!("messages[0].content[{index}]{rest}");
    let expected = [content(0, ".cache"), content(1, ""), content(2, ""), content(3, ""), content(4, "")];
    assert_eq!(paths[..5], expected);
    assert_eq!(paths[5..], ["safetySettings", "top_k"]);
}

#[test]
fn an_assistants_message_holds_text_refusal_and_calls() {
    let parts = json!([
        {"type": "text", "text": "so"},
        {"type": "refusal", "text": "no"},
        {"type": "tool-call", "id": "c1", "name": "f", "arguments": "{\"a\":1}"},
        {"type": "tool-call", "id": "c2", "name": "g", "arguments": "free", "kind": "custom"},
        {"type": "tool-call", "id": "c3", "name": "f", "arguments": ""},
    ]);
    let expected = json!({
        "role": "assistant", "content": "so", "refusal": "no", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}},
            {"id": "c2", "type": "custom", "custom": {"name": "g", "input": "free"}},
            {"id": "c3", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        ],
    });
    assert_eq!(messages(said("assistant", parts))[0], expected);
}

#[test]
fn media_of_results_follow_in_a_users_message() {
    let image = json!({"type": "image", "source": {"type": "url", "url": "https://x/y.png"}});
    let result =
        |id: &str| json!({"type": "tool-result", "call_id": id, "content": [{"type": "text", "text": id}, image]});
    let conversation = json!([
        {"role": "tool", "content": [result("a")]},
        {"role": "tool", "content": [result("b")]},
        {"role": "assistant", "content": [{"type": "text", "text": "ok"}]},
    ]);
    let (body, losses) = written(json!({ "messages": conversation }), &Quirks::default());
    let picture = json!({"type": "image_url", "image_url": {"url": "https://x/y.png"}});
    let expected = json!([
        {"role": "tool", "tool_call_id": "a", "content": "a"},
        {"role": "tool", "tool_call_id": "b", "content": "b"},
        {"role": "user", "content": [picture, picture]},
        {"role": "assistant", "content": "ok"},
    ]);
    assert_eq!(body["messages"], expected);
    assert_eq!(losses[0], Loss::approximated("messages[0].content[0].content[1]"));
}

#[test]
fn calls_without_ids_are_linked_by_name_and_order() {
    let call = |name: &str| json!({"type": "tool-call", "id": "", "name": name, "arguments": "{}"});
    let result = |name: &str| json!({"type": "tool-result", "call_id": "", "name": name, "value": {"ok": name}});
    let conversation = json!([
        {"role": "assistant", "content": [call("f"), call("g"), call("f")]},
        {"role": "tool", "content": [result("g"), result("f"), result("f")]},
    ]);
    let messages = messages(conversation);
    let ids: Vec<&Value> = (1..4).map(|index| &messages[index]["tool_call_id"]).collect();
    assert_eq!(ids, ["call_1", "call_0", "call_2"]);
    assert_eq!(messages[0]["tool_calls"][2]["id"], "call_2");
    assert_eq!(messages[1]["content"], "{\"ok\":\"g\"}");
}

#[test]
fn tools_go_over_with_their_schemas_as_they_are() {
    let schema =
        json!({"type": "object", "properties": {"z": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "null"}}});
    let tools = json!([
        {"type": "function", "name": "f", "description": "d", "parameters": schema, "strict": true},
        {"type": "custom", "name": "g", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
        {"type": "native", "dialect": "openai.chat", "value": {"type": "web"}},
        {"type": "native", "dialect": "gemini", "value": {}},
    ]);
    let body = openai(json!({"messages": [], "tools": tools, "parallel_tool_calls": false}));
    let expected = json!([
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": schema, "strict": true}},
        {"type": "custom", "custom": {
            "name": "g", "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "x"}},
        }},
        {"type": "web"},
    ]);
    assert_eq!(body["tools"], expected);
    assert_eq!(body["parallel_tool_calls"], false);
}

#[test]
fn every_tool_choice_has_its_form() {
    let tools =
        json!([{"type": "function", "name": "f"}, {"type": "custom", "name": "g"}, {"type": "function", "name": "h"}]);
    let choice = |choice: Value, quirks: &Quirks| {
        written(json!({"messages": [], "tools": tools, "tool_choice": choice}), quirks).0
    };
    let own = Quirks::default();
    for mode in ["auto", "none", "required"] {
        assert_eq!(choice(json!({ "mode": mode }), &own)["tool_choice"], mode);
    }
    let named = |name: &str| choice(json!({"mode": "tool", "name": name}), &own)["tool_choice"].clone();
    assert_eq!(named("f"), json!({"type": "function", "function": {"name": "f"}}));
    assert_eq!(named("g"), json!({"type": "custom", "custom": {"name": "g"}}));
    let some = json!({"mode": "required", "allowed": ["f"]});
    let only = json!({"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]});
    assert_eq!(choice(some.clone(), &own)["tool_choice"], json!({"type": "allowed_tools", "allowed_tools": only}));
    let elsewhere = choice(some, &Quirks::vendor());
    assert_eq!((&elsewhere["tool_choice"], elsewhere["tools"].as_array().unwrap().len()), (&json!("required"), 1));
    assert_eq!(openai(json!({"messages": [], "tool_choice": {"mode": "auto"}})).get("tool_choice"), None);
}

#[test]
fn sampling_and_output_options_are_written() {
    let request = json!({
        "messages": [], "max_output_tokens": 9, "temperature": 0.5, "top_p": 1, "frequency_penalty": 1,
        "presence_penalty": 2, "seed": 7, "stop": ["a", "b", "c", "d", "e"], "candidates": 2, "logprobs": {"top": 3},
        "output": {
            "format": {"kind": "json-schema", "schema": {"type": "object"}, "strict": true},
            "modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}, "verbosity": "low",
        },
        "reasoning": {"effort": "high"}, "cache": {"key": "k", "retention": "24h"}, "service_tier": "standard_only",
        "end_user": "u", "metadata": {"a": "b"}, "store": true, "stream": true,
        "native": {"openai.chat": {"logit_bias": {"1": 2}, "stream_options": {"include_obfuscation": false}}},
    });
    let expected = json!({
        "model": "gpt", "messages": [], "max_completion_tokens": 9, "temperature": 0.5, "top_p": 1,
        "frequency_penalty": 1, "presence_penalty": 2, "seed": 7, "stop": ["a", "b", "c", "d"], "n": 2,
        "logprobs": true, "top_logprobs": 3,
        "response_format": {
            "type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": true},
        },
        "modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}, "verbosity": "low",
        "reasoning_effort": "high", "prompt_cache_key": "k", "prompt_cache_retention": "24h",
        "service_tier": "default", "user": "u", "metadata": {"a": "b"}, "store": true, "stream": true,
        "stream_options": {"include_usage": true, "include_obfuscation": false}, "logit_bias": {"1": 2},
    });
    let (body, losses) = written(request, &Quirks::default());
    assert_eq!(body, expected);
    assert_eq!(losses, [Loss::approximated("stop")]);
}

#[test]
fn the_effort_is_the_clients_word_or_its_budgets() {
    let rows = [
        (json!({"effort": "xhigh"}), Some("xhigh")),
        (json!({"enabled": false, "effort": "high"}), Some("none")),
        (json!({"budget_tokens": 0}), Some("none")),
        (json!({"budget_tokens": 1024}), Some("low")),
        (json!({"budget_tokens": 8000}), Some("medium")),
        (json!({"budget_tokens": 32000}), Some("high")),
        (json!({"budget_tokens": -1}), None),
        (json!({"enabled": true}), None),
    ];
    for (options, word) in rows {
        let options = serde_json::from_value(options).unwrap();
        assert_eq!(effort(&options).as_deref(), word);
    }
}

#[test]
fn vendors_take_thoughts_back_and_openai_does_not() {
    let parts = json!([
        {"type": "reasoning", "text": "hm", "signature": "s", "origin": "anthropic.messages"},
        {"type": "reasoning", "opaque": "e", "id": "r1", "origin": "xai-responses-v1"},
        {"type": "text", "text": "so"},
    ]);
    let request = json!({ "messages": said("assistant", parts) });
    let (own, losses) = written(request.clone(), &Quirks::default());
    assert_eq!(own["messages"][0], json!({"role": "assistant", "content": "so"}));
    assert_eq!(losses.len(), 2);
    let (vendor, losses) = written(request.clone(), &Quirks::vendor());
    let xai = json!({"type": "reasoning.encrypted", "data": "e", "format": "xai-responses-v1", "id": "r1"});
    assert_eq!(vendor["messages"][0]["reasoning_content"], "hm");
    assert_eq!(vendor["messages"][0]["reasoning_details"], json!([xai]));
    assert_eq!(losses, [Loss::dropped("messages[0].content[0].signature")]);
    let quirks = Quirks { foreign_state: true, reasoning_member: Some("reasoning"), ..Quirks::vendor() };
    let (router, losses) = written(request, &quirks);
    let claude = json!({"type": "reasoning.text", "text": "hm", "signature": "s", "format": "anthropic-claude-v1"});
    assert_eq!(router["messages"][0]["reasoning_details"], json!([claude, xai]));
    assert_eq!(losses, []);
}

#[test]
fn a_vendors_quirks_change_what_is_written() {
    let quirks = Quirks { join_text: true, stream_usage: false, top_k: true, ..Quirks::vendor() };
    let parts = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]);
    let request = json!({"messages": said("developer", parts), "max_output_tokens": 5, "top_k": 2, "stream": true});
    let (body, losses) = written(request, &quirks);
    let expected = json!({
        "model": "gpt", "messages": [{"role": "system", "content": "a\n\nb"}], "max_tokens": 5, "top_k": 2,
        "stream": true,
    });
    assert_eq!(body, expected);
    assert_eq!(losses, [Loss::approximated("messages[0].role")]);
    let quirks = Quirks { cache_control: true, ..Quirks::vendor() };
    let parts = json!([{"type": "text", "text": "a", "cache": {"kind": "ephemeral", "ttl": "1h"}}]);
    let (body, losses) = written(json!({ "messages": said("user", parts) }), &quirks);
    assert_eq!(body["messages"][0]["content"][0]["cache_control"], json!({"type": "ephemeral", "ttl": "1h"}));
    assert_eq!(losses, []);
}
