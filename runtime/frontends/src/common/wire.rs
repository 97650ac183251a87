//! JSON bodies and server-sent events.

use dragoman_model::{Failure, Native};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Members, Place};

/// The object that a body holds.
pub(crate) fn object(body: &[u8]) -> Result<Members<'static>, Failure> {
    let value: Value = serde_json::from_slice(body).map_err(|error| syntax(&error))?;
    match value {
        Value::Object(map) => Ok(Members::new(map, Place::ROOT)),
        _ => Err(Failure::invalid("The body of the request must be a JSON object.")),
    }
}

fn syntax(error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    // The position is told in our own words; serde's stands at the end of its message.
    let what = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what);
    Failure::invalid(format!("The body of the request is no valid JSON: {what} (line {line}, column {column})."))
}

/// The JSON text of `document`.
pub(crate) fn body(document: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    json(&mut out, document);
    out
}

/// Appends the JSON text of `document`.
pub(crate) fn json(out: &mut Vec<u8>, document: &impl Serialize) {
    // Writing to memory does not fail, and no document of ours has keys that are not strings.
    let written = serde_json::to_writer(&mut *out, document);
    debug_assert!(written.is_ok(), "a document that cannot be written");
}

/// Appends a server-sent event: the line `event:` unless `name` is empty, and `data:` with the JSON text of `document`.
pub(crate) fn event(out: &mut Vec<u8>, name: &str, document: &impl Serialize) {
    if !name.is_empty() {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    json(out, document);
    out.extend_from_slice(b"\n\n");
}

/// Puts `value` into `map` unless it is absent.
pub(crate) fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

/// Puts the members that `native` has of `dialect` into `map`, except those that are there already.
pub(crate) fn put_native(map: &mut Map<String, Value>, native: Native, dialect: &str) {
    let Native(mut dialects) = native;
    if let Some(Value::Object(members)) = dialects.get_mut(dialect).map(Value::take) {
        for (name, value) in members {
            map.entry(name).or_insert(value);
        }
    }
}
