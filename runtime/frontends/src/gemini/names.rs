//! How the API reads JSON: names in either case, one item where a list is due, numbers in quotes.
//!
//! This is the JSON mapping of protocol buffers: <https://protobuf.dev/programming-guides/json/>.

use dragoman_model::Failure;
use serde_json::{Map, Value};

use crate::common::{Members, Place};

/// The members of `value`, their names in camel case.
pub(super) fn members(value: Value, place: Place<'_>) -> Result<Members<'_>, Failure> {
    match value {
        Value::Object(map) => Ok(Members::new(camel_names(map), place)),
        other => Err(place.wrong("an object", &other)),
    }
}

/// The same members under names in camel case. What stands in them is left alone: it may be free-form.
pub(super) fn camel_names(map: Map<String, Value>) -> Map<String, Value> {
    if !map.keys().any(|name| name.contains('_')) {
        return map;
    }
    let mut renamed = Map::with_capacity(map.len());
    for (name, value) in map {
        let name = camel(&name);
        if !value.is_null() || !renamed.contains_key(&name) {
            renamed.insert(name, value);
        }
    }
    renamed
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            '_' => upper = !out.is_empty(),
            letter if upper => {
                out.extend(letter.to_uppercase());
                upper = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// The items of a list; one item may stand alone.
pub(super) fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
    }
}

/// Takes the quotes off a number, so that it can be read as one.
pub(super) fn unquote(members: &mut Members<'_>, name: &str) {
    if let Some(number) = members.peek_str(name).and_then(number) {
        members.put_back(name, number);
    }
}

/// The number that `text` is.
pub(super) fn number(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text.trim()).ok().filter(Value::is_number)
}

/// The word that an enum's value names: words count in any case, numbers stand for the word at their place. Anything
/// else is no word.
pub(super) fn word(value: &Value, words: &[&'static str]) -> Option<String> {
    match value {
        Value::String(word) => Some(word.to_ascii_uppercase()),
        Value::Number(number) => {
            let index = usize::try_from(number.as_u64()?).ok()?;
            words.get(index).map(|word| (*word).to_owned())
        }
        _ => None,
    }
}
