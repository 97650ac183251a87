//! The types of unquoted scalars, by the core schema of YAML 1.2.2 (section 10.3.2), and the way into JSON.

use serde_json::{Map, Number, Value as Json};

use crate::tree::{Node, Scalar, Value};

/// What a scalar means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning {
    Null,
    Flag(bool),
    Whole(i128),
    Real(f64),
    Text,
}

impl Scalar {
    /// The meaning of the text; a quoted one is always text.
    pub(crate) fn meaning(&self) -> Meaning {
        if !self.plain {
            return Meaning::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
            "true" | "True" | "TRUE" => Meaning::Flag(true),
            "false" | "False" | "FALSE" => Meaning::Flag(false),
            text => number(text).unwrap_or(Meaning::Text),
        }
    }

    fn json(&self) -> Json {
        match self.meaning() {
            Meaning::Null => Json::Null,
            Meaning::Flag(flag) => Json::Bool(flag),
            Meaning::Whole(whole) => whole_number(whole).map_or_else(|| Json::from(self.text.clone()), Json::Number),
            Meaning::Real(real) => Json::from(real),
            Meaning::Text => Json::from(self.text.clone()),
        }
    }
}

fn whole_number(whole: i128) -> Option<Number> {
    u64::try_from(whole).map(Number::from).or_else(|_| i64::try_from(whole).map(Number::from)).ok()
}

fn number(text: &str) -> Option<Meaning> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| !digits.starts_with(['+', '-'])) {
            return i128::from_str_radix(digits, radix).ok().map(Meaning::Whole);
        }
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if !text.chars().all(numeric) || !text.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return Some(Meaning::Whole(whole));
    }
    text.parse().ok().filter(|real: &f64| real.is_finite()).map(Meaning::Real)
}

/// The tree as a JSON document. The depth is that of the file, which the parser bounds.
pub(crate) fn json(node: &Node) -> Json {
    match &node.value {
        Value::Scalar(scalar) => scalar.json(),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect::<Map<_, _>>())
        }
    }
}

/// What a node is, in words, for messages about a wrong type.
pub(crate) fn kind(node: &Node) -> &'static str {
    match &node.value {
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
        Value::Scalar(scalar) => match scalar.meaning() {
            Meaning::Null => "nothing",
            Meaning::Flag(_) => "a boolean",
            Meaning::Whole(_) | Meaning::Real(_) => "a number",
            Meaning::Text => "text",
        },
    }
}
