//! Provider state on its way through a client whose dialect has no place for it.
//!
//! A client gives back what it was given, unread, in its dialect's opaque members (Anthropic's `signature` and `data`,
//! Gemini's `thoughtSignature`). There the state of another provider travels as `drg1:<origin>:<JSON>`, and the next
//! request brings it home.

use dragoman_model::content::ReasoningPart;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "drg1:";

/// State of the provider `origin`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Envelope {
    /// The dialect whose provider made the state; it stands before the JSON.
    #[serde(skip)]
    pub(crate) origin: String,
    /// The provider's id of a reasoning item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// A signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<String>,
    /// An unreadable thought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opaque: Option<String>,
    /// The tool call that `signature` belongs to; without it the state is a reasoning part's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<String>,
    /// `signature` belongs to the text before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) text: bool,
    /// The thought's words are a summary.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) summary: bool,
}

impl Envelope {
    /// The state of `part`, if it has some that its provider needs back.
    pub(crate) fn of(part: &ReasoningPart) -> Option<Self> {
        let origin = part.origin.clone()?;
        (part.signature.is_some() || part.opaque.is_some()).then(|| Self {
            origin,
            id: part.id.clone(),
            signature: part.signature.clone(),
            opaque: part.opaque.clone(),
            summary: part.text.is_none() && !part.summary.is_empty(),
            ..Self::default()
        })
    }

    /// The reasoning part whose words are `text`.
    pub(crate) fn reasoning(self, text: Option<String>) -> ReasoningPart {
        let text = text.filter(|text| !text.is_empty());
        let (text, summary) = if self.summary { (None, text.into_iter().collect()) } else { (text, Vec::new()) };
        ReasoningPart {
            id: self.id,
            text,
            summary,
            signature: self.signature,
            opaque: self.opaque,
            origin: Some(self.origin),
            ..ReasoningPart::default()
        }
    }

    /// The text that travels.
    pub(crate) fn seal(&self) -> String {
        // A struct of strings always has a JSON text.
        let members = serde_json::to_string(self).unwrap_or_default();
        format!("{PREFIX}{}:{members}", self.origin)
    }

    /// The same in base64, for members that hold bytes.
    pub(crate) fn seal_bytes(&self) -> String {
        to_base64(self.seal().as_bytes())
    }

    /// The state in `text`, if it is an envelope.
    pub(crate) fn open(text: &str) -> Option<Self> {
        let (origin, members) = text.strip_prefix(PREFIX)?.split_once(':')?;
        let found: Self = serde_json::from_str(members).ok()?;
        Some(Self { origin: origin.to_owned(), ..found })
    }

    /// The state in the base64 of an envelope.
    pub(crate) fn open_bytes(text: &str) -> Option<Self> {
        // `drg1:` is the beginning of every envelope, and these are the first letters of its base64.
        if !text.starts_with("ZHJnM") {
            return None;
        }
        Self::open(std::str::from_utf8(&from_base64(text)?).ok()?)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| chunk.get(index).copied().map_or(0, u32::from);
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4_usize {
            let letter = ALPHABET.get((word >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if place <= chunk.len() { letter.into() } else { '=' });
        }
    }
    out
}

/// The bytes of a base64 text in either alphabet, padded or not.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut bits) = (0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        word = (word << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits & 0xFF) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Envelope, from_base64, to_base64};

    #[test]
    fn an_envelope_comes_back_as_it_was_sealed() {
        let envelope = Envelope {
            origin: "openai.responses".into(),
            id: Some("rs_1".into()),
            opaque: Some("gAAA\"ü".into()),
            summary: true,
            ..Envelope::default()
        };
        assert_eq!(Envelope::open(&envelope.seal()), Some(envelope.clone()));
        assert_eq!(Envelope::open_bytes(&envelope.seal_bytes()), Some(envelope));
    }

    #[test]
    fn a_providers_own_signature_is_no_envelope() {
        assert_eq!(Envelope::open("EqEECkYICxgCKkAo"), None);
        assert_eq!(Envelope::open_bytes("CtAEAY89a19PnUfU"), None);
        assert_eq!(Envelope::open_bytes("ZHJnM!"), None);
        assert_eq!(Envelope::open("drg1:gemini:no json"), None);
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(to_base64(plain.as_bytes()), coded);
            assert_eq!(from_base64(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(to_base64(&[255, 239, 190]), "/+++");
        assert_eq!(from_base64("_---"), Some(vec![255, 239, 190]));
    }
}
