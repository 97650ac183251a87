//! The JSON Schema of the configuration, for editors.

use serde_json::{Map, Value as Json, json};

use crate::keys::{BACKEND, Key, Kind, TOP, Table};
use crate::preset::PRESETS;

/// The JSON Schema (draft 7) of the main file, `dragoman.yaml`.
pub fn schema() -> Json {
    document("Dragoman", "The configuration of Dragoman, an LLM gateway.", &TOP)
}

/// The JSON Schema (draft 7) of `backends/<id>/backend.yaml`.
pub fn backend_schema() -> Json {
    document("Dragoman backend", "A backend of Dragoman; its name is that of the folder.", &BACKEND)
}

fn document(title: &str, description: &str, table: &Table) -> Json {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(title));
    schema.insert("description".to_owned(), json!(description));
    schema.extend(section(table));
    Json::Object(schema)
}

fn section(table: &Table) -> Map<String, Json> {
    let mut properties = Map::new();
    for key in table.keys {
        properties.insert(key.name.to_owned(), property(key, key.doc.to_owned()));
        if let Some(alias) = key.alias {
            properties.insert(alias.to_owned(), property(key, format!("The same as {}.", key.name)));
        }
    }
    object(&[
        ("type", json!(["object", "null"])),
        ("properties", Json::Object(properties)),
        ("additionalProperties", json!(false)),
    ])
}

fn property(key: &Key, description: String) -> Json {
    let mut schema = value(key);
    schema.insert("description".to_owned(), Json::String(description));
    if !key.default.is_empty() {
        schema.insert("default".to_owned(), default(key));
    }
    Json::Object(schema)
}

/// Every scalar may also be a reference to an environment variable.
fn value(key: &Key) -> Map<String, Json> {
    let or_reference = |schema: Json| object(&[("anyOf", json!([schema, {"type": "string", "pattern": "\\$\\{"}]))]);
    let mapping = |members: Json| object(&[("type", json!(["object", "null"])), ("additionalProperties", members)]);
    match &key.kind {
        Kind::Text if key.name == "backend_type" => {
            let presets: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            object(&[("type", json!("string")), ("examples", json!(presets))])
        }
        Kind::Text => object(&[("type", json!("string"))]),
        Kind::Words(words) => or_reference(json!({"enum": words})),
        Kind::Flag => or_reference(json!({"type": "boolean"})),
        Kind::Count => or_reference(json!({"type": "integer", "minimum": 0})),
        Kind::Duration => or_reference(measure("number", "^[0-9.]+ ?(us|ms|s|m|h)?$")),
        Kind::Size => or_reference(measure("integer", "^[0-9]+ ?(B|KiB|MiB|GiB|KB|MB|GB)?$")),
        Kind::Object => mapping(json!(true)),
        Kind::Headers => mapping(json!({"type": ["string", "number", "boolean"]})),
        Kind::Section(table) => section(table),
        Kind::Each(table) => mapping(Json::Object(section(table))),
    }
}

/// A bare number, or one with its unit.
fn measure(bare: &str, pattern: &str) -> Json {
    json!({"anyOf": [{"type": bare, "minimum": 0}, {"type": "string", "pattern": pattern}]})
}

fn object(members: &[(&str, Json)]) -> Map<String, Json> {
    members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn default(key: &Key) -> Json {
    match key.kind {
        Kind::Count | Kind::Flag => serde_json::from_str(key.default).unwrap_or_else(|_| json!(key.default)),
        _ => json!(key.default),
    }
}
