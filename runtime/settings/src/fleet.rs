//! All backends together: those that are written, those that are there anyway, and which of them is the default.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use crate::backend::{self, Backend, Connectors, Definition, Outcome};
use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::interpolate::Environment;
use crate::preset::{self, PRESETS};
use crate::read::{list, suggestion};
use crate::tree::{Node, Span};

/// The backends that are preferred as the default, in this order, before the others by name.
const PREFERRED: [&str; 3] = ["openai", "anthropic", "gemini"];
/// The default when nothing else is usable: it answers by itself.
const LAST_RESORT: &str = "echo";

/// A backend that cannot be used because its key is not set. `Display` is the line to log at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The backend.
    pub backend: String,
    /// The environment variable to set.
    pub variable: String,
    /// Whether a file names the backend; a built-in preset that nobody asked for is not worth a line at start.
    pub named: bool,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "backend `{}` is left out: environment variable `{}` is not set", self.backend, self.variable)
    }
}

/// A default backend that was asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// By what: "--default-backend".
    pub(crate) by: &'static str,
}

/// What became of all definitions.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    pub(crate) backends: BTreeMap<String, Backend>,
    pub(crate) left_out: Vec<LeftOut>,
    faulty: BTreeSet<String>,
}

impl Fleet {
    /// Builds every definition and every preset that is there anyway.
    pub(crate) fn muster(
        written: &BTreeMap<String, Definition>,
        env: Environment<'_>,
        connectors: Connectors<'_>,
        findings: &mut Findings,
    ) -> Self {
        let mut fleet = Self::default();
        for definition in written.values() {
            let outcome = backend::build(definition, env, connectors, findings);
            fleet.admit(&definition.id, true, outcome);
        }
        for preset in PRESETS.iter().filter(|preset| preset.standing && !written.contains_key(preset.name)) {
            let outcome = standing(preset, env, connectors, findings);
            fleet.admit(preset.name, false, outcome);
        }
        fleet
    }

    fn admit(&mut self, id: &str, named: bool, outcome: Outcome) {
        match outcome {
            Outcome::Usable(backend) => {
                self.backends.insert(id.to_owned(), *backend);
            }
            Outcome::LeftOut(variable) => self.left_out.push(LeftOut { backend: id.to_owned(), variable, named }),
            Outcome::Faulty => {
                self.faulty.insert(id.to_owned());
            }
        }
    }

    /// The default backend: the one that was asked for, or the best that is usable.
    pub(crate) fn default_backend(&self, asked: Option<Asked>, findings: &mut Findings) -> String {
        let Some(asked) = asked else { return self.best() };
        let name = asked.name.as_str();
        if !self.backends.contains_key(name) && !self.faulty.contains(name) {
            findings.push(self.no_such_default(&asked).at(asked.span));
        }
        asked.name
    }

    fn no_such_default(&self, asked: &Asked) -> Finding {
        let Asked { name, by, .. } = asked;
        if let Some(LeftOut { variable, .. }) = self.left_out.iter().find(|left_out| left_out.backend == *name) {
            let message = format!("`{name}` is to be the default backend ({by}), but its key is not set");
            let hint = format!("set the environment variable `{variable}`, or choose another default backend");
            return Finding::error(Code::DefaultLeftOut, message).hint(hint);
        }
        let message = format!("no backend is called `{name}` ({by})");
        let left_out = self.left_out.iter().filter(|left_out| left_out.named).map(|left_out| left_out.backend.as_str());
        let defined: BTreeSet<&str> =
            self.backends.keys().chain(&self.faulty).map(String::as_str).chain(left_out).collect();
        let presets = PRESETS.iter().filter(|preset| preset.standing).map(|preset| preset.name);
        let hint = suggestion(name, defined.iter().copied().chain(presets), "");
        let defined = format!("defined: {}", list(defined.iter().copied()));
        let hint = if hint.starts_with("did") { format!("{hint} {defined}") } else { defined };
        Finding::error(Code::UnknownDefault, message).hint(hint)
    }

    fn best(&self) -> String {
        let preferred = PREFERRED.into_iter().find(|name| self.backends.contains_key(*name));
        let other = || {
            let real = self.backends.values().find(|backend| backend.base_url.is_some());
            real.map_or(LAST_RESORT, |backend| backend.id.as_str())
        };
        preferred.unwrap_or_else(other).to_owned()
    }
}

/// A preset that no file names. Its connector is not even looked at while its key is not set.
fn standing(
    preset: &preset::Preset,
    env: Environment<'_>,
    connectors: Connectors<'_>,
    findings: &mut Findings,
) -> Outcome {
    let set = |name: &&str| env(name).is_some_and(|value| !value.trim().is_empty());
    if let Some(first) = preset.key_variables.first()
        && !preset.key_variables.iter().any(set)
    {
        return Outcome::LeftOut((*first).to_owned());
    }
    let id = preset.name.to_owned();
    let definition = Definition { id, node: Node::empty(), place: Span::NOWHERE, folder: PathBuf::new() };
    backend::build(&definition, env, connectors, findings)
}
