//! Which connector a backend uses, and what its manifest says.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::auth::Auth;

/// The connector of a backend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectorRef {
    /// One that is bundled with the program, by name.
    Bundled(String),
    /// A component in a file; relative paths have been made relative to the file that names them.
    File(PathBuf),
}

impl ConnectorRef {
    /// What ends in `.wasm` or has a `/` is a path, relative to `folder`; anything else is a bundled name.
    pub(crate) fn parse(text: &str, folder: &Path) -> Self {
        if text.contains('/') || Path::new(text).extension().is_some_and(|extension| extension == "wasm") {
            Self::File(folder.join(text))
        } else {
            Self::Bundled(text.to_owned())
        }
    }
}

impl fmt::Display for ConnectorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled(name) => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// What a connector's manifest tells the configuration.
#[derive(Debug, Clone)]
pub struct ConnectorFacts {
    /// The provider's base URL, for backends that name none.
    pub base_url: Option<String>,
    /// The environment variable that usually holds the key.
    pub key_variable: Option<String>,
    /// Where the provider expects the key.
    pub auth: Auth,
    /// The JSON Schema of the backend's `settings`; `true` takes anything.
    pub settings_schema: Json,
    /// Whether it answers by itself, without URL and key.
    pub local: bool,
}
