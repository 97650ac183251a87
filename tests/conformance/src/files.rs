//! The schema files by themselves.

use dragoman_model::FailureClass;
use dragoman_model::content::CitationKind;
use dragoman_model::request::{FormatKind, Role, ToolChoiceMode};
use dragoman_model::response::FinishReason;
use serde_json::Value;

use crate::schemas::{CHAT, Check, OPEN, find};

/// Calls `see` with every schema in `schema`.
fn walk<'s>(schema: &'s Value, see: &mut dyn FnMut(&'s Value)) {
    if !schema.is_object() {
        return;
    }
    see(schema);
    for keyword in ["properties", "$defs"] {
        schema[keyword].as_object().into_iter().flatten().for_each(|(_, one)| walk(one, see));
    }
    for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        schema[keyword].as_array().into_iter().flatten().for_each(|one| walk(one, see));
    }
    for keyword in ["items", "additionalProperties", "if", "then", "else", "not"] {
        walk(&schema[keyword], see);
    }
}

#[test]
fn every_file_is_a_valid_schema() {
    assert_eq!(OPEN.len(), 13);
    for (id, schema) in OPEN.iter() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{id}");
        jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut count = 0;
    for (id, schema) in OPEN.iter() {
        walk(schema, &mut |one| {
            if let Some(reference) = one["$ref"].as_str() {
                assert!(find(id, reference).is_some(), "{id}: {reference}");
                count += 1;
            }
        });
    }
    println!("{count} references");
}

#[test]
fn every_member_says_what_it_means() {
    for (id, schema) in OPEN.iter() {
        walk(schema, &mut |one| {
            for (name, member) in one["properties"].as_object().into_iter().flatten() {
                let is_told = member["description"].is_string() || member["$ref"].is_string();
                // Conditions name a member that is described elsewhere.
                let is_condition = member.as_object().is_some_and(|member| {
                    member.len() == 1 && (member.contains_key("const") || member.contains_key("enum"))
                });
                assert!(is_told || is_condition, "{id}: `{name}` has no description");
            }
        });
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            assert!(definition["description"].is_string(), "{id}: the definition `{name}` has no description");
        }
        assert!(schema["description"].is_string(), "{id} has no description");
    }
}

#[test]
fn the_words_are_those_of_the_types() {
    let words = [
        ("common#/$defs/citation_kind", CitationKind::KNOWN),
        ("common#/$defs/finish_reason", FinishReason::KNOWN),
        ("failure#/$defs/class", FailureClass::KNOWN),
        ("request#/$defs/format_kind", FormatKind::KNOWN),
        ("request#/$defs/role", Role::KNOWN),
        ("request#/$defs/tool_choice_mode", ToolChoiceMode::KNOWN),
    ];
    for (reference, known) in words {
        let found = find(CHAT, reference).unwrap();
        assert_eq!(found.schema["anyOf"][0]["enum"], serde_json::json!(known), "{reference}");
    }
}

#[test]
fn the_examples_for_readers_fit_the_schemas() {
    let readme = include_str!("../../../wit/README.md");
    let mut seen = 0;
    for name in ["request", "event"] {
        let check = Check::new(&format!("{CHAT}{name}"));
        let (_, example) = readme.split_once(&format!("```json {name}\n")).unwrap();
        let (example, _) = example.split_once("```").unwrap();
        for document in serde_json::Deserializer::from_str(example).into_iter::<Value>() {
            check.pass(&document.unwrap(), name);
            seen += 1;
        }
    }
    assert_eq!(seen, 12);
}

#[test]
fn every_file_is_in_the_table_for_readers() {
    let readme = include_str!("../../../wit/README.md");
    for id in OPEN.keys() {
        let family = id.rsplit('/').nth(2).unwrap();
        assert!(readme.contains(&format!("`{family}/1`")), "{id}");
    }
}
