//! A backend that is ready to be used.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use dragoman_catalogue::{Catalogue, Entry, Origin};
use dragoman_model::Failure;
use dragoman_settings::{Auth, ModelSettings};
use dragoman_upstream::Target;
use dragoman_vault::{Credential, Placement};
use serde_json::{Map, Value};

/// A backend that cannot be made ready.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    pub(crate) fn new(why: String) -> Self {
        Self(why)
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// A backend that is ready to be used.
pub(crate) struct Backend {
    pub(crate) id: String,
    pub(crate) entry: Arc<Entry>,
    /// The connector as `name@version`, for logs and metrics.
    pub(crate) connector: String,
    /// `None` where the connector answers by itself.
    pub(crate) target: Option<Target>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) models: BTreeMap<String, ModelSettings>,
    pub(crate) default_model: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) strict: bool,
}

impl Backend {
    pub(crate) fn new(settings: &dragoman_settings::Backend, catalogue: &Catalogue) -> Result<Self, StartError> {
        let fault = |why: &dyn std::fmt::Display| StartError(format!("backend `{}`: {why}", settings.id));
        let entry = catalogue.load(&Origin::from(&settings.connector)).map_err(|error| fault(&error))?;
        let credential = credential(settings);
        let target = settings.base_url.as_deref().map(|url| Target::new(url, &settings.headers, credential));
        Ok(Self {
            id: settings.id.clone(),
            connector: format!("{}@{}", entry.manifest.id, entry.manifest.version),
            entry,
            target: target.transpose().map_err(|error| fault(&error))?,
            settings: settings.settings.as_object().cloned().unwrap_or_default(),
            models: settings.models.clone(),
            default_model: settings.default_model.clone(),
            timeout: settings.timeout,
            strict: settings.strict,
        })
    }

    /// Defaults of the parameters of `model`, if the configuration has any.
    pub(crate) fn parameters(&self, model: &str) -> Option<&Map<String, Value>> {
        self.models.get(model).map(|model| &model.parameters).filter(|parameters| !parameters.is_empty())
    }

    /// `failure` without the backend's key, should the provider have reflected it.
    pub(crate) fn clean(&self, failure: Failure) -> Failure {
        let masked = serde_json::to_vec(&failure).ok().and_then(|text| self.mask(&text));
        masked.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or(failure)
    }

    /// `bytes` without the backend's key; `None` where it does not occur.
    pub(crate) fn mask(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.target.as_ref()?.credential()?.mask(bytes)
    }
}

fn credential(settings: &dragoman_settings::Backend) -> Option<Credential> {
    let secret = settings.credential.as_ref()?.secret.clone();
    let placement = match &settings.auth {
        Auth::Bearer => Placement::Bearer,
        Auth::Header { name } => Placement::Header(name.clone()),
        Auth::Query { name } => Placement::Query(name.clone()),
        Auth::None => return None,
    };
    Some(Credential::new(placement, secret))
}
