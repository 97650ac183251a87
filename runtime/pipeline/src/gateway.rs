//! The gateway: what all requests share, and the way every request takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use dragoman_catalogue::Catalogue;
use dragoman_frontends::Scene;
use dragoman_model::{Failure, FailureClass};
use dragoman_settings::{SandboxLimits, ServerLimits, Settings};
use dragoman_telemetry::{Facts, Metrics};
use dragoman_upstream::Client;
use http::{Request, Response};

use crate::backend::{Backend, StartError};
use crate::body::Body;
use crate::reply::Reply;
use crate::route::{self, Operation, Route};
use crate::tally::Tally;
use crate::visit::Visit;
use crate::{admit, chat, count, listing, select};

/// What all requests share.
pub struct Gateway {
    pub(crate) backends: BTreeMap<String, Arc<Backend>>,
    pub(crate) default_backend: Arc<Backend>,
    /// Backends whose key is not set, and the variable that would hold it.
    pub(crate) left_out: BTreeMap<String, String>,
    pub(crate) client: Client,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) server: ServerLimits,
    pub(crate) limits: SandboxLimits,
}

impl Gateway {
    /// Makes every backend of `settings` ready: connectors are compiled where their code is not cached yet.
    ///
    /// # Errors
    /// A connector cannot be loaded, or a backend not be called as it is configured.
    pub fn new(
        settings: &Settings,
        catalogue: &Catalogue,
        client: Client,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StartError> {
        let ready = |backend: &dragoman_settings::Backend| {
            Ok::<_, StartError>((backend.id.clone(), Arc::new(Backend::new(backend, catalogue)?)))
        };
        let backends = settings.backends.values().map(ready).collect::<Result<BTreeMap<_, _>, _>>()?;
        let default = backends.get(&settings.default_backend);
        let missing = || StartError::new(format!("default backend `{}` is not defined", settings.default_backend));
        Ok(Self {
            default_backend: Arc::clone(default.ok_or_else(missing)?),
            left_out: settings.left_out.iter().map(|one| (one.backend.clone(), one.variable.clone())).collect(),
            backends,
            client,
            metrics,
            server: settings.server.clone(),
            limits: settings.limits.clone(),
        })
    }

    /// Answers a request. Whatever goes wrong is told in the client's dialect.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = request.into_parts();
        let mut tally = Box::new(Tally::new(Arc::clone(&self.metrics)));
        let mut scene = Scene { id: admit::fresh_id(), now_s: admit::now_ms() / 1000, ..Scene::default() };
        tally.facts.request_id = admit::request_id(&parts.headers).unwrap_or_else(|| scene.id.clone());
        let route = route::route(&parts.method, &parts.uri, &parts.headers);
        let unrouted = || route::frontend_of(parts.uri.path(), &parts.headers);
        let frontend = route.as_ref().map_or_else(|_| unrouted(), |route| route.frontend);
        tally.facts.frontend = frontend.dialect();
        let served = match &route {
            Ok(route) => self.serve(route, &parts, body, &mut scene, &mut tally.facts).await,
            Err(failure) => Err(failure.clone()),
        };
        match served {
            Ok(reply) => reply.into_response(tally),
            Err(failure) => Reply::of_failure(frontend, &failure, &scene, &mut tally.facts).into_response(tally),
        }
    }

    async fn serve<B>(
        &self,
        route: &Route,
        parts: &http::request::Parts,
        body: B,
        scene: &mut Scene,
        facts: &mut Facts,
    ) -> Result<Reply, Failure>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        facts.operation = route.operation.name();
        if route.operation == Operation::Models {
            return listing::list(self, route.frontend, scene, facts).await;
        }
        let bytes = admit::read_body(&parts.headers, body, &self.server).await?;
        facts.bytes_in = bytes.len() as u64;
        let outline = dragoman_wire::json::Outline::new(bytes);
        let outline = outline.map_err(|error| Failure::invalid(error.to_string()))?;
        scene.asked_model = admit::asked_model(route, &outline)?;
        scene.stream = route.path.as_ref().map_or_else(|| outline.is_true("stream"), |path| path.stream);
        scene.sse = route.path.as_ref().is_none_or(|path| path.sse);
        facts.model.clone_from(&scene.asked_model);
        facts.stream = scene.stream;
        let (backend, model) = select::select(self, &scene.asked_model)?;
        facts.backend.clone_from(&backend.id);
        facts.connector.clone_from(&backend.connector);
        if !backend.entry.manifest.does(route.operation.name()) {
            let (id, operation) = (&backend.id, route.operation.name());
            let message = format!("backend `{id}` cannot do `{operation}`: its connector does not support it");
            return Err(Failure::new(FailureClass::Unsupported, message));
        }
        let headers = admit::dialect_headers(&parts.headers);
        let mut visit =
            Visit { gateway: self, frontend: route.frontend, scene, facts, backend, model, headers, guest: None };
        let reply = match route.operation {
            Operation::Count => count::count(&mut visit, &outline).await,
            _ => chat::chat(&mut visit, &outline).await,
        };
        visit.settle();
        reply.map_err(|failure| visit.backend.clean(failure))
    }
}
