//! Small things about JSON objects.

use dragoman_connector::model::Native;
use serde_json::{Map, Value};

use crate::DIALECT;

/// Puts `value` into `map` unless it is absent.
pub(crate) fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

/// Puts back what `native` has of this dialect; what `map` has already wins, objects are joined.
pub(crate) fn restore(map: &mut Map<String, Value>, native: &Native) {
    if let Some(members) = native.of(DIALECT) {
        join(map, members);
    }
}

fn join(map: &mut Map<String, Value>, members: &Map<String, Value>) {
    for (name, value) in members {
        match (map.get_mut(name), value) {
            (Some(Value::Object(mine)), Value::Object(theirs)) => join(mine, theirs),
            (Some(_), _) => {}
            (None, _) => {
                map.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Takes a text out of `map`; anything else stays.
pub(crate) fn take_text(map: &mut Map<String, Value>, name: &str) -> Option<String> {
    match map.get_mut(name) {
        Some(Value::String(text)) => {
            let text = std::mem::take(text);
            map.remove(name);
            Some(text)
        }
        _ => None,
    }
}

/// What is left of an object, without its nulls, as members of this dialect.
pub(crate) fn rest(map: Map<String, Value>) -> Native {
    let mut native = Native::default();
    native.put_all(DIALECT, map.into_iter().filter(|(_, value)| !value.is_null()).collect());
    native
}

/// Members whose lists a stream tells piece by piece.
const CONTINUED: [&str; 2] = ["groundingMetadata", "citationMetadata"];

/// Adds the members `more` of a further chunk: what is there already is replaced or, where it comes in pieces, continued.
pub(crate) fn gather(map: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (map.get_mut(&name), value) {
            (_, Value::Null) => {}
            (Some(Value::Object(mine)), Value::Object(theirs)) if CONTINUED.contains(&name.as_str()) => {
                go_on(mine, theirs);
            }
            (_, value) => {
                map.insert(name, value);
            }
        }
    }
}

fn go_on(map: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (map.get_mut(&name), value) {
            (Some(Value::Array(mine)), Value::Array(theirs)) => mine.extend(theirs),
            (_, value) => {
                map.insert(name, value);
            }
        }
    }
}
