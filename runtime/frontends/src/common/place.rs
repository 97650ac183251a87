//! Where in a request something stands, for failures that name it.

use std::fmt;

use dragoman_model::Failure;
use serde_json::Value;

/// A place in a document: a chain back to its root, so that a place costs nothing until it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// The document itself.
    pub(crate) const ROOT: Place<'static> = Place { outer: None, step: Step::Root };

    /// The member `name` of what stands here.
    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Self { outer: Some(self), step: Step::Member(name) }
    }

    /// The item `index`, from 0, of the array that stands here.
    pub(crate) fn item(&'a self, index: usize) -> Self {
        Self { outer: Some(self), step: Step::Item(index) }
    }

    /// What stands here is no `expected`.
    pub(crate) fn wrong(&self, expected: &str, found: &Value) -> Failure {
        Failure::invalid(format!("`{self}` must be {expected}, but it is {}.", kind_of(found))).at(self.to_string())
    }

    /// What must stand here is missing.
    pub(crate) fn missing(&self) -> Failure {
        Failure::invalid(format!("`{self}` is required, but it is missing.")).at(self.to_string())
    }

    /// What stands here is the word `found`, which is none of `allowed`.
    pub(crate) fn unknown_word(&self, found: &str, allowed: &[&str]) -> Failure {
        let allowed = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let found: String = found.chars().take(64).collect();
        Failure::invalid(format!("`{self}` is `{found}`; it must be one of {allowed}.")).at(self.to_string())
    }

    /// The array that stands here.
    pub(crate) fn list(&self, value: Value) -> Result<Vec<Value>, Failure> {
        match value {
            Value::Array(items) => Ok(items),
            other => Err(self.wrong("an array", &other)),
        }
    }

    /// The string that stands here.
    pub(crate) fn string(&self, value: Value) -> Result<String, Failure> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(self.wrong("a string", &other)),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The chain is as deep as the codec's own nesting, never as deep as the document.
        let top = self.outer.is_none_or(|outer| matches!(outer.step, Step::Root));
        if let Some(outer) = self.outer {
            fmt::Display::fmt(outer, out)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) if top => out.write_str(name),
            Step::Member(name) => write!(out, ".{name}"),
            Step::Item(index) => write!(out, "[{index}]"),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
