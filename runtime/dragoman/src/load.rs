//! From the command line to checked settings.

use std::path::PathBuf;
use std::sync::Arc;

use dragoman_catalogue::{AuthKind, Cache, Catalogue, Manifest, Origin};
use dragoman_sandbox::{Limits, Sandbox};
use dragoman_settings::{
    Auth, Code, ConnectorFacts, ConnectorRef, Diagnostics, Loaded, Overrides, SandboxLimits, Source, load,
};

use crate::Exit;
use crate::bundled::CONNECTORS;
use crate::cli::ConfigOptions;

/// Loads the configuration; what is wrong with it has been printed when this fails.
pub(crate) fn settings(options: &ConfigOptions, overrides: &Overrides) -> Result<Loaded, Exit> {
    let overrides = Overrides { default_backend: options.default_backend.clone(), ..overrides.clone() };
    let source = options.config.as_deref().map_or(Source::None, Source::at);
    let env = |name: &str| std::env::var(name).ok();
    let facts = |connector: &ConnectorRef| manifest(&Origin::from(connector)).map(|manifest| facts_of(&manifest));
    let loaded = load(&source, &overrides, &env, &facts).map_err(|diagnostics| report(&diagnostics))?;
    for warning in &loaded.warnings {
        eprintln!("{}", warning.render(colours()));
    }
    Ok(loaded)
}

/// The catalogue for `limits`.
pub(crate) fn catalogue(limits: &SandboxLimits, cache_dir: Option<PathBuf>) -> Result<Catalogue, String> {
    let sandbox = Sandbox::new(limits_of(limits)).map_err(|error| format!("cannot set up the sandbox: {error}"))?;
    let (cache, trouble) = match cache_dir.or_else(default_cache_dir) {
        Some(folder) => Cache::open(&folder),
        None => (Cache::default(), Some("compiled connectors are not kept: there is no home folder".into())),
    };
    if let Some(trouble) = trouble {
        tracing::warn!("{trouble}");
    }
    Ok(Catalogue::new(Arc::new(sandbox), cache, CONNECTORS))
}

pub(crate) fn limits_of(limits: &SandboxLimits) -> Limits {
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    Limits {
        call_deadline: limits.call_deadline,
        memory_bytes: size(limits.memory),
        output_bytes: size(limits.host_call_bytes),
        events_per_call: limits.events_per_call,
        log_lines: limits.log_lines,
        exchanges: u32::try_from(limits.exchanges).unwrap_or(u32::MAX),
        ..Limits::default()
    }
}

fn report(diagnostics: &Diagnostics) -> Exit {
    eprintln!("{}", diagnostics.render(colours()));
    let unknown = diagnostics.errors.iter().any(|one| one.code == Code::Version);
    if unknown { Exit::UnknownVersion } else { Exit::BadConfig }
}

fn colours() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn manifest(origin: &Origin) -> Result<Manifest, String> {
    // A catalogue needs an engine, and a manifest does not: reading one costs nothing.
    dragoman_catalogue::manifest_of(CONNECTORS, origin).map_err(|error| error.to_string())
}

fn facts_of(manifest: &Manifest) -> ConnectorFacts {
    ConnectorFacts {
        base_url: manifest.base_url.clone(),
        key_variable: manifest.key_variable.clone(),
        auth: match &manifest.auth {
            AuthKind::Bearer => Auth::Bearer,
            AuthKind::Header { name } => Auth::Header { name: name.clone() },
            AuthKind::Query { name } => Auth::Query { name: name.clone() },
            AuthKind::None => Auth::None,
        },
        settings_schema: manifest.settings.clone(),
        local: manifest.local,
    }
}

fn default_cache_dir() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    Some(cache?.join("dragoman"))
}
