//! What the tests of this crate share: an environment, the facts of the bundled connectors, folders of their own.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot write its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use dragoman_settings::{Auth, ConnectorFacts, ConnectorRef, Diagnostics, Loaded, Overrides, Source, load};
use serde_json::json;

/// What the manifests of the bundled connectors say.
pub(crate) fn connectors(connector: &ConnectorRef) -> Result<ConnectorFacts, String> {
    let ConnectorRef::Bundled(name) = connector else {
        return Err("no such file".to_owned());
    };
    let header = |name: &str| Auth::Header { name: name.to_owned() };
    let (base_url, auth) = match name.as_str() {
        "openai" => (Some("https://api.openai.com/v1"), Auth::Bearer),
        "anthropic" => (Some("https://api.anthropic.com/v1"), header("x-api-key")),
        "gemini" => (Some("https://generativelanguage.googleapis.com/v1beta"), header("x-goog-api-key")),
        "openai-compatible" => (None, Auth::Bearer),
        "echo" => (None, Auth::None),
        _ => return Err("the bundled connectors are openai, openai-compatible, anthropic, gemini, echo".to_owned()),
    };
    let api = json!({"enum": ["chat", "responses", "auto"]});
    let properties = if name == "openai" { json!({"api": api, "organization": {"type": "string"}}) } else { json!({}) };
    Ok(ConnectorFacts {
        base_url: base_url.map(str::to_owned),
        key_variable: base_url.map(|_| format!("{}_API_KEY", name.to_uppercase())),
        auth,
        settings_schema: json!({"type": "object", "properties": properties, "additionalProperties": false}),
        local: name == "echo",
    })
}

/// An environment in which these variables are set, and nothing else.
pub(crate) fn env<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    |name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
}

/// A folder of the test's own with these files.
pub(crate) fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Loads a folder with these files.
pub(crate) fn load_files(name: &str, files: &[(&str, &str)], set: &[(&str, &str)]) -> Result<Loaded, Diagnostics> {
    load(&Source::Folder(folder(name, files)), &Overrides::default(), &env(set), &connectors)
}

/// Loads a main file.
pub(crate) fn load_main(name: &str, text: &str, set: &[(&str, &str)]) -> Result<Loaded, Diagnostics> {
    load_files(name, &[("dragoman.yaml", text)], set)
}

/// The text of what a main file is refused for, with the folder left out of the paths.
pub(crate) fn refusal(name: &str, files: &[(&str, &str)], set: &[(&str, &str)]) -> String {
    let diagnostics = load_files(name, files, set).unwrap_err();
    clean(&diagnostics.to_string(), name)
}

/// The text without the path of the test's folder.
pub(crate) fn clean(text: &str, name: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    text.replace(&format!("{}/", folder.display()), "")
}
