//! A backend's `settings` against the schema of its connector.

use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value as Json;

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::read::suggestion;
use crate::tree::{Node, Span, Value};

/// Reports what `schema` refuses in `settings`, each at its key. `node` is where the settings stand, if they are
/// written; `place` is where the backend stands.
pub(crate) fn check(settings: &Json, schema: &Json, node: Option<&Node>, place: Span, findings: &mut Findings) {
    // A schema comes from whoever wrote the connector: its patterns run in linear time, and it fetches nothing.
    match jsonschema::options().with_pattern_options(PatternOptions::regex()).build(schema) {
        Ok(validator) => report(&validator, settings, schema, node, place, findings),
        Err(error) => {
            let message = format!("the connector's own schema of its settings is not valid: {error}");
            findings.push(Finding::error(Code::Connector, message).at(place).hint("tell the connector's author"));
        }
    }
}

fn report(
    validator: &Validator,
    settings: &Json,
    schema: &Json,
    node: Option<&Node>,
    place: Span,
    findings: &mut Findings,
) {
    for error in validator.iter_errors(settings) {
        let path: Vec<String> = error.instance_path().as_str().split('/').skip(1).map(unescape).collect();
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            for name in unexpected {
                let place = span(node, &path, Some(name)).unwrap_or(place);
                unknown(name, known(schema, &path), place, findings);
            }
        } else {
            let place = span(node, &path, None).unwrap_or(place);
            findings.push(refusal(&error, &path).at(place));
        }
    }
}

fn unknown(name: &str, known: Vec<&str>, place: Span, findings: &mut Findings) {
    let hint = match known.as_slice() {
        [] => "this connector has no settings".to_owned(),
        _ => suggestion(name, known.into_iter(), "the connector's settings are"),
    };
    findings.push(Finding::error(Code::RefusedSetting, format!("unknown setting `{name}`")).at(place).hint(hint));
}

/// The message names the rule and not the value, which may come from a variable.
fn refusal(error: &ValidationError<'_>, path: &[String]) -> Finding {
    let setting = if path.is_empty() { "settings".to_owned() } else { format!("settings.{}", path.join(".")) };
    let message = format!("`{setting}`: {}", error.masked_with("this value"));
    Finding::error(Code::RefusedSetting, message).hint("the connector's manifest says what its settings may be")
}

/// The properties that the schema names at `path`, if it says so plainly.
fn known<'s>(schema: &'s Json, path: &[String]) -> Vec<&'s str> {
    let at = path.iter().try_fold(schema, |schema, name| schema.get("properties")?.get(name));
    let properties = at.and_then(|schema| schema.get("properties")).and_then(Json::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Where the value at `path` stands, or the key `member` of it.
fn span(node: Option<&Node>, path: &[String], member: Option<&String>) -> Option<Span> {
    let node = path.iter().try_fold(node?, |node, segment| match &node.value {
        Value::Map(entries) => entries.iter().find(|entry| entry.key == *segment).map(|entry| &entry.value),
        Value::List(items) => items.get(segment.parse::<usize>().ok()?),
        Value::Scalar(_) => None,
    })?;
    match (&node.value, member) {
        (Value::Map(entries), Some(member)) => {
            entries.iter().find(|entry| entry.key == *member).map(|entry| entry.key_span)
        }
        _ => Some(node.span),
    }
}

/// RFC 6901 section 4.
fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
