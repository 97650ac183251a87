//! Connectors: their manifests, where they come from, and their compiled code on disk.
#![forbid(unsafe_code)]

mod cache;
mod manifest;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dragoman_sandbox::{Connector, Sandbox};
use dragoman_settings::ConnectorRef;
use sha2::{Digest as _, Sha256};

pub use cache::Cache;
pub use manifest::{AuthKind, Manifest};

/// Most bytes of a component; checked before it is read.
pub const MAX_COMPONENT_BYTES: u64 = 16 << 20;

/// Where a connector comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// One of those that the binary carries.
    Bundled(String),
    /// A component in a file.
    File(PathBuf),
}

impl From<&ConnectorRef> for Origin {
    /// Where the connector is that the configuration names.
    fn from(connector: &ConnectorRef) -> Self {
        match connector {
            ConnectorRef::Bundled(name) => Self::Bundled(name.clone()),
            ConnectorRef::File(path) => Self::File(path.clone()),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bundled(name) => out.write_str(name),
            Self::File(path) => path.display().fmt(out),
        }
    }
}

/// A connector that cannot be had, and why.
#[derive(Debug)]
pub struct CatalogueError(String);

impl std::fmt::Display for CatalogueError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for CatalogueError {}

/// Components that the binary carries, by name.
pub type Bundled = &'static [(&'static str, &'static [u8])];

/// A connector, ready for exchanges.
pub struct Entry {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// The code.
    pub connector: Connector,
}

/// The connectors of this process.
pub struct Catalogue {
    sandbox: Arc<Sandbox>,
    cache: Cache,
    bundled: Bundled,
    loaded: Mutex<BTreeMap<Origin, Arc<Entry>>>,
}

impl Catalogue {
    /// A catalogue of the `bundled` components, by name, and of files.
    #[must_use]
    pub fn new(sandbox: Arc<Sandbox>, cache: Cache, bundled: Bundled) -> Self {
        Self { sandbox, cache, bundled, loaded: Mutex::new(BTreeMap::new()) }
    }

    /// The connector from `origin`, compiled once per content and engine, and loaded once per process.
    ///
    /// # Errors
    /// There is no such connector, it has no readable manifest, or the component is invalid or imports what it may not:
    /// the error names it.
    pub fn load(&self, origin: &Origin) -> Result<Arc<Entry>, CatalogueError> {
        if let Some(entry) = self.lock().get(origin) {
            return Ok(Arc::clone(entry));
        }
        let component = component(self.bundled, origin)?;
        let manifest = Manifest::of_component(&component).map_err(|why| error(origin, &why))?;
        let digest = hex(&Sha256::digest(&component));
        let artefact = self.artefact(origin, &component, &digest)?;
        let connector = self.sandbox.load(&artefact).map_err(|why| error(origin, &why.to_string()))?;
        let entry = Arc::new(Entry { manifest, digest, connector });
        self.lock().insert(origin.clone(), Arc::clone(&entry));
        Ok(entry)
    }

    fn artefact(&self, origin: &Origin, component: &[u8], digest: &str) -> Result<Vec<u8>, CatalogueError> {
        let name = format!("{digest}-{:016x}.cwasm", self.sandbox.fingerprint());
        if let Some(artefact) = self.cache.get(&name) {
            return Ok(artefact);
        }
        let artefact = self.sandbox.compile(component).map_err(|why| error(origin, &why.to_string()))?;
        self.cache.put(&name, &artefact);
        Ok(artefact)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Origin, Arc<Entry>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the connector from `origin` says of itself. Nothing is compiled.
///
/// # Errors
/// There is no such connector, or it has no readable manifest.
pub fn manifest_of(bundled: Bundled, origin: &Origin) -> Result<Manifest, CatalogueError> {
    Manifest::of_component(&component(bundled, origin)?).map_err(|why| error(origin, &why))
}

fn component(bundled: Bundled, origin: &Origin) -> Result<Cow<'static, [u8]>, CatalogueError> {
    match origin {
        Origin::Bundled(name) => {
            let found = bundled.iter().find(|(bundled, _)| bundled == name);
            let (_, bytes) = found.ok_or_else(|| {
                let names = bundled.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                CatalogueError(format!("there is no connector `{name}`; bundled are: {names}"))
            })?;
            Ok((*bytes).into())
        }
        Origin::File(path) => read(path).map(Into::into).map_err(|why| error(origin, &why)),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|why| why.to_string())?.len();
    if size > MAX_COMPONENT_BYTES {
        return Err(format!("it has {size} bytes, more than {MAX_COMPONENT_BYTES}"));
    }
    std::fs::read(path).map_err(|why| why.to_string())
}

fn error(origin: &Origin, why: &str) -> CatalogueError {
    CatalogueError(format!("connector `{origin}`: {why}"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
