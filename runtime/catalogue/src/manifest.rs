//! What a connector says of itself, in a custom section of its component.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use wasmparser::{Parser, Payload};

/// The custom section that holds the manifest, a JSON document.
pub(crate) const SECTION: &str = "dragoman:manifest";
/// Most bytes of a manifest.
const MAX_BYTES: usize = 64 << 10;

/// How a backend's key is sent where its configuration does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum AuthKind {
    /// `Authorization: Bearer KEY`.
    #[default]
    Bearer,
    /// The bare key in the header `name`.
    Header {
        /// The header.
        name: String,
    },
    /// The bare key in the query parameter `name`.
    Query {
        /// The parameter.
        name: String,
    },
    /// Not at all.
    None,
}

/// What a connector says of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name.
    pub id: String,
    /// Its own version.
    pub version: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub summary: String,
    /// The provider's base URL, where there is one for all.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The environment variable that usually holds the provider's key.
    #[serde(default)]
    pub key_variable: Option<String>,
    /// How the key is sent.
    #[serde(default)]
    pub auth: AuthKind,
    /// `chat`, `models.list`, `tokens.count`.
    pub operations: Vec<String>,
    /// The client dialects that it hands on untouched.
    #[serde(default)]
    pub dialects: BTreeMap<String, Condition>,
    /// JSON Schema of its settings.
    #[serde(default = "no_settings")]
    pub settings: Value,
    /// It answers by itself: no upstream, no key.
    #[serde(default)]
    pub local: bool,
}

/// When a dialect is handed on.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Each setting named must have one of these values, its schema's `default` counting where it is not set.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<Value>>,
}

fn no_settings() -> Value {
    serde_json::json!({"type": "object", "properties": {}, "additionalProperties": false})
}

impl Manifest {
    /// Reads the manifest out of a component.
    ///
    /// # Errors
    /// What is missing or wrong, for people.
    pub fn of_component(component: &[u8]) -> Result<Self, String> {
        if !component.starts_with(b"\0asm") {
            return Err("it is not WebAssembly".into());
        }
        if !Parser::is_component(component) {
            return Err("it is a core module, not a component; build it with `cargo xtask connectors`".into());
        }
        // Depth 0 is the component itself; sections of the modules inside it are none of ours.
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(component) {
            match payload.map_err(|error| format!("it is not a valid component: {error}"))? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                    return Self::read(section.data());
                }
                _ => {}
            }
        }
        Err(format!("it has no manifest (custom section `{SECTION}`)"))
    }

    fn read(data: &[u8]) -> Result<Self, String> {
        if data.len() > MAX_BYTES {
            return Err(format!("its manifest has more than {MAX_BYTES} bytes"));
        }
        serde_json::from_slice(data).map_err(|error| format!("its manifest is wrong: {error}"))
    }

    /// Whether it does `operation`.
    #[must_use]
    pub fn does(&self, operation: &str) -> bool {
        self.operations.iter().any(|one| one == operation)
    }

    /// Whether it hands documents of `dialect` on untouched, with `settings`.
    #[must_use]
    pub fn relays(&self, dialect: &str, settings: &Map<String, Value>) -> bool {
        self.dialects.get(dialect).is_some_and(|condition| {
            condition.when.iter().all(|(name, values)| {
                let default = || self.settings.get("properties")?.get(name)?.get("default");
                settings.get(name).or_else(default).is_some_and(|value| values.contains(value))
            })
        })
    }
}
