use dragoman_connector::{Begin, Context, Provider, Relay};
use serde_json::{Value, json};

use super::{asked, asked_of, block, call, call_in, request, told, with};
use crate::Anthropic;

#[test]
fn a_request_carries_what_anthropic_has_a_word_for() {
    let (body, losses) = asked(with(json!({
        "max_output_tokens": 100, "temperature": 0.5, "top_k": 40.0, "stop": ["END"], "end_user": "u1",
        "service_tier": "default", "stream": true, "native": {"anthropic.messages": {"container": "c_1"}},
    })));
    let mut expected = json!({
        "model": "claude-sonnet-4-5", "max_tokens": 100, "temperature": 0.5, "top_k": 40, "stop_sequences": ["END"],
        "metadata": {"user_id": "u1"}, "service_tier": "standard_only", "stream": true, "container": "c_1",
    });
    expected["messages"] = json!([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]);
    assert_eq!(body, expected);
    assert!(losses.is_empty(), "{losses:?}");
}

#[test]
fn what_anthropic_has_no_word_for_is_told() {
    let (_, losses) = asked(with(json!({
        "seed": 1, "frequency_penalty": 0.5, "presence_penalty": 0.5, "candidates": 2, "logprobs": {}, "store": true,
        "metadata": {"a": "b"}, "cache": {"key": "k", "retention": "24h"}, "stop": [" "],
        "output": {"verbosity": "low", "modalities": ["text", "audio"]}, "native": {"openai.chat": {"prediction": {}}},
    })));
    for path in [
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "candidates",
        "logprobs",
        "store",
        "metadata",
        "cache.key",
        "cache.retention",
        "stop",
        "output.verbosity",
        "output.modalities",
        "prediction",
    ] {
        assert!(losses.contains(&format!("{path}: dropped")), "{path} in {losses:?}");
    }
}

#[test]
fn temperature_ends_at_one_and_stands_alone_in_newer_models() {
    let sampling = || with(json!({"temperature": 1.5, "top_p": 0.9}));
    let (body, losses) = asked(sampling());
    assert_eq!((&body["temperature"], &body["top_p"]), (&json!(1), &Value::Null));
    assert_eq!(losses, ["temperature: approximated", "top_p: dropped"]);
    let (body, _) = asked_of("claude-3-5-haiku-20241022", sampling());
    assert_eq!((&body["temperature"], &body["top_p"]), (&json!(1), &json!(0.9)));
    let (body, losses) = asked_of("claude-opus-4-7", sampling());
    assert_eq!((&body["temperature"], &body["top_p"]), (&Value::Null, &Value::Null));
    assert_eq!(losses, ["temperature: dropped", "top_p: dropped"]);
}

#[test]
fn the_backend_may_set_the_limit_and_the_version() {
    let mut context = super::context();
    context.settings = json!({"default_max_tokens": 77, "version": "2099-01-01"}).as_object().unwrap().clone();
    let call = call_in(&context, with(json!({})));
    assert_eq!(told(&call).0["max_tokens"], 77);
    assert!(format!("{call:?}").contains("(\"anthropic-version\", \"2099-01-01\")"));
}

#[test]
fn beta_features_of_the_client_and_of_stored_files_are_asked_for() {
    let mut context = super::context();
    context.headers = vec![("anthropic-beta".into(), "a-1".into()), ("anthropic-beta".into(), "b-2".into())];
    let file = json!({"type": "document", "source": {"type": "file", "id": "file_1"}});
    let call = call_in(&context, json!({"model": "m", "messages": [{"role": "user", "content": [file]}]}));
    assert!(format!("{call:?}").contains("(\"anthropic-beta\", \"a-1,b-2,files-api-2025-04-14\")"));
}

#[test]
fn tools_keep_the_text_of_their_schemas() {
    let call = call(with(json!({"tools": [{
        "type": "function", "name": "f", "description": "d", "strict": true, "cache": {"kind": "ephemeral"},
        "parameters": {"type": "object", "properties": {"z": {}, "a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {}}},
        "native": {"anthropic.messages": {"defer_loading": true}},
    }]})));
    let schema =
        r##""input_schema":{"type":"object","properties":{"z":{},"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{}}}"##;
    assert!(call.body_text().contains(schema), "{}", call.body_text());
    let tool = &told(&call).0["tools"][0];
    assert_eq!((&tool["strict"], &tool["defer_loading"]), (&json!(true), &json!(true)));
    assert_eq!(tool["cache_control"], json!({"type": "ephemeral"}));
}

#[test]
fn a_tools_schema_always_says_that_it_is_an_object() {
    let schema = |parameters: Value| {
        let (body, losses) =
            asked(with(json!({"tools": [{"type": "function", "name": "f", "parameters": parameters}]})));
        (body["tools"][0]["input_schema"].clone(), losses.len())
    };
    let empty = json!({"type": "object", "properties": {}});
    assert_eq!(schema(Value::Null), (empty.clone(), 0));
    assert_eq!(schema(json!({})), (empty, 0));
    assert_eq!(schema(json!({"anyOf": []})), (json!({"anyOf": [], "type": "object"}), 0));
    assert_eq!(schema(json!({"type": ["object", "null"]})).1, 1);
}

#[test]
fn a_tool_for_free_text_takes_one_text() {
    let custom =
        json!({"type": "custom", "name": "sh", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}});
    let call = json!({"type": "tool-call", "id": "a", "name": "sh", "arguments": "ls", "kind": "custom"});
    let (body, losses) =
        asked(json!({"model": "m", "tools": [custom], "messages": [{"role": "assistant", "content": [call]}]}));
    assert_eq!(body["tools"][0]["input_schema"]["required"], json!(["input"]));
    assert_eq!(body["messages"][0]["content"][0]["input"], json!({"input": "ls"}));
    assert_eq!(losses, ["tools[0]: approximated"]);
}

#[test]
fn names_that_anthropic_refuses_are_turned_back_in_answers() {
    let mut provider = Anthropic::default();
    let tools = json!({"tools": [{"type": "function", "name": "a.b"}], "tool_choice": {"mode": "tool", "name": "a.b"}});
    let Begin::Call(call) = provider.chat(&super::context(), request(with(tools))).unwrap() else { panic!() };
    let body = told(&call).0;
    let name = body["tools"][0]["name"].as_str().unwrap();
    assert!(!name.contains('.'));
    assert_eq!(body["tool_choice"], json!({"type": "tool", "name": name}));
    let answer = json!({"content": [{"type": "tool_use", "id": "t", "name": name, "input": {}}]}).to_string();
    let response = serde_json::to_value(provider.response(&answer).unwrap()).unwrap();
    assert_eq!(response["candidates"][0]["content"][0]["name"], "a.b");
}

#[test]
fn every_choice_of_tools_has_its_word() {
    let choice = |choice: Value, more: Value| {
        let mut document = with(json!({"tools": [{"type": "function", "name": "f"}], "tool_choice": choice}));
        document["parallel_tool_calls"] = more;
        let (body, losses) = asked(document);
        (body["tool_choice"].clone(), losses)
    };
    let mode = |mode: &str| choice(json!({"mode": mode}), Value::Null).0;
    assert_eq!(mode("auto"), json!({"type": "auto"}));
    assert_eq!(mode("required"), json!({"type": "any"}));
    assert_eq!(mode("none"), json!({"type": "none"}));
    let one = json!({"type": "any", "disable_parallel_tool_use": true});
    assert_eq!(choice(json!({"mode": "required"}), json!(false)).0, one);
    let alone = json!({"type": "auto", "disable_parallel_tool_use": true});
    assert_eq!(choice(Value::Null, json!(false)).0, alone);
    let some = choice(json!({"mode": "required", "allowed": ["f", "g"]}), Value::Null);
    assert_eq!(some, (json!({"type": "any"}), vec!["tool_choice.allowed: approximated".to_owned()]));
    let only = choice(json!({"mode": "required", "allowed": ["f"]}), Value::Null);
    assert_eq!(only, (json!({"type": "tool", "name": "f"}), vec![]));
    let without_tools = asked(with(json!({"tool_choice": {"mode": "required"}})));
    assert_eq!(without_tools.1, ["tool_choice: dropped"]);
}

#[test]
fn an_answers_schema_is_closed() {
    let schema = json!({"type": "object", "properties": {
        "a": {"anyOf": [{"type": "object", "properties": {}}, {"type": "null"}]},
        "b": {"type": "array", "items": {"$ref": "#/$defs/B"}},
        "c": {"type": "object", "additionalProperties": {"type": "string"}},
        "default": {"type": "string", "minLength": 2},
    }, "$defs": {"B": {"properties": {}, "additionalProperties": true}}});
    let format = json!({"output": {"format": {"kind": "json-schema", "schema": schema, "strict": true}}});
    let written = asked(with(format)).0["output_config"]["format"].clone();
    assert_eq!(written["type"], "json_schema");
    let schema = &written["schema"];
    for pointer in ["", "/properties/a/anyOf/0", "/$defs/B"] {
        assert_eq!(schema.pointer(pointer).unwrap()["additionalProperties"], false, "{pointer}");
    }
    assert_eq!(schema["properties"]["c"]["additionalProperties"], json!({"type": "string"}));
    assert_eq!(schema["properties"]["default"], json!({"type": "string", "minLength": 2}));
}

#[test]
fn json_without_a_schema_cannot_be_asked_for() {
    let (body, losses) = asked(with(json!({"output": {"format": {"kind": "json"}}})));
    assert!(body.get("output_config").is_none());
    assert_eq!(losses, ["output.format: dropped"]);
}

#[test]
fn media_are_written_in_every_form() {
    let source = |tag: &str, source: Value| block("user", json!({"type": tag, "source": source})).0["source"].clone();
    let inline = |media_type: Value, data: &str| json!({"type": "inline", "media_type": media_type, "data": data});
    let base64 = |media_type: &str, data: &str| json!({"type": "base64", "media_type": media_type, "data": data});
    assert_eq!(source("image", inline(json!("image/jpg"), "AA==")), base64("image/jpeg", "AA=="));
    assert_eq!(source("image", inline(Value::Null, "R0lGODdh")), base64("image/gif", "R0lGODdh"));
    assert_eq!(source("document", inline(Value::Null, "JVBERi0x")), base64("application/pdf", "JVBERi0x"));
    let plain = json!({"type": "text", "media_type": "text/plain", "data": "hi"});
    assert_eq!(source("document", inline(json!("text/plain"), "aGk=")), plain);
    assert_eq!(source("document", json!({"type": "text", "text": "hi"})), plain);
    let url = json!({"type": "url", "url": "https://x.example/a.png"});
    assert_eq!(source("image", url.clone()), url);
    let parts = json!({"type": "parts", "content": [{"type": "text", "text": "a"}]});
    let content = json!({"type": "content", "content": [{"type": "text", "text": "a"}]});
    assert_eq!(source("document", parts), content);
    let foreign = json!({"type": "image", "source": {"type": "file", "id": "f", "origin": "openai.chat"}});
    assert_eq!(block("user", foreign).1, ["messages[0].content[0]: dropped"]);
}

#[test]
fn a_document_keeps_what_is_said_about_it() {
    let (written, losses) = block(
        "user",
        json!({
            "type": "document", "source": {"type": "url", "url": "https://x.example"}, "name": "T", "context": "C",
            "citations": true, "cache": {"ttl": "5m"},
        }),
    );
    assert_eq!(
        written,
        json!({
            "type": "document", "source": {"type": "url", "url": "https://x.example"}, "title": "T", "context": "C",
            "citations": {"enabled": true}, "cache_control": {"type": "ephemeral", "ttl": "5m"},
        })
    );
    assert!(losses.is_empty());
}

#[test]
fn a_token_count_leaves_out_what_only_answers_need() {
    let document = with(json!({"max_output_tokens": 5, "temperature": 1, "stream": true, "stop": ["a"]}));
    let Begin::Call(call) = Anthropic::default().count_tokens(&super::context(), request(document)).unwrap() else {
        panic!()
    };
    assert_eq!(call.path(), "/messages/count_tokens");
    let body = told(&call).0;
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["model", "messages"]);
}

#[test]
fn a_relay_changes_nothing_but_the_model() {
    let context = Context { model: "claude-x".into(), stream: true, ..Context::default() };
    let call = Anthropic::default().relay(&context, "chat", &Relay::default()).unwrap();
    assert_eq!(call.path(), "/messages");
    let shown = format!("{call:?}");
    assert!(
        shown.contains("pointer: \"/model\"") && shown.contains("claude-x") && shown.contains("\"sse\""),
        "{shown}"
    );
    let count = Anthropic::default().relay(&context, "tokens.count", &Relay::default()).unwrap();
    assert_eq!(count.path(), "/messages/count_tokens");
}
