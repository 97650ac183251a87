//! Which models there are, over all backends.

use std::sync::Arc;
use std::time::Duration;

use dragoman_frontends::{Frontend, Scene};
use dragoman_model::Failure;
use dragoman_model::listing::{ModelInfo, ModelList};
use dragoman_telemetry::Facts;
use http::{HeaderName, HeaderValue};
use serde_json::json;

use crate::backend::Backend;
use crate::count;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::visit::Visit;

const OPERATION: &str = "models.list";
/// How long one backend may take to list its models.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most pages that are asked of one backend.
const MAX_PAGES: usize = 20;

/// Lists the models of all backends. Those of the default backend go by their bare names, those of another as
/// `backend:model`. A backend that cannot tell is named in a header, and those of its models that the configuration
/// names are listed all the same.
pub(crate) async fn list(
    gateway: &Gateway,
    frontend: &'static dyn Frontend,
    scene: &Scene,
    facts: &mut Facts,
) -> Result<Reply, Failure> {
    let asked = gateway.backends.values().map(|backend| of_backend(gateway, backend, frontend, scene));
    let answers = futures_util::future::join_all(asked).await;
    let (mut all, mut silent) = (ModelList::default(), Vec::new());
    for (backend, answer) in gateway.backends.values().zip(answers) {
        let mut models = answer.unwrap_or_else(|failure| {
            tracing::warn!(backend = backend.id, %failure, "cannot list its models");
            silent.push(backend.id.as_str());
            Vec::new()
        });
        add_configured(backend, &mut models);
        let is_default = Arc::ptr_eq(backend, &gateway.default_backend);
        all.models.extend(models.into_iter().map(|model| prefixed(backend, is_default, model)));
    }
    facts.succeeded();
    let reply = Reply::json(200, frontend.encode_models(&all, scene));
    match HeaderValue::from_str(&silent.join(", ")) {
        Ok(names) if !silent.is_empty() => {
            Ok(reply.with(vec![(HeaderName::from_static("x-dragoman-models-incomplete"), names)]))
        }
        _ => Ok(reply),
    }
}

fn prefixed(backend: &Backend, is_default: bool, mut model: ModelInfo) -> ModelInfo {
    if !is_default {
        model.id = format!("{}:{}", backend.id, model.id);
    }
    model
}

fn add_configured(backend: &Backend, models: &mut Vec<ModelInfo>) {
    for (id, settings) in &backend.models {
        let at = models.iter().position(|model| model.id == *id).unwrap_or_else(|| {
            models.push(ModelInfo { id: id.clone(), ..ModelInfo::default() });
            models.len() - 1
        });
        if let Some(model) = models.get_mut(at) {
            model.context_window = settings.limits.context_window.or(model.context_window);
            model.max_input_tokens = settings.limits.max_input_tokens.or(model.max_input_tokens);
            model.max_output_tokens = settings.limits.max_output_tokens.or(model.max_output_tokens);
        }
    }
}

async fn of_backend(
    gateway: &Gateway,
    backend: &Arc<Backend>,
    frontend: &'static dyn Frontend,
    scene: &Scene,
) -> Result<Vec<ModelInfo>, Failure> {
    if !backend.entry.manifest.does(OPERATION) {
        return Ok(Vec::new());
    }
    let (mut models, mut page) = (Vec::new(), String::new());
    for _ in 0..MAX_PAGES {
        let asked = tokio::time::timeout(PATIENCE, one_page(gateway, backend, frontend, scene, &page)).await;
        let list = asked.map_err(|_| crate::send::slow(backend, "no list of models"))??;
        models.extend(list.models);
        match list.next {
            Some(next) if !next.is_empty() => page = next,
            _ => break,
        }
    }
    Ok(models)
}

async fn one_page(
    gateway: &Gateway,
    backend: &Arc<Backend>,
    frontend: &'static dyn Frontend,
    scene: &Scene,
    page: &str,
) -> Result<ModelList, Failure> {
    // The request's own facts are the listing's; those of its parts are not told one by one.
    let mut facts = Facts::default();
    let mut visit = Visit {
        gateway,
        frontend,
        scene,
        facts: &mut facts,
        backend: Arc::clone(backend),
        model: String::new(),
        headers: Vec::new(),
        guest: None,
    };
    let document = count::result(&mut visit, OPERATION, &json!({ "page": page }).to_string()).await;
    let list = document.and_then(|text| serde_json::from_str(&text).map_err(|error| count::unreadable(&visit, &error)));
    list.map_err(|failure| backend.clean(failure))
}
