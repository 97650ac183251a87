//! The backends that the tests configure, each of which calls the same scripted upstream.

use dragoman_testkit::Reply;
use dragoman_testkit::samples::{self, Dialect, Kind};

/// The key of every backend, in the variable `TEST_KEY`.
pub const KEY: &str = "the-gateways-own-key";

/// A backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    /// Its name, which is also the first segment of its base URL's path.
    pub id: &'static str,
    /// Its `backend_type`.
    pub kind: &'static str,
    /// Its further keys, in YAML flow style.
    pub rest: &'static str,
    /// What its provider speaks.
    pub dialect: Dialect,
}

const fn backend(id: &'static str, kind: &'static str, rest: &'static str, dialect: Dialect) -> Backend {
    Backend { id, kind, rest, dialect }
}

/// All backends that call a provider.
pub const BACKENDS: [Backend; 5] = [
    backend("chat", "openai", ", settings: {api: chat}", Dialect::Chat),
    backend("responses", "openai", ", settings: {api: responses}", Dialect::Responses),
    backend("compatible", "custom", "", Dialect::Chat),
    backend("anthropic", "anthropic", "", Dialect::Messages),
    backend("gemini", "gemini", "", Dialect::Gemini),
];

impl Backend {
    /// Its definition, for a base URL below `upstream`.
    #[must_use]
    pub fn yaml(&self, upstream: &str) -> String {
        let Self { id, kind, rest, .. } = self;
        format!(
            "  {id}: {{backend_type: {kind}, api_base_url: \"{upstream}/{id}/v1\", api_key_env_var: TEST_KEY{rest}}}\n"
        )
    }

    /// A model of it, as clients name it.
    #[must_use]
    pub fn model(&self) -> String {
        format!("{}:sample", self.id)
    }

    /// What its provider answers.
    #[must_use]
    pub fn reply(&self, kind: Kind, stream: bool) -> Reply {
        if stream {
            Reply::sse(samples::events(self.dialect, kind))
        } else {
            Reply::whole(200, "application/json", samples::whole(self.dialect, kind))
        }
    }

    /// The path of a chat call to its provider.
    #[must_use]
    pub fn path(&self, stream: bool) -> String {
        let own = match (self.dialect, stream) {
            (Dialect::Chat, _) => "/chat/completions",
            (Dialect::Responses, _) => "/responses",
            (Dialect::Messages, _) => "/messages",
            (Dialect::Gemini, false) => "/models/sample:generateContent",
            (Dialect::Gemini, true) => "/models/sample:streamGenerateContent",
        };
        format!("/{}/v1{own}", self.id)
    }
}
