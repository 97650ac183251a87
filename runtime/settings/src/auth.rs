//! Where a backend's key goes.

use http::HeaderName;

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::read::{self, Section};

/// Where the host puts the key into a request, after the connector is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// A header that carries the bare key.
    Header {
        /// The header's name, in lower case.
        name: String,
    },
    /// A query parameter that carries the key.
    Query {
        /// The parameter's name.
        name: String,
    },
    /// Nowhere: the provider asks for no key.
    None,
}

/// Reads `auth_type` and what belongs to it; `default` where it is not written.
pub(crate) fn auth(section: Section<'_>, default: &Auth, findings: &mut Findings) -> Auth {
    let word =
        section.get("auth_type").and_then(|node| read::word(node, &["bearer", "custom", "query", "none"], findings));
    for (key, word_needed) in [("auth_header", "custom"), ("auth_parameter", "query")] {
        if let Some(entry) = section.entry(key)
            && word != Some(word_needed)
        {
            let message = format!("`{key}` only means something with `auth_type: {word_needed}`");
            let hint = format!("add `auth_type: {word_needed}`, or remove this line");
            findings.push(Finding::error(Code::MissingKey, message).at(entry.key_span).hint(hint));
        }
    }
    match word {
        Some("bearer") => Auth::Bearer,
        Some("custom") => header(section, findings).unwrap_or(Auth::Bearer),
        Some("query") => Auth::Query { name: parameter(section, findings) },
        Some(_) => Auth::None,
        None => default.clone(),
    }
}

fn header(section: Section<'_>, findings: &mut Findings) -> Option<Auth> {
    let Some(node) = section.get("auth_header") else {
        if let Some(entry) = section.entry("auth_type") {
            let hint = "name the header that carries the key: `auth_header: X-API-Key`";
            read::missing(entry.key_span, "`auth_type: custom`", "auth_header", hint, findings);
        }
        return None;
    };
    let name = read::text(node, findings)?;
    if let Ok(name) = HeaderName::try_from(name) {
        return Some(Auth::Header { name: name.as_str().to_owned() });
    }
    let finding = Finding::error(Code::BadHeader, "this is not the name of a header").at(node.span);
    findings.push(finding.hint("letters, digits and hyphens, as in `X-API-Key`"));
    None
}

fn parameter(section: Section<'_>, findings: &mut Findings) -> String {
    let Some(node) = section.get("auth_parameter") else { return "key".to_owned() };
    let name = read::text(node, findings).unwrap_or("key");
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        let finding = Finding::error(Code::BadValue, "this is not the name of a query parameter").at(node.span);
        findings.push(finding.hint("letters, digits, `_`, `-` and `.`, as in `key`"));
    }
    name.to_owned()
}
