//! A connector that is ready to be instantiated.

use std::sync::Arc;

use wasmtime::component::Component;

use crate::bindings::ConnectorPre;
use crate::clock::Clock;
use crate::engine::{Sandbox, SandboxError};
use crate::exchange::{Exchange, Fault};
use crate::limits::Limits;
use crate::state::State;

/// A connector that is ready to be instantiated.
#[derive(Clone)]
pub struct Connector {
    pub(crate) pre: ConnectorPre<State>,
    pub(crate) limits: Limits,
    /// Keeps the deadlines running, even when the sandbox that made this connector is gone.
    _clock: Arc<Clock>,
}

impl Connector {
    pub(crate) fn new(sandbox: &Sandbox, component: &Component) -> Result<Self, SandboxError> {
        let pre = ConnectorPre::new(sandbox.linker.instantiate_pre(component)?)?;
        Ok(Self { pre, limits: sandbox.limits.clone(), _clock: Arc::clone(&sandbox.clock) })
    }

    /// Begins an exchange in a store of its own. `context` is the context document.
    ///
    /// # Errors
    /// The guest was stopped while it was set up, or there is no room for another one.
    pub fn exchange(&self, context: &crate::wit::Json) -> Result<Exchange, Fault> {
        Exchange::new(self, context)
    }
}
