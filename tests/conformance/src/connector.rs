//! The documents that host and connector alone exchange.

use std::path::PathBuf;

use dragoman_connector::{Context, Relay};
use serde_json::{Value, json};

use crate::sample::Sampler;
use crate::schemas::{CONNECTOR, Check};

/// The one sample of a document, and a check of others.
fn sample(document: &str) -> (Value, Check) {
    let reference = format!("{CONNECTOR}{document}");
    let check = Check::new(&reference);
    let sample = Sampler::default().of(&reference).remove(0);
    check.pass(&sample, document);
    (sample, check)
}

#[test]
fn a_connector_reads_what_the_schema_of_the_context_tells() {
    let (sample, _) = sample("context");
    // Every member by name: one that is added to the type does not compile until it stands here.
    let Context { settings, model, client_dialect, dialect, headers, stream, attempt, now_ms, seed } =
        serde_json::from_value(sample.clone()).unwrap();
    let read = json!({
        "settings": settings, "model": model, "client_dialect": client_dialect, "dialect": dialect, "headers": headers,
        "stream": stream, "attempt": attempt, "now_ms": now_ms, "seed": seed,
    });
    assert_eq!(read, sample);
}

#[test]
fn a_connector_reads_what_the_schema_of_the_relay_tells() {
    let (sample, _) = sample("relay");
    let Relay { members, omitted } = serde_json::from_value(sample.clone()).unwrap();
    assert_eq!(json!({"members": members, "omitted": omitted}), sample);
}

#[test]
fn a_manifest_is_closed_and_says_how_its_key_is_sent() {
    let (_, check) = sample("manifest");
    let with = |name: &str, value: Value| {
        let mut manifest = json!({"id": "acme", "version": "1", "operations": ["chat"]});
        manifest[name] = value;
        manifest
    };
    for right in [
        with("local", json!(true)),
        with("base_url", json!(null)),
        with("auth", json!({"type": "none"})),
        with("auth", json!({"type": "query", "name": "key"})),
        with("dialects", json!({"gemini": {"when": {"api": ["a", 1]}}})),
    ] {
        check.pass(&right, "a manifest");
    }
    for wrong in [
        with("auth", json!({"type": "header"})),
        with("auth", json!({"type": "cookie"})),
        with("dialects", json!({"gemini": {"if": {}}})),
        with("new", json!(1)),
        with("operations", json!("chat")),
        json!({"id": "acme", "operations": []}),
    ] {
        assert!(!check.complaints(&wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn the_manifests_of_our_connectors_are_right() {
    let (_, check) = sample("manifest");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../connectors");
    let mut seen = 0;
    for connector in std::fs::read_dir(folder).unwrap() {
        let path = connector.unwrap().path().join("manifest.json");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        check.pass(&serde_json::from_str(&text).unwrap(), &path.display().to_string());
        seen += 1;
    }
    assert!(seen > 0);
}
