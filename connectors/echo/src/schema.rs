//! JSON that fits a schema.

use serde_json::{Map, Value, json};

/// How deep a document is built; what lies below is null.
const DEEPEST: usize = 16;

/// Most values of one document, however a schema multiplies them.
const MOST_VALUES: usize = 1_000;

/// The least JSON that fits `schema`, with `words` for its texts. It fits simple schemas: types, enums, constants,
/// defaults, required members, references, unions and bounds on numbers and lists; patterns are not looked at.
pub(crate) fn fitting(schema: &Value, words: &str) -> Value {
    Builder { root: schema, words, left: MOST_VALUES }.value(schema, 0)
}

struct Builder<'a> {
    root: &'a Value,
    words: &'a str,
    left: usize,
}

impl Builder<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > DEEPEST || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        if let Some(value) = given(schema) {
            return value.clone();
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let root = self.root;
            let target =
                target.strip_prefix('#').and_then(|pointer| root.pointer(pointer)).cloned().unwrap_or_default();
            return self.value(&target, depth + 1);
        }
        if let Some(branch) = ["anyOf", "oneOf", "allOf"].iter().find_map(|name| first(schema.get(*name))) {
            let branch = branch.clone();
            return self.value(&branch, depth + 1);
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.list(schema, depth),
            "string" => Value::String(self.words.to_owned()),
            "integer" | "number" => least(schema),
            "boolean" => Value::Bool(true),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let mut members = Map::new();
        for name in required {
            let inner = schema
                .get("properties")
                .and_then(|all| all.get(name))
                .cloned()
                .unwrap_or_else(|| json!({"type": "string"}));
            members.insert(name.to_owned(), self.value(&inner, depth + 1));
        }
        Value::Object(members)
    }

    fn list(&mut self, schema: &Value, depth: usize) -> Value {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        let inner = schema.get("items").cloned().unwrap_or_default();
        let count = usize::try_from(least).unwrap_or(usize::MAX).min(self.left);
        Value::Array((0..count).map(|_| self.value(&inner, depth + 1)).collect())
    }
}

/// A value that the schema itself gives.
fn given(schema: &Value) -> Option<&Value> {
    schema.get("const").or_else(|| schema.get("default")).or_else(|| first(schema.get("enum")))
}

fn first(list: Option<&Value>) -> Option<&Value> {
    list.and_then(Value::as_array).and_then(|list| list.first())
}

fn kind(schema: &Value) -> &str {
    let stated =
        schema.get("type").and_then(|kind| kind.as_str().or_else(|| first(Some(kind)).and_then(Value::as_str)));
    let implied = if schema.get("properties").is_some() { "object" } else { "string" };
    stated.unwrap_or(implied)
}

fn least(schema: &Value) -> Value {
    schema.get("minimum").filter(|least| least.is_number()).cloned().unwrap_or_else(|| json!(1))
}
