//! The one place that trusts machine code.
#![allow(unsafe_code, reason = "loading compiled code cannot be checked; see `load`")]

use wasmtime::component::Component;
use wasmtime::{Engine, Result};

/// Makes a component of compiled code.
pub(crate) fn load(engine: &Engine, artefact: &[u8]) -> Result<Component> {
    // SAFETY: `Sandbox::load` asks its caller for an artefact that `Sandbox::compile` made. The catalogue keeps that
    // promise: it reads artefacts only from a folder that no other user can write to. wasmtime itself refuses those of
    // another version or configuration.
    unsafe { Component::deserialize(engine, artefact) }
}
