//! What `wit-bindgen` makes of `wit/connector.wit`.
#![allow(unsafe_code, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#![allow(clippy::indexing_slicing, clippy::missing_errors_doc, clippy::unwrap_used, reason = "generated")]

wit_bindgen::generate!({
    path: "../../wit/connector.wit",
    world: "connector",
    pub_export_macro: true,
    export_macro_name: "export_connector",
    default_bindings_module: "dragoman_connector::bindings",
});
