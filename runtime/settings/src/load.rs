//! From a source to settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::backend::{Backend, Connectors, Definition};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::findings::{Finding, Findings};
use crate::fleet::{Asked, Fleet, LeftOut};
use crate::interpolate::{Environment, interpolate};
use crate::keys::TOP;
use crate::limits::{self, Log, SandboxLimits, ServerLimits};
use crate::parse;
use crate::read::{self, Section};
use crate::sheet::{self, Sheet};
use crate::tree::{Node, Span};
use crate::{ConnectorFacts, ConnectorRef};

const MAIN_FILE: &str = "dragoman.yaml";
const BACKENDS_FOLDER: &str = "backends";
const BACKEND_FILE: &str = "backend.yaml";
/// Backends that have a file of their own.
const MAX_BACKEND_FILES: usize = 1_000;

/// Where the configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A main file; a folder `backends/` beside it counts as well.
    File(PathBuf),
    /// A folder with a `dragoman.yaml`, or with `backends/<id>/backend.yaml`, or with both.
    Folder(PathBuf),
    /// Nowhere: the built-in presets and the defaults.
    None,
}

impl Source {
    /// A folder if `path` is one, else a file.
    pub fn at(path: &Path) -> Self {
        if path.is_dir() { Self::Folder(path.to_owned()) } else { Self::File(path.to_owned()) }
    }
}

/// What the command line says; it goes before the environment and the files.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--admin-listen`.
    pub admin_listen: Option<SocketAddr>,
    /// `--default-backend`.
    pub default_backend: Option<String>,
}

/// A configuration that has been checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where clients connect; 127.0.0.1:8080.
    pub listen: SocketAddr,
    /// Where health and metrics are; 127.0.0.1:9090.
    pub admin_listen: SocketAddr,
    /// The backend of a bare model name; always one of `backends`.
    pub default_backend: String,
    /// The usable backends by name.
    pub backends: BTreeMap<String, Backend>,
    /// The backends whose key is not set; those that a file names first.
    pub left_out: Vec<LeftOut>,
    /// What a client may ask of the server.
    pub server: ServerLimits,
    /// What one exchange with a connector and its provider may use.
    pub limits: SandboxLimits,
    /// The log on stderr.
    pub log: Log,
}

/// Settings, and what there is to say about them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// What works and ought to be looked at.
    pub warnings: Vec<Diagnostic>,
}

/// Reads, interpolates and checks the configuration at `source`.
///
/// `env` looks up environment variables. `connectors` tells what the manifest of a connector says, or why there is no
/// such connector, in a few words. The order of precedence is: `overrides`, environment, files, presets.
///
/// # Errors
/// Everything that is wrong, at once, if anything is.
pub fn load(
    source: &Source,
    overrides: &Overrides,
    env: &dyn Fn(&str) -> Option<String>,
    connectors: &dyn Fn(&ConnectorRef) -> Result<ConnectorFacts, String>,
) -> Result<Loaded, Diagnostics> {
    let mut findings = Findings::default();
    let (main, files) = documents(source, env, &mut findings);
    let settings = settings(&main, files, overrides, env, connectors, &mut findings);
    let warnings = findings.finish()?;
    Ok(Loaded { settings, warnings })
}

fn settings(
    main: &Node,
    files: Vec<Definition>,
    overrides: &Overrides,
    env: Environment<'_>,
    connectors: Connectors<'_>,
    findings: &mut Findings,
) -> Settings {
    let top = Section::open(main, &TOP, findings);
    check_version(top, findings);
    let nothing = Node::empty();
    let server = limits::server_section(top.get("server").unwrap_or(&nothing), findings);
    let listen = address("listen", overrides.listen, 8080, [top, server], findings);
    let admin_listen = address("admin_listen", overrides.admin_listen, 9090, [top, server], findings);
    let written = definitions(top, files, findings);
    let fleet = Fleet::muster(&written, env, connectors, findings);
    let asked = asked(top, overrides, env, findings);
    Settings {
        listen,
        admin_listen,
        default_backend: fleet.default_backend(asked, findings),
        backends: fleet.backends,
        left_out: fleet.left_out,
        server: limits::server(server, findings),
        limits: top.get("limits").map(|node| limits::sandbox(node, findings)).unwrap_or_default(),
        log: top.get("log").map(|node| limits::log(node, findings)).unwrap_or_default(),
    }
}

/// The main document, empty where there is none, and the backends that have files of their own.
fn documents(source: &Source, env: Environment<'_>, findings: &mut Findings) -> (Node, Vec<Definition>) {
    let (main, folder) = match source {
        Source::None => return (Node::empty(), Vec::new()),
        Source::File(path) => (path.clone(), path.parent().unwrap_or(Path::new("")).to_owned()),
        Source::Folder(folder) => (folder.join(MAIN_FILE), folder.clone()),
    };
    let backends = folder.join(BACKENDS_FOLDER);
    let optional = matches!(source, Source::Folder(_)) && backends.is_dir() && !main.exists();
    let node = if optional { None } else { document(&main, env, findings) };
    (node.unwrap_or(Node::empty()), backend_files(&backends, env, findings))
}

/// One file as an interpolated tree.
fn document(path: &Path, env: Environment<'_>, findings: &mut Findings) -> Option<Node> {
    let text = match sheet::read(path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", path.display());
            let hint = format!("--config takes a file, or a folder with a {MAIN_FILE} or a folder {BACKENDS_FOLDER}/");
            findings.push(Finding::error(Code::Unreadable, message).hint(hint));
            return None;
        }
    };
    let file = findings.add(Sheet { path: path.to_owned(), text: text.clone() });
    let mut node = parse::parse(&text, file, findings)?;
    interpolate(&mut node, env, &mut |node, fault| {
        let finding = Finding::error(Code::Interpolation, fault.to_string()).at(node.span);
        findings.push(finding.hint("write `${NAME}` or `${NAME:-default}`; `$${` is a literal `${`"));
    });
    Some(node)
}

fn backend_files(folder: &Path, env: Environment<'_>, findings: &mut Findings) -> Vec<Definition> {
    let folders = match sheet::folders(folder) {
        Ok(folders) => folders,
        Err(error) => {
            let message = format!("cannot read the folder `{}`: {error}", folder.display());
            findings.push(Finding::error(Code::Unreadable, message));
            return Vec::new();
        }
    };
    if folders.len() > MAX_BACKEND_FILES {
        let message = format!("more than {MAX_BACKEND_FILES} backends in `{}`", folder.display());
        findings.push(Finding::error(Code::BadValue, message));
    }
    let mut definitions = Vec::new();
    for (id, folder) in folders.into_iter().take(MAX_BACKEND_FILES) {
        let path = folder.join(BACKEND_FILE);
        if !path.exists() {
            let message = format!("the folder `{}` holds no {BACKEND_FILE}", folder.display());
            findings.push(Finding::warning(Code::EmptyFolder, message).hint("its name would be the backend's"));
        } else if let Some(node) = document(&path, env, findings) {
            let place = Span { end: node.span.start, ..node.span };
            definitions.push(Definition { id, node, place, folder });
        }
    }
    definitions
}

/// The backends of the main file and those that have files of their own, by name.
fn definitions(top: Section<'_>, files: Vec<Definition>, findings: &mut Findings) -> BTreeMap<String, Definition> {
    let mut definitions = BTreeMap::new();
    let entries = top.get("backends").map(|node| read::members(node, "`backends`", findings)).unwrap_or_default();
    for entry in entries {
        let folder =
            findings.path(entry.key_span).and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        let (id, node, place) = (entry.key.clone(), entry.value.clone(), entry.key_span);
        definitions.entry(id.clone()).or_insert(Definition { id, node, place, folder });
    }
    for definition in files {
        match definitions.get(&definition.id) {
            Some(inline) => {
                let message = format!("backend `{}` is defined in two places", definition.id);
                let finding = Finding::error(Code::DuplicateBackend, message);
                let finding = finding.at(inline.place).also(definition.place, "and here");
                findings.push(finding.hint("keep one of the two: the entry under `backends`, or the file"));
            }
            None => {
                definitions.insert(definition.id.clone(), definition);
            }
        }
    }
    definitions
}

fn check_version(top: Section<'_>, findings: &mut Findings) {
    let Some(node) = top.get("version") else { return };
    if read::count(node, 0..=u64::MAX, findings).is_some_and(|version| version != 1) {
        let finding = Finding::error(Code::Version, "this program knows version 1 of the configuration alone");
        findings.push(finding.at(node.span).hint("write `version: 1`, or use a newer program"));
    }
}

/// An address from the command line, or from one of the two sections that may hold it.
fn address(
    key: &str,
    given: Option<SocketAddr>,
    port: u16,
    sections: [Section<'_>; 2],
    findings: &mut Findings,
) -> SocketAddr {
    let [top, server] = sections.map(|section| section.entry(key));
    if let (Some(top), Some(server)) = (top, server) {
        let finding = Finding::error(Code::DuplicateKey, format!("`{key}` and `server.{key}` are the same key"));
        findings.push(finding.at(top.key_span).also(server.key_span, "").hint("keep one of the two"));
    }
    let written = top.or(server).and_then(|entry| read::address(&entry.value, findings));
    given.or(written).unwrap_or(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// The default backend that somebody asked for.
fn asked(top: Section<'_>, overrides: &Overrides, env: Environment<'_>, findings: &mut Findings) -> Option<Asked> {
    let nowhere = |name, by| Asked { name, span: Span::NOWHERE, by };
    if let Some(name) = &overrides.default_backend {
        return Some(nowhere(name.clone(), "--default-backend"));
    }
    for variable in ["DRAGOMAN_DEFAULT_BACKEND", "LLM_BACKEND"] {
        if let Some(name) = env(variable).filter(|name| !name.is_empty()) {
            return Some(nowhere(name, variable));
        }
    }
    let node = top.get("default_backend")?;
    let name = read::text(node, findings)?.to_owned();
    Some(Asked { name, span: node.span, by: "default_backend" })
}
