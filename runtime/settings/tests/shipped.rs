//! The files in `config/` against the code.

#![allow(clippy::unwrap_used, reason = "a shipped file that cannot be read is a failed test")]

mod support;

use std::fs;
use std::path::PathBuf;

use dragoman_settings::{Log, Overrides, SandboxLimits, ServerLimits, Settings, Source, backend_schema, load, schema};
use serde_json::Value as Json;
use support::{connectors, env};

/// Set this variable to write the schemas anew.
const WRITE: &str = "DRAGOMAN_WRITE_SCHEMA";

fn config() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

fn shipped(set: &[(&str, &str)]) -> Settings {
    let loaded = load(&Source::at(&config()), &Overrides::default(), &env(set), &connectors).unwrap();
    assert!(loaded.warnings.is_empty());
    loaded.settings
}

#[test]
fn the_annotated_file_says_the_defaults() {
    let settings = shipped(&[]);
    assert_eq!(settings.server, ServerLimits::default());
    assert_eq!(settings.limits, SandboxLimits::default());
    assert_eq!(settings.log, Log::default());
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.admin_listen.to_string(), "127.0.0.1:9090");
}

#[test]
fn the_annotated_file_names_every_limit() {
    let text = fs::read_to_string(config().join("dragoman.yaml")).unwrap();
    for section in ["server", "limits", "log"] {
        let schema = schema();
        for key in schema["properties"][section]["properties"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("\n  {key}: ")), "{section}.{key}");
        }
    }
}

#[test]
fn without_keys_the_shipped_configuration_answers_with_echo() {
    let settings = shipped(&[]);
    assert_eq!(settings.default_backend, "echo");
    let named: Vec<_> =
        settings.left_out.iter().filter(|left_out| left_out.named).map(|left_out| left_out.backend.as_str()).collect();
    assert_eq!(named, ["anthropic", "gemini", "openai", "openrouter"]);
}

#[test]
fn with_keys_every_shipped_backend_is_usable() {
    let set =
        [("OPENAI_API_KEY", "o"), ("ANTHROPIC_API_KEY", "a"), ("GEMINI_API_KEY", "g"), ("OPENROUTER_API_KEY", "r")];
    let settings = shipped(&set);
    assert_eq!(settings.default_backend, "openai");
    assert_eq!(settings.backends.keys().collect::<Vec<_>>(), ["anthropic", "echo", "gemini", "openai", "openrouter"]);
}

#[test]
fn the_shipped_schemas_are_those_of_the_code() {
    for (file, schema) in [("dragoman.schema.json", schema()), ("backend.schema.json", backend_schema())] {
        let path = config().join(file);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let mut shipped = fs::read_to_string(&path).unwrap_or_default();
        if shipped != text && std::env::var_os(WRITE).is_some() {
            fs::write(&path, &text).unwrap();
            shipped.clone_from(&text);
        }
        assert!(shipped == text, "{file} is not up to date: run this test with {WRITE}=1");
    }
}

#[test]
fn the_shipped_files_obey_the_schemas_that_they_name() {
    let backends = ["openai", "anthropic", "gemini", "openrouter"].map(|id| format!("backends/{id}/backend.yaml"));
    for file in std::iter::once("dragoman.yaml".to_owned()).chain(backends) {
        let path = config().join(&file);
        let text = fs::read_to_string(&path).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
        let schema = fs::read_to_string(path.parent().unwrap().join(named)).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let document: Json = serde_saphyr::from_str(&text).unwrap();
        assert!(validator.is_valid(&document), "{file}");
    }
}

#[test]
fn the_schemas_are_valid_and_take_what_the_reader_takes() {
    let accepts = |schema: &Json, document: Json| {
        let validator = jsonschema::validator_for(schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    };
    accepts(
        &schema(),
        serde_json::json!({
            "version": 1, "listen": "${LISTEN}", "default_backend": "a", "limits": {"memory": "4MiB"}, "server": null,
            "backends": {"a": {"type": "custom", "timeout": "${T:-30}", "headers": {"a": 1}}, "openai": null},
        }),
    );
    accepts(
        &backend_schema(),
        serde_json::json!({
            "backend_type": "custom", "api_base_url": "https://a", "api_key_env_var": "A", "timeout": 60,
            "max_retries": 3, "retry_delay": 1.0, "auth_type": "custom", "auth_header": "X-API-Key",
            "models": {"m": {"limits": {"context_window": 128_000}, "parameters": {"temperature": 0.7}}},
            "settings": {"api": "auto"}, "strict": true,
        }),
    );
}

#[test]
fn the_schemas_refuse_an_unknown_key() {
    let validator = jsonschema::validator_for(&backend_schema()).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({"backend_tpye": "custom"})));
}
