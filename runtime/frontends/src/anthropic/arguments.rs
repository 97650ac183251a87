//! The arguments of a tool call as they arrive.

use std::borrow::Cow;

use crate::arguments;

/// Lets the text of an object through as it comes, and holds anything else until it is complete: a client builds an
/// object out of the pieces and has no use for others.
#[derive(Debug, Default)]
pub(super) enum Arguments {
    /// Nothing but white space came.
    #[default]
    Blank,
    /// An object comes.
    Object,
    /// Something else comes.
    Other(String),
}

impl Arguments {
    /// Takes in the next piece; what of it the client reads now.
    pub(super) fn push<'a>(&mut self, text: &'a str) -> Option<Cow<'a, str>> {
        match self {
            Self::Object => (!text.is_empty()).then_some(Cow::Borrowed(text)),
            Self::Other(held) => {
                held.push_str(text);
                None
            }
            Self::Blank => {
                // White space before a value means nothing.
                let text = text.trim_start();
                if text.starts_with('{') {
                    *self = Self::Object;
                    return Some(Cow::Borrowed(text));
                }
                if !text.is_empty() {
                    *self = Self::Other(text.to_owned());
                }
                None
            }
        }
    }

    /// What the client reads at the end.
    pub(super) fn finish(self) -> Option<String> {
        let Self::Other(held) = self else { return None };
        let object = arguments::object(&held);
        (!object.is_empty()).then(|| serde_json::Value::Object(object).to_string())
    }
}
