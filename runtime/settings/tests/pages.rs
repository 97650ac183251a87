//! The examples of the reference pages, where these are beside the checkout, and fixtures of the same keys.

#![allow(clippy::panic, reason = "the message is the test's")]

mod support;

use std::fs;
use std::path::Path;

use dragoman_settings::{Auth, Loaded};
use support::load_files;

/// The keys of the pages' examples at the start of a line: where such a line is, an example is.
const KEYS: [&str; 13] = [
    "backend_type:",
    "api_base_url:",
    "api_key_env_var:",
    "models:",
    "headers:",
    "timeout:",
    "max_retries:",
    "retry_delay:",
    "auth_type:",
    "auth_header:",
    "default_model:",
    "backends:",
    "default_backend:",
];
const SET: [(&str, &str); 9] = [
    ("MY_CUSTOM_API_KEY", "k"),
    ("INTERNAL_LLM_API_KEY", "k"),
    ("OPENAI_API_KEY", "k"),
    ("PROVIDER_API_KEY", "k"),
    ("EXAMPLE_API_KEY", "k"),
    ("MY_API_KEY", "k"),
    ("ANTHROPIC_API_KEY", "k"),
    ("GEMINI_API_KEY", "k"),
    ("KEY", "k"),
];

fn page(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/spec/reference").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {name} is not beside this checkout");
    }
    text
}

/// The YAML of a page: runs of lines that are keys, indented, comments or blank, begun by a known key at the margin.
fn examples(page: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut example = String::new();
    let ends = |line: &str| {
        let known = KEYS.iter().any(|key| line.starts_with(key));
        !known && !line.is_empty() && !line.starts_with(' ') && !line.starts_with('#')
    };
    for line in page.lines().chain(["."]) {
        if ends(line) {
            examples.push(std::mem::take(&mut example));
        } else if !example.is_empty() || KEYS.iter().any(|key| line.starts_with(key)) {
            example += line;
            example.push('\n');
        }
    }
    examples.retain(|example| !example.is_empty());
    examples
}

/// A backend's example with those of the required keys that it leaves to the reader.
fn complete(example: &str) -> String {
    let required = [("backend_type", "custom"), ("api_base_url", "https://x.example/v1"), ("api_key_env_var", "KEY")];
    let missing = required.iter().filter(|(key, _)| !example.contains(&format!("{key}:")));
    let mut lines: Vec<String> = missing.map(|(key, value)| format!("{key}: \"{value}\"")).collect();
    lines.push(example.to_owned());
    lines.join("\n")
}

fn load_backend(name: &str, text: &str) -> Loaded {
    let loaded = load_files(name, &[("backends/page/backend.yaml", text)], &SET);
    loaded.unwrap_or_else(|diagnostics| panic!("{text}\n{diagnostics}"))
}

#[test]
fn every_example_of_the_page_on_custom_backends_loads() {
    let Some(page) = page("custom-backends.txt") else { return };
    let examples = examples(&page);
    assert!(examples.len() >= 10, "{} examples found", examples.len());
    for (number, example) in examples.iter().enumerate() {
        let loaded = load_backend(&format!("page-{number}"), &complete(example));
        assert!(loaded.settings.backends.contains_key("page"));
        assert!(loaded.warnings.is_empty());
    }
}

#[test]
fn the_example_of_the_overview_page_loads() {
    let Some(page) = page("backend-overview.txt") else { return };
    let examples = examples(&page);
    assert_eq!(examples.len(), 1);
    let loaded = load_files("overview", &[("dragoman.yaml", &examples[0])], &SET).unwrap();
    assert_eq!(loaded.settings.default_backend, "openai");
    assert!(["anthropic", "gemini", "openai"].iter().all(|id| loaded.settings.backends.contains_key(*id)));
}

#[test]
fn a_backend_with_several_models_and_their_limits_loads() {
    let text = "backend_type: \"custom\"\napi_base_url: \"https://llm.example/v1\"\napi_key_env_var: \"KEY\"\n\
                models:\n  \"quick\":\n    limits:\n      context_window: 4096\n      max_input_tokens: 3000\n      \
                requests_per_minute: 120\n    parameters:\n      temperature: 0.8\n  \n  \"careful\":\n    limits:\n      \
                context_window: 262144  # 256 Ki\n      max_input_tokens: 200000\n      max_output_tokens: 62144\n";
    let loaded = load_backend("models", text);
    let models = &loaded.settings.backends["page"].models;
    assert_eq!(models["quick"].limits.requests_per_minute, Some(120));
    assert_eq!(models["careful"].limits.max_output_tokens, Some(62_144));
}

#[test]
fn a_backend_with_its_own_header_for_the_key_loads() {
    let text = "backend_type: custom\napi_base_url: https://llm.example/v1\napi_key_env_var: \"KEY\"\n\
                auth_type: \"custom\"\nauth_header: \"X-API-Key\"\ntimeout: 60\nmax_retries: 3\nretry_delay: 1.0\n";
    let loaded = load_backend("header", text);
    let backend = &loaded.settings.backends["page"];
    assert_eq!(backend.auth, Auth::Header { name: "x-api-key".to_owned() });
    assert_eq!((backend.timeout.as_secs(), backend.max_retries, backend.retry_delay.as_secs()), (60, 3, 1));
}
