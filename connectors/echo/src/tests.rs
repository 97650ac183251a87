//! What echo says.
#![allow(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

use dragoman_connector::model::Response;
use dragoman_connector::model::fold::Fold;
use dragoman_connector::{Begin, Context, Provider};
use serde_json::{Value, json};

use crate::{Echo, schema};

fn context() -> Context {
    Context { seed: "5eed".into(), now_ms: 7_000, model: "echo".into(), ..Context::default() }
}

fn answer(request: Value) -> Response {
    let mut request = request;
    request.as_object_mut().unwrap().entry("model").or_insert("echo".into());
    let request = serde_json::from_value(request).unwrap();
    let Begin::Answer(events) = Echo.chat(&context(), request).unwrap() else { panic!("no answer") };
    let mut fold = Fold::default();
    for event in events {
        fold.push(event);
    }
    fold.into_response()
}

fn content(request: Value) -> Value {
    serde_json::to_value(&answer(request).candidates[0].content[0]).unwrap()
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": [{"type": "text", "text": text}]})
}

fn weather() -> Value {
    let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    json!([{"type": "function", "name": "clock"}, {"type": "function", "name": "weather", "parameters": parameters}])
}

#[test]
fn the_last_words_are_said_back() {
    let said = answer(json!({"messages": [user("one"), user("hello  big world ")]}));
    assert_eq!(
        serde_json::to_value(&said.candidates[0].content).unwrap(),
        json!([{"type": "text", "text": "hello  big world "}])
    );
    assert_eq!((said.id.as_deref(), said.created), (Some("echo-5eed"), Some(7)));
    let usage = said.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (Some(6), Some(5), Some(11)));
}

#[test]
fn a_tool_that_is_named_is_called() {
    let said = answer(json!({"messages": [user("ask weather in Rome")], "tools": weather()}));
    let call = serde_json::to_value(&said.candidates[0].content[0]).unwrap();
    let arguments = json!({"city": "ask weather in Rome"}).to_string();
    assert_eq!(call, json!({"type": "tool-call", "id": "call_5eed", "name": "weather", "arguments": arguments}));
    assert_eq!(said.candidates[0].finish.as_ref().unwrap().reason.as_str(), "tool-calls");
    assert_eq!(content(json!({"messages": [user("hi")], "tools": weather()}))["type"], "text");
}

#[test]
fn a_tool_that_is_forced_is_called() {
    let forced = |choice: Value| content(json!({"messages": [user("hi")], "tools": weather(), "tool_choice": choice}));
    assert_eq!(forced(json!({"mode": "tool", "name": "weather"}))["name"], "weather");
    assert_eq!(forced(json!({"mode": "required"}))["name"], "clock");
    assert_eq!(forced(json!({"mode": "required", "allowed": ["weather"]}))["name"], "weather");
    let none = content(json!({"messages": [user("weather")], "tools": weather(), "tool_choice": {"mode": "none"}}));
    assert_eq!(none["text"], "weather");
}

#[test]
fn a_result_is_told_as_it_came() {
    let call = json!({"type": "tool-call", "id": "c", "name": "weather", "arguments": "{}"});
    let result = json!({"type": "tool-result", "call_id": "c", "content": [{"type": "text", "text": "rain"}]});
    let messages =
        json!([user("weather"), {"role": "assistant", "content": [call]}, {"role": "tool", "content": [result]}]);
    assert_eq!(content(json!({"messages": messages, "tools": weather()}))["text"], "rain");
}

#[test]
fn json_that_is_asked_for_fits_its_schema() {
    let schema = json!({
        "type": "object", "required": ["name", "kind", "tags", "age", "next"],
        "properties": {
            "name": {"type": "string"}, "kind": {"enum": ["a", "b"]}, "optional": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 2},
            "age": {"type": "integer", "minimum": 18}, "next": {"anyOf": [{"$ref": "#/$defs/end"}]},
        },
        "$defs": {"end": {"type": ["null", "string"]}},
    });
    let format = json!({"kind": "json-schema", "schema": schema});
    let text = content(json!({"messages": [user("hi")], "output": {"format": format}}))["text"].clone();
    let told: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(told, json!({"name": "hi", "kind": "a", "tags": [true, true], "age": 18, "next": null}));
    let some = content(json!({"messages": [user("hi")], "output": {"format": {"kind": "json"}}}));
    assert_eq!(some["text"], r#"{"echo":"hi"}"#);
}

#[test]
fn a_schema_without_end_is_cut_off() {
    let endless =
        json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}});
    assert!(schema::fitting(&endless, "x").is_object());
    let wide = json!({"type": "array", "minItems": u64::MAX, "items": {"type": "string"}});
    assert!(schema::fitting(&wide, "x").as_array().unwrap().len() < 2_000);
}

#[test]
fn there_is_one_model_and_tokens_are_counted_roughly() {
    let Begin::Models(models) = Echo.list_models(&context(), "").unwrap() else { panic!("no models") };
    assert_eq!(models.models[0].id, "echo");
    let request = serde_json::from_value(json!({"model": "echo", "messages": [user("12345678")]})).unwrap();
    let Begin::Tokens(count) = Echo.count_tokens(&context(), request).unwrap() else { panic!("no count") };
    assert_eq!(count.input_tokens, Some(2));
}
