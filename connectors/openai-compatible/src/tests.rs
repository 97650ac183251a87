//! The settings, and the relay.
#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

use dragoman_connector::{Begin, Context, Provider, Relay};
use serde_json::{Value, json};

use crate::OpenAiCompatible;

fn context(settings: Value) -> Context {
    let Value::Object(settings) = settings else { panic!("no object") };
    Context { settings, model: "m".into(), ..Context::default() }
}

fn written(settings: Value, request: Value) -> Value {
    let context = context(settings);
    let request = serde_json::from_value(request).unwrap();
    match OpenAiCompatible::new(&context).unwrap().chat(&context, request).unwrap() {
        Begin::Call(call) => serde_json::from_str(call.body_text()).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn vendors_get_their_members_and_settings_change_them() {
    let request = json!({"model": "x", "stream": true, "max_output_tokens": 5, "top_k": 2, "messages": [
        {"role": "developer", "content": [{"type": "text", "text": "d"}]},
        {"role": "assistant", "content": [{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "a"}]},
    ]});
    let expected = json!({
        "model": "m", "max_tokens": 5, "stream": true, "stream_options": {"include_usage": true}, "messages": [
            {"role": "system", "content": "d"},
            {"role": "assistant", "content": "a", "reasoning_content": "hm"},
        ],
    });
    assert_eq!(written(json!({}), request.clone()), expected);
    let settings = json!({
        "max_tokens_member": "max_completion_tokens", "stream_usage": false, "developer_role": true,
        "reasoning_member": "none", "top_k": true,
    });
    let expected = json!({
        "model": "m", "max_completion_tokens": 5, "top_k": 2, "stream": true, "messages": [
            {"role": "developer", "content": "d"},
            {"role": "assistant", "content": "a"},
        ],
    });
    assert_eq!(written(settings, request), expected);
}

#[test]
fn every_setting_of_the_manifest_is_known_here() {
    let manifest: Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
    let source = include_str!("lib.rs");
    for name in manifest["settings"]["properties"].as_object().unwrap().keys() {
        assert!(source.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn only_chat_completions_are_relayed() {
    let relayed = |dialect: &str, operation: &str| {
        let context = Context { dialect: dialect.into(), ..context(json!({})) };
        OpenAiCompatible::new(&context).unwrap().relay(&context, operation, &Relay::default())
    };
    assert_eq!(relayed("openai.chat", "chat").unwrap().path(), "/chat/completions");
    assert!(relayed("openai.responses", "chat").is_err());
    assert!(relayed("openai.chat", "tokens.count").is_err());
}
