//! The API's own notation of schemas into JSON Schema.
//!
//! The notation is that of OpenAPI 3.0 with type names in capitals: <https://ai.google.dev/api/caching#Schema>. What is
//! JSON Schema already comes out as it went in.

use serde_json::{Map, Value};

use super::names;

/// The types by their number.
const TYPES: [&str; 8] = ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"];

/// The members whose name may be written in snake case.
const SNAKE: [(&str, &str); 13] = [
    ("any_of", "anyOf"),
    ("one_of", "oneOf"),
    ("all_of", "allOf"),
    ("prefix_items", "prefixItems"),
    ("additional_properties", "additionalProperties"),
    ("min_items", "minItems"),
    ("max_items", "maxItems"),
    ("min_length", "minLength"),
    ("max_length", "maxLength"),
    ("min_properties", "minProperties"),
    ("max_properties", "maxProperties"),
    ("unique_items", "uniqueItems"),
    ("multiple_of", "multipleOf"),
];

const BOUNDS: [&str; 8] =
    ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minimum", "maximum"];

/// The JSON Schema that means the same. Nesting is bounded by the reader of the JSON text.
pub(super) fn plain(schema: Value) -> Value {
    let Value::Object(map) = schema else { return schema };
    let mut out = Map::with_capacity(map.len());
    let (mut nullable, mut order) = (false, Vec::new());
    for (name, value) in map {
        let name = SNAKE.iter().find(|(snake, _)| *snake == name).map_or(name, |(_, camel)| (*camel).to_owned());
        match name.as_str() {
            // A null says something here only.
            "default" | "example" | "const" => _ = out.insert(name, value),
            _ if value.is_null() => {}
            "nullable" => nullable = value == Value::Bool(true),
            // It stays as an annotation, for this dialect goes by it alone and not by the order of the properties.
            "propertyOrdering" | "property_ordering" => {
                order = names::list(Some(value.clone()));
                out.insert(name, value);
            }
            _ => {
                if let Some(value) = member(&name, value) {
                    out.insert(name, value);
                }
            }
        }
    }
    if !order.is_empty()
        && let Some(Value::Object(properties)) = out.get_mut("properties")
    {
        *properties = ordered(std::mem::take(properties), &order);
    }
    // Beside `enum` this format only repeats it.
    if out.contains_key("enum") && out.get("format").is_some_and(|format| format == "enum") {
        out.shift_remove("format");
    }
    if nullable { with_null(out) } else { Value::Object(out) }
}

fn member(name: &str, value: Value) -> Option<Value> {
    match (name, value) {
        ("type", value) => kind(value),
        ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(map)) => {
            Some(Value::Object(map.into_iter().map(|(name, schema)| (name, plain(schema))).collect()))
        }
        ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(items)) => {
            Some(Value::Array(items.into_iter().map(plain).collect()))
        }
        ("items" | "additionalProperties" | "not", value) => Some(plain(value)),
        (name, Value::String(text)) if BOUNDS.contains(&name) => {
            Some(names::number(&text).unwrap_or(Value::String(text)))
        }
        (_, value) => Some(value),
    }
}

/// A type in JSON Schema's word; none where it is not specified.
fn kind(value: Value) -> Option<Value> {
    match value {
        Value::Array(items) => Some(Value::Array(items.into_iter().filter_map(kind).collect())),
        value => match names::word(&value, &TYPES) {
            Some(word) if word == "TYPE_UNSPECIFIED" => None,
            Some(word) if TYPES.contains(&word.as_str()) => Some(word.to_ascii_lowercase().into()),
            _ => Some(value),
        },
    }
}

/// The properties in the order that is asked for; those that it does not name come last.
fn ordered(mut properties: Map<String, Value>, order: &[Value]) -> Map<String, Value> {
    let mut out = Map::with_capacity(properties.len());
    for name in order.iter().filter_map(Value::as_str) {
        if let Some(schema) = properties.get_mut(name).filter(|_| !out.contains_key(name)) {
            out.insert(name.to_owned(), schema.take());
        }
    }
    for (name, schema) in properties {
        out.entry(name).or_insert(schema);
    }
    out
}

/// The same schema, null allowed.
fn with_null(mut schema: Map<String, Value>) -> Value {
    let null = || Value::from("null");
    match (schema.get_mut("type"), "anyOf") {
        (Some(kind @ Value::String(_)), _) => {
            let single = kind.take();
            *kind = if single == null() { single } else { Value::Array(vec![single, null()]) };
        }
        (Some(Value::Array(kinds)), _) if !kinds.contains(&null()) => kinds.push(null()),
        (Some(_), _) => {}
        (None, any_of) => {
            let branch = Value::Object(Map::from_iter([("type".to_owned(), null())]));
            let Some(Value::Array(branches)) = schema.get_mut(any_of) else {
                return Value::Object(Map::from_iter([(
                    any_of.to_owned(),
                    Value::Array(vec![Value::Object(schema), branch]),
                )]));
            };
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
    }
    if let Some(Value::Array(allowed)) = schema.get_mut("enum")
        && !allowed.contains(&Value::Null)
    {
        allowed.push(Value::Null);
    }
    Value::Object(schema)
}
