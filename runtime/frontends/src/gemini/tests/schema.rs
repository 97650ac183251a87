use serde_json::{Value, json};

use super::super::schema::plain;

#[test]
fn the_apis_own_notation_becomes_json_schema() {
    let table = [
        (json!({"type": "STRING", "format": "enum", "enum": ["a"]}), json!({"type": "string", "enum": ["a"]})),
        (json!({"type": 3, "minimum": "1", "maximum": 9}), json!({"type": "integer", "minimum": 1, "maximum": 9})),
        (json!({"type": "TYPE_UNSPECIFIED", "description": null}), json!({})),
        (
            json!({"type": "ARRAY", "min_items": "2", "items": {"type": "NUMBER", "nullable": false}}),
            json!({"type": "array", "minItems": 2, "items": {"type": "number"}}),
        ),
        (
            json!({"type": "OBJECT", "propertyOrdering": ["b", "type"], "required": ["b"],
                   "properties": {"a": {"type": "STRING"}, "type": {"type": "BOOLEAN"}, "b": {"anyOf": [
                       {"type": "STRING"}, {"type": "NULL"}]}}}),
            json!({"type": "object", "propertyOrdering": ["b", "type"], "required": ["b"],
                   "properties": {"b": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                                  "type": {"type": "boolean"}, "a": {"type": "string"}}}),
        ),
    ];
    for (own, expected) in table {
        // As text: the order of the properties counts.
        assert_eq!(plain(own).to_string(), expected.to_string());
    }
}

#[test]
fn what_may_be_null_says_so() {
    let table = [
        (json!({"type": "STRING", "nullable": true}), json!({"type": ["string", "null"]})),
        (
            json!({"type": "STRING", "enum": ["a"], "nullable": true}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
        ),
        (
            json!({"any_of": [{"type": "STRING"}, {"type": "NUMBER"}], "nullable": true}),
            json!({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}),
        ),
        (json!({"$ref": "#/$defs/X", "nullable": true}), json!({"anyOf": [{"$ref": "#/$defs/X"}, {"type": "null"}]})),
    ];
    for (own, expected) in table {
        assert_eq!(plain(own), expected);
    }
}

#[test]
fn json_schema_stays_as_it_is() {
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["x"],
        "properties": {"x": {"type": ["string", "null"], "default": null}, "nullable": {"const": 1},
                       "y": {"oneOf": [{"$ref": "#/$defs/Y"}, {"type": "integer", "minimum": 0}]}},
        "$defs": {"Y": {"type": "array", "items": {"type": "string", "pattern": "^a"}, "minItems": 1}},
    });
    assert_eq!(plain(schema.clone()), schema);
    assert_eq!(plain(Value::Bool(true)), Value::Bool(true));
}
