//! Reading nodes as what their keys take. Whatever does not fit is reported, and read as absent.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::keys::Table;
use crate::scalar::{self, Meaning};
use crate::tree::{Entry, Node, Scalar, Span, Value};
use crate::units;

/// A mapping with known keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section<'a> {
    entries: &'a [Entry],
    table: &'static Table,
}

impl<'a> Section<'a> {
    /// Reads `node` as a mapping with the keys of `table` and reports what is unknown or said twice.
    pub(crate) fn open(node: &'a Node, table: &'static Table, findings: &mut Findings) -> Self {
        let section = Self { entries: members(node, table.what, findings), table };
        for entry in section.entries {
            section.check(entry, findings);
        }
        section
    }

    fn check(&self, entry: &Entry, findings: &mut Findings) {
        if let Some(key) = self.table.keys.iter().find(|key| key.alias == Some(&entry.key)) {
            if let Some(other) = self.entries.iter().find(|other| other.key == key.name) {
                let message = format!("`{}` and `{}` are the same key", entry.key, key.name);
                let finding = Finding::error(Code::DuplicateKey, message);
                findings.push(finding.at(entry.key_span).also(other.key_span, "").hint("keep one of the two"));
            }
        } else if !self.table.keys.iter().any(|key| key.name == entry.key) {
            let names = self.table.keys.iter().map(|key| key.name);
            let message = format!("unknown key `{}` in {}", entry.key, self.table.what);
            let hint = suggestion(&entry.key, names, "the keys here are");
            findings.push(Finding::error(Code::UnknownKey, message).at(entry.key_span).hint(hint));
        }
    }

    /// The member under `name` or its alias, unless it is null.
    pub(crate) fn entry(&self, name: &str) -> Option<&'a Entry> {
        self.written(name).filter(|entry| !is_null(&entry.value))
    }

    /// The member under `name` or its alias, unless it is written as null: it may refer to a variable that is empty.
    pub(crate) fn written(&self, name: &str) -> Option<&'a Entry> {
        let alias = self.table.keys.iter().find(|key| key.name == name).and_then(|key| key.alias);
        let named = |entry: &&Entry| entry.key == name || alias == Some(&entry.key);
        let refers = |node: &Node| matches!(&node.value, Value::Scalar(scalar) if scalar.variable.is_some());
        self.entries.iter().find(named).filter(|entry| refers(&entry.value) || !is_null(&entry.value))
    }

    /// The value under `name` or its alias, unless it is null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Node> {
        self.entry(name).map(|entry| &entry.value)
    }
}

/// "did you mean ...?", or else what there is to choose from.
pub(crate) fn suggestion<'n>(word: &str, names: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    let names: Vec<&str> = names.collect();
    let near = names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, name)| distance * 3 <= name.len().max(word.len()))
        .min();
    match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => format!("{otherwise} {}", list(names.into_iter())),
    }
}

/// Names in backticks, between commas.
pub(crate) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What a reader takes, and how to write it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    what: &'static str,
    hint: &'static str,
}

/// Any scalar.
pub(crate) const VALUE: Wanted = Wanted { what: "a single value", hint: "write one value behind the key" };
const TEXT: Wanted = Wanted { what: "text", hint: "write a word or a text in quotes" };
const FLAG: Wanted = Wanted { what: "a boolean", hint: "write `true` or `false`" };
const WHOLE: Wanted = Wanted { what: "a whole number", hint: "write digits without quotes, as in `3`" };
const DURATION: Wanted = Wanted {
    what: "a duration",
    hint: "write a number of seconds, or one with a unit: `30s`, `50ms`, `2m`; no more than a week",
};
const SIZE: Wanted =
    Wanted { what: "a size", hint: "write a number of bytes above zero, or one with a unit: `4MiB`, `512KiB`" };
const ADDRESS: Wanted =
    Wanted { what: "an address with a port", hint: "write it in digits: `127.0.0.1:8080`, `0.0.0.0:80`, `[::1]:8080`" };

/// The members of a mapping; null has none.
pub(crate) fn members<'a>(node: &'a Node, what: &str, findings: &mut Findings) -> &'a [Entry] {
    match &node.value {
        Value::Map(entries) => entries,
        _ if is_null(node) => &[],
        _ => {
            let message = format!("wanted a mapping for {what}, found {}", scalar::kind(node));
            let finding = Finding::error(Code::WrongType, message).at(node.span);
            findings.push(finding.hint("write lines of `key: value` below the key, indented"));
            &[]
        }
    }
}

fn is_null(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.missing.is_none() && scalar.meaning() == Meaning::Null)
}

/// A scalar of whatever type, its variables known to be set.
pub(crate) fn scalar<'a>(node: &'a Node, wanted: Wanted, findings: &mut Findings) -> Option<&'a Scalar> {
    let Value::Scalar(scalar) = &node.value else {
        return wrong_type(node, wanted, findings);
    };
    let Some(variable) = &scalar.missing else { return Some(scalar) };
    let finding = Finding::error(Code::Interpolation, format!("environment variable `{variable}` is not set"));
    findings.push(finding.at(node.span).hint(format!("set it, or give a default: `${{{variable}:-default}}`")));
    None
}

/// Text; numbers and booleans have to be in quotes.
pub(crate) fn text<'a>(node: &'a Node, findings: &mut Findings) -> Option<&'a str> {
    let scalar = scalar(node, TEXT, findings)?;
    if scalar.meaning() == Meaning::Text {
        return Some(&scalar.text);
    }
    let message = format!("wanted text, found {}", scalar::kind(node));
    let hint = format!("put it in quotes: \"{}\"", scalar.written);
    findings.push(Finding::error(Code::WrongType, message).at(node.span).hint(hint));
    None
}

/// `true` or `false`.
pub(crate) fn flag(node: &Node, findings: &mut Findings) -> Option<bool> {
    match scalar(node, FLAG, findings)?.meaning() {
        Meaning::Flag(flag) => Some(flag),
        _ => wrong_type(node, FLAG, findings),
    }
}

/// A whole number in `range`. Underscores may group the digits.
pub(crate) fn count(node: &Node, range: RangeInclusive<u64>, findings: &mut Findings) -> Option<u64> {
    let scalar = scalar(node, WHOLE, findings)?;
    let digits = scalar.text.replace('_', "");
    let Meaning::Whole(whole) = Scalar::new(digits, scalar.plain).meaning() else {
        return wrong_type(node, WHOLE, findings);
    };
    let count = u64::try_from(whole).ok().filter(|count| range.contains(count));
    if count.is_none() {
        let hint = match *range.end() {
            u64::MAX => format!("write a whole number of at least {}", range.start()),
            end => format!("write a whole number from {} to {end}", range.start()),
        };
        findings.push(Finding::error(Code::BadValue, "this number is out of range").at(node.span).hint(hint));
    }
    count
}

/// One of `words`.
pub(crate) fn word(node: &Node, words: &[&'static str], findings: &mut Findings) -> Option<&'static str> {
    let text = text(node, findings)?;
    let known = words.iter().copied().find(|word| *word == text);
    if known.is_none() {
        let hint = suggestion(text, words.iter().copied(), "choose one of");
        findings.push(Finding::error(Code::BadValue, "this word means nothing here").at(node.span).hint(hint));
    }
    known
}

/// A duration with a unit, or seconds.
pub(crate) fn duration(node: &Node, findings: &mut Findings) -> Option<Duration> {
    measure(node, DURATION, units::duration, findings)
}

/// A duration above zero.
pub(crate) fn some_duration(node: &Node, findings: &mut Findings) -> Option<Duration> {
    let duration = duration(node, findings)?;
    if duration.is_zero() {
        let finding = Finding::error(Code::BadValue, "this would be over before it began").at(node.span);
        findings.push(finding.hint("write a duration above zero"));
        return None;
    }
    Some(duration)
}

/// A size above zero, with a unit or in bytes.
pub(crate) fn size(node: &Node, findings: &mut Findings) -> Option<u64> {
    measure(node, SIZE, |text| units::size(text).filter(|size| *size > 0), findings)
}

/// An address and a port.
pub(crate) fn address(node: &Node, findings: &mut Findings) -> Option<SocketAddr> {
    measure(node, ADDRESS, |text| text.parse().ok(), findings)
}

fn measure<T>(node: &Node, wanted: Wanted, parse: impl Fn(&str) -> Option<T>, findings: &mut Findings) -> Option<T> {
    let value = parse(&scalar(node, wanted, findings)?.text);
    if value.is_none() {
        let message = format!("this is not {}", wanted.what);
        findings.push(Finding::error(Code::BadValue, message).at(node.span).hint(wanted.hint));
    }
    value
}

fn wrong_type<T>(node: &Node, wanted: Wanted, findings: &mut Findings) -> Option<T> {
    let message = format!("wanted {}, found {}", wanted.what, scalar::kind(node));
    findings.push(Finding::error(Code::WrongType, message).at(node.span).hint(wanted.hint));
    None
}

/// A key that has to be there and is not.
pub(crate) fn missing(span: Span, what: &str, key: &str, hint: &str, findings: &mut Findings) {
    let message = format!("{what} needs `{key}`");
    findings.push(Finding::error(Code::MissingKey, message).at(span).hint(hint));
}
