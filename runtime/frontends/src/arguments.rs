//! The arguments of a tool call as an object.

use serde_json::{Map, Value};

/// The object that the text of a call's arguments means. Nothing, null and `[]` (as PHP writes no arguments) are `{}`;
/// what else is no object stands in its member `input`.
pub(crate) fn object(text: &str) -> Map<String, Value> {
    let value = match serde_json::from_str(text) {
        Ok(Value::Object(map)) => return map,
        Ok(Value::Null) => return Map::new(),
        Ok(Value::Array(items)) if items.is_empty() => return Map::new(),
        Err(_) if text.trim().is_empty() => return Map::new(),
        Ok(other) => other,
        Err(_) => text.into(),
    };
    Map::from_iter([("input".to_owned(), value)])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn arguments_of_any_kind_are_an_object() {
        let table = [
            (r#"{"b": 1, "a": 2}"#, json!({"b": 1, "a": 2})),
            ("", json!({})),
            (" \n", json!({})),
            ("null", json!({})),
            ("[]", json!({})),
            ("[1]", json!({"input": [1]})),
            ("\"Oslo\"", json!({"input": "Oslo"})),
            ("{\"broken", json!({"input": "{\"broken"})),
        ];
        for (text, object) in table {
            assert_eq!(Value::Object(super::object(text)), object, "{text}");
        }
    }
}
