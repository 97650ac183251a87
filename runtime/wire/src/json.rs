//! A JSON object that is looked into without being read, and changed without being rewritten.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Members of up to this many bytes are told to a connector that relays the document; larger ones are only named.
pub const MAX_SMALL_MEMBER_BYTES: usize = 1024;
/// Most top-level members of a document.
pub const MAX_MEMBERS: usize = 1024;

/// The top level of a JSON object: names, and where the values stand.
#[derive(Debug, Clone)]
pub struct Outline {
    bytes: Bytes,
    members: Vec<(String, Range<usize>)>,
}

/// One change to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// RFC 6901 pointer to a top-level member.
    pub pointer: String,
    /// JSON text of the new value; empty removes the member.
    pub value: String,
}

/// Why a document cannot be outlined or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonError {
    /// It is not a JSON object.
    Syntax(String),
    /// It has more members than [`MAX_MEMBERS`].
    TooManyMembers,
    /// A name stands twice: readers would disagree on which one counts.
    Duplicate(String),
    /// A pointer does not name a top-level member.
    Pointer(String),
    /// A new value is not JSON.
    Value(String),
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => write!(out, "the body is not a JSON object: {error}"),
            Self::TooManyMembers => write!(out, "the body has more than {MAX_MEMBERS} members"),
            Self::Duplicate(name) => write!(out, "the body has the member `{}` twice", name.escape_debug()),
            Self::Pointer(pointer) => write!(out, "`{pointer}` does not name a top-level member"),
            Self::Value(pointer) => write!(out, "the new value of `{pointer}` is not JSON"),
        }
    }
}

impl std::error::Error for JsonError {}

impl Outline {
    /// Looks into `bytes`.
    ///
    /// # Errors
    /// It is not one JSON object with at most [`MAX_MEMBERS`] members of different names.
    pub fn new(bytes: Bytes) -> Result<Self, JsonError> {
        let members = {
            let raw: RawMembers<'_> =
                serde_json::from_slice(&bytes).map_err(|error| JsonError::Syntax(error.to_string()))?;
            if raw.overflow {
                return Err(JsonError::TooManyMembers);
            }
            let base = bytes.as_ptr() as usize;
            let place = |value: &RawValue| {
                let start = value.get().as_ptr() as usize - base;
                start..start + value.get().len()
            };
            raw.members.iter().map(|(name, value)| (name.to_string(), place(value))).collect::<Vec<_>>()
        };
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if let Some((name, _)) = names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next) {
            return Err(JsonError::Duplicate((*name).to_owned()));
        }
        Ok(Self { bytes, members })
    }

    /// The document.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The JSON text of the member `name`.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        let (_, range) = self.members.iter().find(|(key, _)| key == name)?;
        self.bytes.get(range.clone())
    }

    /// The member `name`, where it is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_slice(self.raw(name)?).ok()
    }

    /// Whether the member `name` is `true`.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.raw(name) == Some(b"true")
    }

    /// The small members, and the names of the others.
    #[must_use]
    pub fn digest(&self) -> (Map<String, Value>, Vec<String>) {
        let (mut small, mut omitted) = (Map::new(), Vec::new());
        for (name, range) in &self.members {
            let value = self.bytes.get(range.clone()).filter(|value| value.len() <= MAX_SMALL_MEMBER_BYTES);
            match value.and_then(|value| serde_json::from_slice(value).ok()) {
                Some(value) => drop(small.insert(name.clone(), value)),
                None => omitted.push(name.clone()),
            }
        }
        (small, omitted)
    }

    /// The document with `edits`, as slices of the old one and the new values between them.
    ///
    /// # Errors
    /// A pointer is not a top-level one, or a value is not JSON.
    pub fn edited(&self, edits: &[Edit]) -> Result<Vec<Bytes>, JsonError> {
        if edits.is_empty() {
            return Ok(vec![self.bytes.clone()]);
        }
        let mut kept: Vec<(&str, Option<&str>)> = self.members.iter().map(|(name, _)| (name.as_str(), None)).collect();
        let names = edits.iter().map(|edit| top_level(&edit.pointer)).collect::<Result<Vec<_>, _>>()?;
        for (edit, name) in edits.iter().zip(&names) {
            let value = (!edit.value.is_empty()).then_some(edit.value.as_str());
            if value.is_some_and(|value| serde_json::from_str::<&RawValue>(value).is_err()) {
                return Err(JsonError::Value(edit.pointer.clone()));
            }
            kept.retain(|(key, _)| value.is_some() || key != name);
            match (kept.iter_mut().find(|(key, _)| key == name), value) {
                (Some(member), Some(_)) => member.1 = value,
                (None, Some(_)) => kept.push((name, value)),
                (_, None) => {}
            }
        }
        Ok(self.assemble(&kept))
    }

    fn assemble(&self, members: &[(&str, Option<&str>)]) -> Vec<Bytes> {
        let mut pieces = Vec::with_capacity(members.len() * 2 + 1);
        let mut glue = String::from("{");
        for (index, (name, value)) in members.iter().enumerate() {
            if index > 0 {
                glue.push(',');
            }
            glue.push_str(&Value::from(*name).to_string());
            glue.push(':');
            let old = self.members.iter().find(|(key, _)| key == name).map(|(_, range)| range.clone());
            match (value, old) {
                (Some(value), _) => glue.push_str(value),
                (None, Some(range)) if range.len() > MAX_SMALL_MEMBER_BYTES => {
                    pieces.push(Bytes::from(std::mem::take(&mut glue)));
                    pieces.push(self.bytes.slice(range));
                }
                (None, Some(range)) => {
                    glue.push_str(&String::from_utf8_lossy(self.bytes.get(range).unwrap_or_default()));
                }
                (None, None) => glue.push_str("null"),
            }
        }
        glue.push('}');
        pieces.push(Bytes::from(glue));
        pieces
    }
}

fn top_level(pointer: &str) -> Result<String, JsonError> {
    match pointer.strip_prefix('/') {
        Some(name) if !name.contains('/') => Ok(name.replace("~1", "/").replace("~0", "~")),
        _ => Err(JsonError::Pointer(pointer.to_owned())),
    }
}

struct RawMembers<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
    overflow: bool,
}

impl<'de> serde::Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = RawMembers<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut raw = RawMembers { members: Vec::new(), overflow: false };
                while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    if raw.members.len() < MAX_MEMBERS {
                        raw.members.push((name, value));
                    } else {
                        raw.overflow = true;
                    }
                }
                Ok(raw)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests;
