//! Small things about JSON objects.

use dragoman_connector::model::Native;
use dragoman_connector::model::content::CacheMarker;
use serde_json::{Map, Value, json};

use crate::DIALECT;

/// Puts `value` into `map` unless it is absent.
pub(crate) fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

/// Puts `cache_control` into `map` where a part is marked.
pub(crate) fn put_cache(map: &mut Map<String, Value>, marker: Option<CacheMarker>) {
    let Some(marker) = marker else { return };
    let mut control = Map::new();
    control.insert("type".into(), json!(marker.kind.as_deref().unwrap_or("ephemeral")));
    put(&mut control, "ttl", marker.ttl);
    map.insert("cache_control".into(), control.into());
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
