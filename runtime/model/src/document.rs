//! How the documents read and write themselves.
//!
//! Every document is *open*: members it does not know are kept in `extra` and written back. `serde`'s own `flatten` and
//! internally tagged enums buffer each level of a document; these macros read straight through, which is what makes the
//! neutral model affordable inside a guest.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Visitor};
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// What a member of a document does when it is absent.
pub(crate) trait Member: Sized {
    /// Whether the member is left out when the document is written.
    fn is_absent(&self) -> bool {
        false
    }

    /// The value of a member that is missing or null; `None` where the member is required.
    #[must_use]
    fn missing() -> Option<Self> {
        None
    }
}

impl<T> Member for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<T> Member for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn missing() -> Option<Self> {
        Some(Self::new())
    }
}

impl Member for serde_json::Map<String, serde_json::Value> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
    fn missing() -> Option<Self> {
        Some(Self::new())
    }
}

impl Member for bool {
    fn is_absent(&self) -> bool {
        !*self
    }
    fn missing() -> Option<Self> {
        Some(false)
    }
}

impl Member for u32 {
    fn missing() -> Option<Self> {
        Some(0)
    }
}

impl Member for String {}
impl Member for serde_json::Value {}
impl Member for serde_json::Number {}

/// Reads a string, without allocating where it is one of the expected ones.
pub(crate) struct OneOf(pub(crate) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for OneOf {
    type Value = Cow<'static, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for OneOf {
    type Value = Cow<'static, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let known = self.0.iter().find(|name| **name == text);
        Ok(known.map_or_else(|| Cow::Owned(text.to_owned()), |name| Cow::Borrowed(*name)))
    }
}

/// The text of an object whose first member is `type`; `members` are the others, of which there is at least one.
pub(crate) fn tag_first(tag: &str, members: &Map<String, Value>) -> String {
    let rest = serde_json::to_string(members).unwrap_or_default();
    format!("{{\"type\":{},{}", Value::from(tag), rest.strip_prefix('{').unwrap_or_default())
}

/// Declares a document: a struct whose members are read and written by name, with unknown ones kept in `extra`.
macro_rules! document {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $( $(#[$what:meta])* pub $field:ident $(as $key:literal)? : $type:ty, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[$what])* pub $field: $type, )*
            /// Members that this version does not know, kept as they came.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                self.write_members(&mut map)?;
                map.end()
            }
        }

        impl $name {
            #[allow(dead_code, reason = "only documents that are variants of a tagged one are written this way")]
            pub(crate) fn write_members<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $( if !$crate::document::Member::is_absent(&self.$field) {
                    map.serialize_entry(document!(@key $field $($key)?), &self.$field)?;
                } )*
                for (key, value) in &self.extra {
                    map.serialize_entry(key, value)?;
                }
                Ok(())
            }

            #[allow(unused_mut, unused_variables, reason = "a document may have no members of its own")]
            pub(crate) fn read_members<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                const NAMES: &[&str] = &[$( document!(@key $field $($key)?) ),*];
                $( let mut $field: Option<$type> = None; )*
                let mut extra = serde_json::Map::new();
                while let Some(key) = map.next_key_seed($crate::document::OneOf(NAMES))? {
                    match &*key {
                        $( document!(@key $field $($key)?) => $field = map.next_value()?, )*
                        _ => { extra.insert(key.into_owned(), map.next_value()?); }
                    }
                }
                Ok(Self {
                    $( $field: match $field.or_else($crate::document::Member::missing) {
                        Some(value) => value,
                        None => return Err(serde::de::Error::missing_field(document!(@key $field $($key)?))),
                    }, )*
                    extra,
                })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = $name;
                    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        out.write_str(concat!("a ", stringify!($name), " object"))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::read_members(map)
                    }
                }
                deserializer.deserialize_map(Reader)
            }
        }

        impl $crate::document::Member for $name {}
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}

/// Declares a tagged document: an enum whose `type` member chooses the variant, with unknown types kept whole.
macro_rules! tagged {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $( $(#[$what:meta])* $variant:ident($type:ty) = $tag:literal, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $( $(#[$what])* $variant($type), )*
            /// A type that this version does not know, kept whole.
            Unknown(serde_json::Map<String, serde_json::Value>),
        }

        impl $name {
            /// The value of the `type` member.
            #[must_use]
            pub fn tag(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $tag, )*
                    Self::Unknown(map) => map.get("type").and_then(serde_json::Value::as_str).unwrap_or_default(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                match self {
                    $( Self::$variant(value) => {
                        map.serialize_entry("type", $tag)?;
                        value.write_members(&mut map)?;
                    } )*
                    Self::Unknown(members) => {
                        for (key, value) in members {
                            map.serialize_entry(key, value)?;
                        }
                    }
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = $name;
                    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        out.write_str(concat!("a ", stringify!($name), " object with a `type`"))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        use serde::de::Error as _;
                        const NAMES: &[&str] = &["type"];
                        const TAGS: &[&str] = &[$($tag),*];
                        let mut early = serde_json::Map::new();
                        while let Some(key) = map.next_key_seed($crate::document::OneOf(NAMES))? {
                            if key != "type" {
                                early.insert(key.into_owned(), map.next_value()?);
                                continue;
                            }
                            let tag = map.next_value_seed($crate::document::OneOf(TAGS))?;
                            // Our own writers put `type` first, so the way below is the one taken. From a document
                            // that has it later a text is made that has it first: a second reader, for values, would
                            // double the size of a guest.
                            if !early.is_empty() {
                                while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
                                    early.insert(key, value);
                                }
                                let text = $crate::document::tag_first(&tag, &early);
                                return serde_json::from_str(&text).map_err(A::Error::custom);
                            }
                            return match &*tag {
                                $( $tag => <$type>::read_members(map).map($name::$variant), )*
                                _ => {
                                    early.insert("type".into(), tag.into_owned().into());
                                    while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
                                        early.insert(key, value);
                                    }
                                    Ok($name::Unknown(early))
                                }
                            };
                        }
                        Err(A::Error::missing_field("type"))
                    }
                }
                deserializer.deserialize_map(Reader)
            }
        }

        impl $crate::document::Member for $name {}
    };
}

/// Declares a set of words, with any other word kept as it came.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $( $(#[$what:meta])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$what])* $variant, )*
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// Every word that this version knows.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The word as documents write it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::DeserializeSeed as _;
                let word = $crate::document::OneOf(Self::KNOWN).deserialize(deserializer)?;
                Ok(Self::from(&*word))
            }
        }

        impl $crate::document::Member for $name {}
    };
}

/// Lets a variant be written as the document it holds.
macro_rules! variants {
    ($name:ident: $( $variant:ident($type:ty), )*) => {
        $( impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        } )*
    };
}

pub(crate) use {document, tagged, variants, words};
