//! The schema files, as they are and closed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

/// The chat documents' place; their schemas are `CHAT` and a word.
pub(crate) const CHAT: &str = "https://dragoman.dev/schemas/dragoman.chat/1/";
/// The place of the documents that host and connector alone exchange.
pub(crate) const CONNECTOR: &str = "https://dragoman.dev/schemas/dragoman.connector/1/";
/// The place of the embeddings documents.
pub(crate) const EMBEDDINGS: &str = "https://dragoman.dev/schemas/dragoman.embeddings/1/";
/// The listing of models.
pub(crate) const MODELS: &str = "https://dragoman.dev/schemas/dragoman.models/1/list";
/// The token count.
pub(crate) const TOKENS: &str = "https://dragoman.dev/schemas/dragoman.tokens/1/count";

/// Every schema by its `$id`.
pub(crate) static OPEN: LazyLock<BTreeMap<String, Value>> = LazyLock::new(read);

/// The same schemas, with no room for members that they do not name.
static CLOSED: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let mut schemas = OPEN.clone();
    schemas.values_mut().for_each(close);
    schemas
});

fn read() -> BTreeMap<String, Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../wit/schemas");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let schemas = files.map(|path| {
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        (schema["$id"].as_str().unwrap_or_else(|| panic!("{} has no $id", path.display())).to_owned(), schema)
    });
    schemas.collect()
}

/// Closes every schema of an object whose members it tells. One without `type` only adds to another's members.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(members) => {
            members.values_mut().for_each(close);
            let tells = members.contains_key("properties") || members.contains_key("$ref");
            if tells && members.get("type").is_some_and(|kind| kind == "object") {
                members.insert("unevaluatedProperties".into(), false.into());
            }
        }
        _ => {}
    }
}

fn registry(schemas: &'static BTreeMap<String, Value>) -> Registry<'static> {
    let mut builder = Registry::new();
    for (id, schema) in schemas {
        builder = builder.add(id, schema).unwrap();
    }
    builder.prepare().unwrap()
}

/// A schema and the address that it was found at.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) address: String,
    pub(crate) schema: &'static Value,
}

/// What `reference` leads to where it stands in the schema at the address `base`.
pub(crate) fn find(base: &str, reference: &str) -> Option<Found> {
    let base = jsonschema::uri::from_str(base).ok()?;
    let address = jsonschema::uri::resolve_against(&base.borrow(), reference).ok()?.to_string();
    let (id, pointer) = address.split_once('#').unwrap_or((&address, ""));
    let schema = OPEN.get(id)?.pointer(pointer)?;
    Some(Found { address, schema })
}

/// A check against the closed form of the schema that `reference` names.
pub(crate) struct Check(Validator);

impl Check {
    pub(crate) fn new(reference: &str) -> Self {
        let registry = registry(&CLOSED);
        Self(jsonschema::options().with_registry(&registry).build(&json!({"$ref": reference})).unwrap())
    }

    /// What is wrong with `document`, each complaint with its place.
    pub(crate) fn complaints(&self, document: &Value) -> Vec<String> {
        let complaints = self.0.iter_errors(document);
        complaints.map(|error| format!("at {}: {}", error.instance_path(), shortened(&error.to_string()))).collect()
    }

    /// Fails where anything is wrong with `document`.
    pub(crate) fn pass(&self, document: &Value, about: &str) {
        let complaints = self.complaints(document);
        assert!(complaints.is_empty(), "{about}: {complaints:#?}");
    }
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    let tail: String = text.chars().skip(count.saturating_sub(200)).collect();
    if count > 400 { format!("{}...{tail}", text.chars().take(200).collect::<String>()) } else { text.to_owned() }
}
