use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use dragoman_sandbox::{Limits, Sandbox};
use serde_json::{Map, Value, json};

use crate::{Cache, Catalogue, Manifest, Origin};

fn section(manifest: &str) -> Vec<u8> {
    let mut component = wat::parse_str("(component)").unwrap();
    let name = b"dragoman:manifest";
    let mut body = vec![u8::try_from(name.len()).unwrap()];
    body.extend_from_slice(name);
    body.extend_from_slice(manifest.as_bytes());
    component.push(0);
    let mut size = body.len();
    while size > 127 {
        component.push(u8::try_from(size & 127).unwrap() | 128);
        size >>= 7;
    }
    component.push(u8::try_from(size).unwrap());
    component.extend(body);
    component
}

fn manifest(document: &Value) -> Result<Manifest, String> {
    Manifest::of_component(&section(&document.to_string()))
}

#[test]
fn a_manifest_is_read_from_its_section() {
    let read = manifest(&json!({"id": "x", "version": "1", "operations": ["chat"]})).unwrap();
    assert_eq!(read.id, "x");
    assert!(read.does("chat") && !read.does("models.list"));
}

#[test]
fn an_unknown_member_of_a_manifest_is_named() {
    let error = manifest(&json!({"id": "x", "version": "1", "operations": [], "base_ulr": ""})).unwrap_err();
    assert!(error.contains("base_ulr"), "{error}");
}

#[test]
fn what_is_no_component_is_told_so() {
    assert!(Manifest::of_component(b"#!/bin/sh").unwrap_err().contains("not WebAssembly"));
    assert!(Manifest::of_component(&wat::parse_str("(module)").unwrap()).unwrap_err().contains("core module"));
    assert!(Manifest::of_component(&wat::parse_str("(component)").unwrap()).unwrap_err().contains("no manifest"));
}

#[test]
fn a_dialect_is_relayed_under_its_condition() {
    let read = manifest(&json!({
        "id": "x", "version": "1", "operations": ["chat"],
        "dialects": {"openai.chat": {"when": {"api": ["chat", "auto"]}}},
        "settings": {"properties": {"api": {"default": "auto"}}},
    }))
    .unwrap();
    let settings = |value: Value| value.as_object().cloned().unwrap();
    assert!(read.relays("openai.chat", &Map::new()));
    assert!(read.relays("openai.chat", &settings(json!({"api": "chat"}))));
    assert!(!read.relays("openai.chat", &settings(json!({"api": "responses"}))));
    assert!(!read.relays("gemini", &Map::new()));
}

#[test]
fn a_cache_that_others_can_write_to_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert!(Cache::open(&shared).1.unwrap().contains("other users"));
    let (cache, why) = Cache::open(&folder.path().join("own"));
    assert_eq!(why, None);
    cache.put("a", b"code");
    assert_eq!(cache.get("a").unwrap(), b"code");
}

#[test]
fn a_component_without_the_contract_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.wasm");
    std::fs::write(&path, section(r#"{"id":"empty","version":"1","operations":[]}"#)).unwrap();
    let sandbox = Arc::new(Sandbox::new(Limits { exchanges: 2, ..Limits::default() }).unwrap());
    let catalogue = Catalogue::new(sandbox, Cache::default(), &[]);
    let error = catalogue.load(&Origin::File(path)).err().unwrap().to_string();
    assert!(error.contains("dragoman:connector/handler"), "{error}");
}
