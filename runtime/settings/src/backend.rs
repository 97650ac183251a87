//! One backend: what its keys, its preset, its connector and the environment say together.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value as Json;

use crate::auth::{self, Auth};
use crate::connector::{ConnectorFacts, ConnectorRef};
use crate::credential::{self, Credential, Key};
use crate::diagnostic::Code;
use crate::endpoint;
use crate::findings::{Finding, Findings};
use crate::interpolate::Environment;
use crate::keys::BACKEND;
use crate::models::{self, ModelSettings};
use crate::preset::{self, PRESETS, Preset};
use crate::read::{self, Section, suggestion};
use crate::refusal;
use crate::tree::{Node, Span};
use crate::units;

const DEFAULT_TIMEOUT: Duration = Duration::from_mins(2);
const DEFAULT_RETRIES: u32 = 2;
const DEFAULT_RETRY_DELAY: Duration = Duration::from_secs(1);
const MAX_RETRIES: u64 = 10;

/// A configured upstream that uses a connector.
#[derive(Debug, Clone)]
pub struct Backend {
    /// Its name.
    pub id: String,
    /// The connector that translates for it.
    pub connector: ConnectorRef,
    /// The provider's base URL, without a slash at its end; `None` only where the connector answers by itself.
    pub base_url: Option<String>,
    /// The key; `None` where the provider asks for none.
    pub credential: Option<Credential>,
    /// Where the key goes.
    pub auth: Auth,
    /// Headers that every request to the provider carries: names in lower case, in the order of the file.
    pub headers: Vec<(String, String)>,
    /// What is said about models, by the provider's name for them; other models work as well.
    pub models: BTreeMap<String, ModelSettings>,
    /// The model of a request that names none.
    pub default_model: Option<String>,
    /// How long the provider may take to begin its answer, and between two pieces of a stream; 120 s.
    pub timeout: Duration,
    /// How often a failed request is tried again; 2, at most 10.
    pub max_retries: u32,
    /// The pause before the first retry; 1 s.
    pub retry_delay: Duration,
    /// Whether a request is refused that the provider cannot be told in full; false.
    pub strict: bool,
    /// The connector's own settings, an object that its schema accepts.
    pub settings: Json,
}

/// A backend as it is written, or as a preset that is there anyway.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) id: String,
    pub(crate) node: Node,
    /// Where to point when the whole is meant.
    pub(crate) place: Span,
    /// What relative paths in it are relative to.
    pub(crate) folder: PathBuf,
}

/// What became of a definition.
#[derive(Debug)]
pub(crate) enum Outcome {
    Usable(Box<Backend>),
    /// The variable that would hold its key is not set.
    LeftOut(String),
    /// Its faults were reported.
    Faulty,
}

/// How the facts of a connector are found out.
pub(crate) type Connectors<'a> = &'a dyn Fn(&ConnectorRef) -> Result<ConnectorFacts, String>;

/// Reads one definition.
pub(crate) fn build(
    definition: &Definition,
    env: Environment<'_>,
    connectors: Connectors<'_>,
    findings: &mut Findings,
) -> Outcome {
    let errors = findings.errors();
    let section = Section::open(&definition.node, &BACKEND, findings);
    check_id(definition, findings);
    let reader = Reader { definition, section, env, preset: preset(definition, section, findings) };
    let facts = reader.connector(connectors, findings);
    let built = reader.finish(facts, findings);
    if findings.errors() > errors { Outcome::Faulty } else { built }
}

fn check_id(definition: &Definition, findings: &mut Findings) {
    let id = &definition.id;
    let named = !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if !named {
        let finding = Finding::error(Code::BadValue, format!("`{id}` cannot be the name of a backend"));
        let hint = "clients write `backend:model`: up to 64 letters, digits, `-` and `_`";
        findings.push(finding.at(definition.place).hint(hint));
    }
}

/// The preset that `backend_type` names, or else the backend's own name.
fn preset(definition: &Definition, section: Section<'_>, findings: &mut Findings) -> Option<&'static Preset> {
    let Some(node) = section.get("backend_type") else { return preset::find(&definition.id) };
    let name = read::text(node, findings)?;
    let preset = preset::find(name);
    if preset.is_none() {
        let names = PRESETS.iter().map(|preset| preset.name);
        let finding = Finding::error(Code::UnknownType, "unknown backend type").at(node.span);
        findings.push(finding.hint(suggestion(name, names, "the types are")));
    }
    preset
}

struct Reader<'a> {
    definition: &'a Definition,
    section: Section<'a>,
    env: Environment<'a>,
    preset: Option<&'static Preset>,
}

impl Reader<'_> {
    fn connector(&self, connectors: Connectors<'_>, findings: &mut Findings) -> Option<(ConnectorRef, ConnectorFacts)> {
        let (connector, span) = match (self.section.get("connector"), self.preset) {
            (Some(node), _) => (ConnectorRef::parse(read::text(node, findings)?, &self.definition.folder), node.span),
            (None, Some(preset)) => {
                let span = self.section.get("backend_type").map_or(self.definition.place, |node| node.span);
                (ConnectorRef::Bundled(preset.connector.to_owned()), span)
            }
            (None, None) => {
                if self.section.get("backend_type").is_none() {
                    let hint =
                        "say what it is: `backend_type: custom` for an OpenAI-compatible API, or a preset's name";
                    read::missing(self.definition.place, &self.what(), "backend_type", hint, findings);
                }
                return None;
            }
        };
        match connectors(&connector) {
            Ok(facts) => Some((connector, facts)),
            Err(reason) => {
                let message = format!("connector `{connector}` cannot be used: {reason}");
                let finding = Finding::error(Code::Connector, message).at(span);
                findings.push(finding.hint("name a bundled connector, or give the path of a `.wasm` file"));
                None
            }
        }
    }

    /// Reads the rest; without a connector only to report what is wrong with it.
    fn finish(&self, connector: Option<(ConnectorRef, ConnectorFacts)>, findings: &mut Findings) -> Outcome {
        let section = self.section;
        let facts = connector.as_ref().map(|(_, facts)| facts);
        let auth = auth::auth(section, facts.map_or(&Auth::Bearer, |facts| &facts.auth), findings);
        let base_url = self.base_url(facts, findings);
        let key = self.key(facts, &auth, findings);
        let headers = endpoint::headers(section.get("headers"), findings);
        let models = models::models(section.get("models"), findings);
        let default_model = self.default_model(findings);
        let timeout = self.timeout(findings);
        let max_retries = self.max_retries(findings);
        let retry_delay = self.retry_delay(findings);
        let strict = section.get("strict").and_then(|node| read::flag(node, findings)).unwrap_or_default();
        let settings = self.settings(facts, findings);
        let Some((connector, _)) = connector else { return Outcome::Faulty };
        let credential = match key {
            Key::Found(credential) => Some(credential),
            Key::Unstated => None,
            Key::Unset(variable) => return Outcome::LeftOut(variable),
            Key::Faulty => return Outcome::Faulty,
        };
        Outcome::Usable(Box::new(Backend {
            id: self.definition.id.clone(),
            connector,
            base_url,
            credential,
            auth,
            headers,
            models,
            default_model,
            timeout,
            max_retries,
            retry_delay,
            strict,
            settings,
        }))
    }

    /// The variable `<PREFIX>_API_BASE_URL` belongs to the preset: it goes before the file for the backend that bears
    /// the preset's name, and after it for others that are of the type.
    fn base_url(&self, facts: Option<&ConnectorFacts>, findings: &mut Findings) -> Option<String> {
        let written = self.section.get("api_base_url");
        let from_env = self.variable("API_BASE_URL").filter(|_| written.is_none() || self.bears_presets_name());
        if let Some((name, url)) = from_env {
            let source = format!("environment variable `{name}`: ");
            return endpoint::base_url(&url, &source, Span::NOWHERE, findings);
        }
        if let Some(node) = written {
            return endpoint::base_url(read::text(node, findings)?, "", node.span, findings);
        }
        let usual = match self.preset {
            Some(preset) => preset.base_url.map(str::to_owned),
            None => facts?.base_url.clone(),
        };
        if usual.is_none() && facts.is_some_and(|facts| !facts.local) {
            let hint = "give the provider's base URL: `api_base_url: https://api.example.com/v1`";
            read::missing(self.definition.place, &self.what(), "api_base_url", hint, findings);
        }
        usual
    }

    fn key(&self, facts: Option<&ConnectorFacts>, auth: &Auth, findings: &mut Findings) -> Key {
        let usual: Vec<&str> = match self.preset {
            Some(preset) => preset.key_variables.to_vec(),
            None => facts.and_then(|facts| facts.key_variable.as_deref()).into_iter().collect(),
        };
        let key = credential::key(self.section, &usual, &self.definition.folder, self.env, findings);
        let local = facts.is_none_or(|facts| facts.local);
        match key {
            Key::Unset(_) | Key::Unstated if local || *auth == Auth::None => Key::Unstated,
            Key::Unstated => {
                let hint = "name the environment variable that holds the key, or say `auth_type: none`";
                read::missing(self.definition.place, &self.what(), "api_key_env_var", hint, findings);
                Key::Faulty
            }
            key => key,
        }
    }

    fn settings(&self, facts: Option<&ConnectorFacts>, findings: &mut Findings) -> Json {
        let node = self.section.get("settings");
        let settings = node.map(|node| models::object(node, "`settings`", findings)).unwrap_or_default();
        let settings = Json::Object(settings);
        if let Some(facts) = facts {
            refusal::check(&settings, &facts.settings_schema, node, self.definition.place, findings);
        }
        settings
    }

    fn default_model(&self, findings: &mut Findings) -> Option<String> {
        self.section.get("default_model").and_then(|node| read::text(node, findings)).map(str::to_owned)
    }

    fn max_retries(&self, findings: &mut Findings) -> u32 {
        let retries = self.section.get("max_retries").and_then(|node| read::count(node, 0..=MAX_RETRIES, findings));
        retries.and_then(|count| u32::try_from(count).ok()).unwrap_or(DEFAULT_RETRIES)
    }

    fn retry_delay(&self, findings: &mut Findings) -> Duration {
        let delay = self.section.get("retry_delay").and_then(|node| read::duration(node, findings));
        delay.unwrap_or(DEFAULT_RETRY_DELAY)
    }

    /// `<PREFIX>_TIMEOUT` ranks as `<PREFIX>_API_BASE_URL` does.
    fn timeout(&self, findings: &mut Findings) -> Duration {
        let written = self.section.get("timeout").and_then(|node| read::some_duration(node, findings));
        let from_env = self.variable("TIMEOUT").and_then(|(name, text)| {
            let timeout = units::duration(&text).filter(|timeout| !timeout.is_zero());
            if timeout.is_none() {
                let message = format!("environment variable `{name}` is not a duration");
                let finding = Finding::error(Code::BadValue, message);
                findings.push(finding.hint("a number of seconds, or one with a unit: `30s`, `2m`"));
            }
            timeout
        });
        let timeout = if self.bears_presets_name() { from_env.or(written) } else { written.or(from_env) };
        timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// The preset's variable with this ending: its name, and its value unless that is empty.
    fn variable(&self, ending: &str) -> Option<(String, String)> {
        let name = format!("{}_{ending}", self.preset?.prefix?);
        let value = (self.env)(&name).filter(|value| !value.trim().is_empty())?;
        Some((name, value))
    }

    fn bears_presets_name(&self) -> bool {
        self.preset.is_some_and(|preset| preset.name == self.definition.id)
    }

    fn what(&self) -> String {
        format!("backend `{}`", self.definition.id)
    }
}
