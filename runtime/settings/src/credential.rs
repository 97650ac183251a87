//! Where a backend's key comes from.

use std::path::{Path, PathBuf};

use http::HeaderValue;
use secrecy::SecretString;

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::interpolate::{Environment, is_variable_name};
use crate::read::{self, Section};
use crate::sheet;
use crate::tree::{Entry, Node, Span};

/// A key and where it came from. `Debug` does not show it.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Where it came from.
    pub source: CredentialSource,
    /// The key, without white space around it; it can be a header's value.
    pub secret: SecretString,
}

/// Where a key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// An environment variable.
    Variable(String),
    /// A file.
    File(PathBuf),
    /// The configuration itself.
    Literal,
}

/// What became of a backend's key.
#[derive(Debug)]
pub(crate) enum Key {
    Found(Credential),
    /// The variable that would hold it is not set.
    Unset(String),
    /// Nothing says where it comes from.
    Unstated,
    /// It was reported.
    Faulty,
}

/// Finds the key of the backend that `section` describes; `usual` are the variables to look at if it names none.
pub(crate) fn key(
    section: Section<'_>,
    usual: &[&str],
    folder: &Path,
    env: Environment<'_>,
    findings: &mut Findings,
) -> Key {
    match (section.entry("api_key_env_var"), section.written("api_key")) {
        (Some(variable), Some(key)) => {
            let finding = Finding::error(Code::DuplicateKey, "two keys: `api_key` and `api_key_env_var`");
            findings.push(finding.at(key.key_span).also(variable.key_span, "").hint("keep one of the two"));
            Key::Faulty
        }
        (Some(entry), None) => match variable(&entry.value, findings) {
            Some(variable) => from_variables(&[variable], entry.value.span, env, findings),
            None => Key::Faulty,
        },
        (None, Some(entry)) => written(entry, folder, findings),
        (None, None) => from_variables(usual, Span::NOWHERE, env, findings),
    }
}

fn variable<'a>(node: &'a Node, findings: &mut Findings) -> Option<&'a str> {
    let name = &read::scalar(node, read::VALUE, findings)?.text;
    if is_variable_name(name) {
        return Some(name);
    }
    // Somebody may well have put the key itself here.
    findings.hide(node.span);
    let finding = Finding::error(Code::BadValue, "this is not the name of an environment variable").at(node.span);
    findings.push(finding.hint("give the name of the variable that holds the key, as in `OPENAI_API_KEY`"));
    None
}

fn from_variables(names: &[&str], span: Span, env: Environment<'_>, findings: &mut Findings) -> Key {
    let set =
        names.iter().find_map(|name| env(name).filter(|value| !value.trim().is_empty()).map(|value| (name, value)));
    match (set, names.first()) {
        (Some((name, value)), _) => {
            let what = format!("environment variable `{name}`");
            found(CredentialSource::Variable((*name).to_owned()), &value, &what, span, findings)
        }
        (None, Some(name)) => Key::Unset((*name).to_owned()),
        (None, None) => Key::Unstated,
    }
}

fn written(entry: &Entry, folder: &Path, findings: &mut Findings) -> Key {
    let node = &entry.value;
    let crate::tree::Value::Scalar(scalar) = &node.value else {
        read::scalar(node, read::VALUE, findings);
        return Key::Faulty;
    };
    if let Some(path) = scalar.text.strip_prefix("file:") {
        return from_file(folder.join(path), node.span, findings);
    }
    match &scalar.variable {
        Some(name) if scalar.missing.is_some() || scalar.text.trim().is_empty() => {
            Key::Unset(scalar.missing.as_ref().unwrap_or(name).clone())
        }
        Some(name) => {
            let source = CredentialSource::Variable(name.clone());
            found(source, &scalar.text, &format!("environment variable `{name}`"), node.span, findings)
        }
        None => {
            findings.push(
                Finding::warning(Code::LiteralKey, "a key is written into the configuration")
                    .at(entry.key_span)
                    .label("who reads this file has the key")
                    .hint("name a variable with `api_key_env_var`, or refer to a file: `api_key: file:/path`"),
            );
            found(CredentialSource::Literal, &scalar.text, "the key", node.span, findings)
        }
    }
}

fn from_file(path: PathBuf, span: Span, findings: &mut Findings) -> Key {
    match sheet::read(&path) {
        Ok(text) => {
            let what = format!("`{}`", path.display());
            found(CredentialSource::File(path), &text, &what, span, findings)
        }
        Err(error) => {
            let message = format!("cannot read the key from `{}`: {error}", path.display());
            findings.push(Finding::error(Code::Unreadable, message).at(span));
            Key::Faulty
        }
    }
}

fn found(source: CredentialSource, value: &str, what: &str, span: Span, findings: &mut Findings) -> Key {
    let value = value.trim();
    if !value.is_empty() && HeaderValue::from_str(value).is_ok() {
        return Key::Found(Credential { source, secret: SecretString::from(value) });
    }
    let message = format!("{what} is empty or holds characters that no header can carry");
    findings.push(Finding::error(Code::BadValue, message).at(span).hint("a key is one line of visible characters"));
    Key::Faulty
}
