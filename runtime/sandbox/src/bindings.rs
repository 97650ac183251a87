//! What wasmtime makes of `wit/connector.wit`.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#![allow(clippy::indexing_slicing, clippy::missing_errors_doc, clippy::unwrap_used, reason = "generated")]
#![allow(clippy::expect_used, clippy::panic, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../wit/connector.wit",
    world: "connector",
});
