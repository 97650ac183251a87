//! JSON Schemas as Anthropic demands them.

use dragoman_connector::model::Json;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Schemas are nested no deeper than this, or are left as they are from here on.
const MAX_DEPTH: usize = 100;

/// A tool's schema: its root must say that it is an object. The second value tells whether it had to be changed.
pub(crate) fn of_tool(schema: Option<Json>) -> (Json, bool) {
    #[derive(Deserialize)]
    struct Root {
        #[serde(rename = "type")]
        kind: Option<Value>,
    }
    let Some(schema) = schema else { return (json!({"type": "object", "properties": {}}).into(), false) };
    match serde_json::from_str::<Root>(schema.text()) {
        Ok(Root { kind: Some(Value::String(kind)) }) if kind == "object" => (schema, false),
        Ok(Root { kind }) => match schema.value() {
            Value::Object(mut members) => {
                members.insert("type".into(), "object".into());
                if members.len() == 1 {
                    members.insert("properties".into(), json!({}));
                }
                // A schema that told no type at all described an object, as tools' schemas do.
                (Value::Object(members).into(), kind.is_some())
            }
            _ => (json!({"type": "object"}).into(), true),
        },
        Err(_) => (json!({"type": "object"}).into(), !matches!(schema.value(), Value::Null)),
    }
}

/// An answer's schema: every object in it must be closed to further members.
pub(crate) fn of_answer(schema: &Json) -> Value {
    let mut schema = schema.value();
    close(&mut schema, MAX_DEPTH);
    schema
}

fn close(node: &mut Value, depth: usize) {
    let (Value::Object(node), Some(depth)) = (node, depth.checked_sub(1)) else { return };
    for (name, inner) in node.iter_mut() {
        match (name.as_str(), inner) {
            ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(named)) => {
                for one in named.values_mut() {
                    close(one, depth);
                }
            }
            // Each branch of an `allOf` of several sees the members of the others: closed, none would ever hold.
            ("allOf", Value::Array(listed)) if listed.len() > 1 => {}
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(listed)) => {
                for one in listed {
                    close(one, depth);
                }
            }
            ("items" | "additionalProperties" | "not", inner) => close(inner, depth),
            _ => {}
        }
    }
    if is_object(node) && matches!(node.get("additionalProperties"), None | Some(Value::Bool(true))) {
        node.insert("additionalProperties".into(), false.into());
    }
}

fn is_object(node: &Map<String, Value>) -> bool {
    match node.get("type") {
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        _ => node.contains_key("properties"),
    }
}
