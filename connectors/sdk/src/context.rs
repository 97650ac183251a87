//! What the host tells a connector about the exchange.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What the host tells a connector about the exchange.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The backend's `settings:`, checked against the manifest's schema.
    pub settings: Map<String, Value>,
    /// The model by the provider's name.
    pub model: String,
    /// The client's dialect.
    pub client_dialect: String,
    /// The client's dialect where the input is the client's own document, to be relayed; otherwise empty.
    pub dialect: String,
    /// Headers of the client that carry meaning in its dialect (`anthropic-version`, `anthropic-beta`, `openai-beta`).
    pub headers: Vec<(String, String)>,
    /// Whether the client wants the answer in pieces.
    pub stream: bool,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// Hexadecimal digits, different for each exchange.
    pub seed: String,
}

impl Context {
    /// The setting `name`, where it is a text.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).and_then(Value::as_str)
    }

    /// The client's header `name`, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The client's own document as far as a relay needs it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Relay {
    /// Its small top-level members.
    pub members: Map<String, Value>,
    /// The names of those left out because of their size.
    pub omitted: Vec<String>,
}
