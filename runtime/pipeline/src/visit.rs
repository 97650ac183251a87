//! One request at one backend.

use std::sync::Arc;

use dragoman_frontends::{Frontend, Scene};
use dragoman_model::{Failure, FailureClass};
use dragoman_sandbox::{Step, Upstream};
use dragoman_telemetry::Facts;
use serde_json::json;

use crate::admit;
use crate::backend::Backend;
use crate::gateway::Gateway;
use crate::guest::Guest;

/// One request at one backend.
pub(crate) struct Visit<'a> {
    pub(crate) gateway: &'a Gateway,
    pub(crate) frontend: &'static dyn Frontend,
    pub(crate) scene: &'a Scene,
    pub(crate) facts: &'a mut Facts,
    pub(crate) backend: Arc<Backend>,
    /// The model by the provider's name.
    pub(crate) model: String,
    /// The client's headers that mean something in its dialect.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The connector, once it has begun and until an answer takes it along.
    pub(crate) guest: Option<Guest>,
}

impl Visit<'_> {
    /// Whether the client's own document can go to the provider, and the provider's answer to the client.
    pub(crate) fn relays(&self) -> bool {
        // A Gemini stream that is wanted as one JSON array has no frames to sniff at.
        let framed = self.scene.sse || !self.scene.stream;
        framed && self.backend.entry.manifest.relays(self.frontend.dialect(), &self.backend.settings)
    }

    /// Starts the connector and begins `operation`; `relayed` tells it that its input is the client's own document.
    pub(crate) fn begin(&mut self, relayed: bool, operation: &str, input: &String) -> Result<Step, Failure> {
        let dialect = self.frontend.dialect();
        let context = json!({
            "settings": self.backend.settings,
            "model": self.model,
            "client_dialect": dialect,
            "dialect": if relayed { dialect } else { "" },
            "headers": self.headers,
            "stream": self.scene.stream,
            "attempt": 1,
            "now_ms": admit::now_ms(),
            "seed": self.scene.id,
        });
        let mut step = self.guest.insert(Guest::start(&self.backend, &context.to_string())?).begin(operation, input)?;
        self.note_losses(&mut step)?;
        Ok(step)
    }

    /// Notes what the provider will not be told; a strict backend refuses the request instead.
    fn note_losses(&mut self, step: &mut Step) -> Result<(), Failure> {
        self.facts.losses.append(&mut step.losses);
        match self.facts.losses.first() {
            Some((path, how)) if self.backend.strict => {
                let id = &self.backend.id;
                let message = format!("backend `{id}` is strict, and `{path}` would be {how} for its provider");
                Err(Failure::new(FailureClass::Unsupported, message).with_code("would_be_lost").at(path.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The call of a step that must have one.
    pub(crate) fn call_of(&self, step: &mut Step) -> Result<Upstream, Failure> {
        step.next.take().ok_or_else(|| {
            let message =
                format!("the connector `{}` neither called its provider nor answered", self.backend.connector);
            Failure::new(FailureClass::Connector, message)
        })
    }

    /// The connector at work.
    pub(crate) fn guest(&mut self) -> Result<&mut Guest, Failure> {
        self.guest.as_mut().ok_or_else(not_begun)
    }

    /// The connector, for an answer that outlives the visit.
    pub(crate) fn take_guest(&mut self) -> Result<Guest, Failure> {
        self.guest.take().ok_or_else(not_begun)
    }

    /// Notes what the connector cost, unless the answer took it along.
    pub(crate) fn settle(&mut self) {
        if let Some(guest) = &self.guest {
            guest.settle(self.facts);
        }
    }
}

fn not_begun() -> Failure {
    Failure::new(FailureClass::Internal, "the exchange has not begun")
}
