//! `${NAME}` and `${NAME:-default}` in the strings of a configuration, with real nesting.
//!
//! `${A:-${B}}` falls back from one variable to another; `${${PREFIX}_API_KEY}` asks for the variable whose name is put
//! together from another; `${PREFIX}_API_KEY` is mere concatenation. A default stands in for a variable that is unset
//! or empty. `$${` is a literal `${`. What a variable holds is never interpolated again.

use std::fmt;

use crate::tree::{Node, Scalar, Value};

#[cfg(test)]
mod tests;

/// Nesting of references inside one string.
const MAX_DEPTH: usize = 16;
/// Bytes that one string may grow to.
const MAX_BYTES: usize = 64 * 1024;

/// How environment variables are looked up.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A string after interpolation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expanded {
    pub(crate) text: String,
    /// The first variable named.
    pub(crate) variable: Option<String>,
    /// The first variable that is unset and has no default.
    pub(crate) missing: Option<String>,
}

/// Why a string cannot be interpolated.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Unclosed,
    Name,
    Deep,
    Long,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => f.write_str("`${` without its `}`"),
            Self::Name => f.write_str("what stands in `${...}` is not the name of an environment variable"),
            Self::Deep => write!(f, "`${{...}}` nested more than {MAX_DEPTH} deep"),
            Self::Long => write!(f, "more than {MAX_BYTES} bytes after interpolation"),
        }
    }
}

/// Interpolates every string below `node` and hands each string that cannot be to `report`.
pub(crate) fn interpolate(node: &mut Node, env: Environment<'_>, report: &mut dyn FnMut(&Node, Fault)) {
    match &mut node.value {
        Value::Scalar(scalar) => {
            if let Err(fault) = apply(scalar, env) {
                report(node, fault);
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| interpolate(item, env, report)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| interpolate(&mut entry.value, env, report)),
    }
}

fn apply(scalar: &mut Scalar, env: Environment<'_>) -> Result<(), Fault> {
    if scalar.written.contains("${") {
        let Expanded { text, variable, missing } = expand(&scalar.written, env)?;
        (scalar.text, scalar.variable, scalar.missing) = (text, variable, missing);
    }
    Ok(())
}

/// Replaces the references in `text`.
pub(crate) fn expand(text: &str, env: Environment<'_>) -> Result<Expanded, Fault> {
    let mut cursor = Cursor { rest: text, env, variable: None, missing: None };
    let text = cursor.text(0)?;
    Ok(Expanded { text, variable: cursor.variable, missing: cursor.missing })
}

/// True of what a POSIX shell takes as the name of a variable.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Cursor<'a> {
    rest: &'a str,
    env: Environment<'a>,
    variable: Option<String>,
    missing: Option<String>,
}

impl Cursor<'_> {
    /// Text up to its end; inside a reference (`depth` above zero) the end is the `}`, which stays.
    fn text(&mut self, depth: usize) -> Result<String, Fault> {
        let mut text = String::new();
        loop {
            if self.skip("$${") {
                text.push_str("${");
            } else if self.skip("${") {
                text.push_str(&self.reference(depth + 1)?);
            } else if depth > 0 && self.rest.starts_with('}') {
                return Ok(text);
            } else if let Some(c) = self.next() {
                text.push(c);
            } else {
                return if depth > 0 { Err(Fault::Unclosed) } else { Ok(text) };
            }
            if text.len() > MAX_BYTES {
                return Err(Fault::Long);
            }
        }
    }

    /// What follows a `${`.
    fn reference(&mut self, depth: usize) -> Result<String, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::Deep);
        }
        let name = self.name(depth)?;
        self.variable.get_or_insert_with(|| name.clone());
        let value = (self.env)(&name);
        if self.skip("}") {
            if value.is_none() {
                self.missing.get_or_insert(name);
            }
            return Ok(value.unwrap_or_default());
        }
        let missing = self.missing.clone();
        let default = self.text(depth)?;
        self.skip("}");
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(default) };
        // A default that is not needed may refer to anything.
        self.missing = missing;
        Ok(value)
    }

    /// The name, and the `:-` that may follow it; a closing `}` stays.
    fn name(&mut self, depth: usize) -> Result<String, Fault> {
        let mut name = String::new();
        while !self.rest.starts_with('}') && !self.skip(":-") {
            if self.skip("${") {
                name.push_str(&self.reference(depth + 1)?);
            } else {
                name.push(self.next().ok_or(Fault::Unclosed)?);
            }
        }
        // A name that a missing variable was to complete is reported as that variable.
        if is_variable_name(&name) || self.missing.is_some() { Ok(name) } else { Err(Fault::Name) }
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }
}
