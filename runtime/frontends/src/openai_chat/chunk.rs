//! The pieces of an answer as the client reads them, and their way into a stream.

use dragoman_model::Usage;
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::response::TokenLogprob;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

use crate::common::openai::{citation, usage};
use crate::common::wire;

/// What is said next in one choice. The members are those of a chunk's `delta`; `reasoning_content`,
/// `reasoning_details`, `images`, `citations` and `extra_content` are not OpenAI's but what its vendors agreed on.
#[derive(Debug, Default, Serialize)]
pub(super) struct Piece<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasoning_details: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "one_call")]
    pub(super) tool_calls: Option<CallPiece<'a>>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "function_call")]
    pub(super) function_call: Option<CallPiece<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) annotations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) citations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) images: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extra_content: Option<Value>,
}

/// More of a call.
#[derive(Debug, Default)]
pub(super) struct CallPiece<'a> {
    /// Which call of the choice, from 0.
    pub(super) index: usize,
    /// Id and name, with which a call begins.
    pub(super) head: Option<(&'a str, &'a str)>,
    /// The tool takes free text.
    pub(super) custom: bool,
    /// More of the arguments, or of the free text.
    pub(super) text: &'a str,
    /// What proves the call to the provider that wrote it.
    pub(super) signature: Option<&'a str>,
    /// Members of the call that only this dialect has.
    pub(super) native: Map<String, Value>,
}

impl CallPiece<'_> {
    /// `function` or `custom`, which is also the name of the member that holds name and text.
    pub(super) fn kind(&self) -> &'static str {
        if self.custom { "custom" } else { "function" }
    }

    /// The object in that member.
    pub(super) fn inner(&self) -> Map<String, Value> {
        let mut inner = Map::new();
        wire::put(&mut inner, "name", self.head.map(|(_, name)| name));
        inner.insert(if self.custom { "input" } else { "arguments" }.into(), self.text.into());
        inner
    }
}

/// The form in which Google's OpenAI-compatible endpoint writes a signature.
pub(super) fn signed(signature: &str) -> Value {
    json!({ "google": { "thought_signature": signature } })
}

#[allow(clippy::ref_option, reason = "serde hands the member itself")]
fn one_call<S: Serializer>(call: &Option<CallPiece<'_>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(call)
}

#[allow(clippy::ref_option, reason = "serde hands the member itself")]
fn function_call<S: Serializer>(call: &Option<CallPiece<'_>>, serializer: S) -> Result<S::Ok, S::Error> {
    call.as_ref().map(CallPiece::inner).serialize(serializer)
}

impl Serialize for CallPiece<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("index", &self.index)?;
        if let Some((id, _)) = self.head {
            map.serialize_entry("id", id)?;
            map.serialize_entry("type", self.kind())?;
        }
        if self.head.is_some() || !self.text.is_empty() {
            map.serialize_entry(self.kind(), &self.inner())?;
        }
        if let Some(signature) = self.signature {
            map.serialize_entry("extra_content", &signed(signature))?;
        }
        for (name, value) in &self.native {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Why a choice ended.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// OpenAI's word.
    pub(super) reason: String,
    /// The provider's own word, where it had another.
    pub(super) native_reason: Option<String>,
    /// Members of the choice that only this dialect has.
    pub(super) native: Map<String, Value>,
}

/// Where the pieces go: into a stream, or together into one answer.
pub(super) trait Sink {
    /// `candidate` says `piece`; `logprobs` are those of its text.
    fn say(&mut self, candidate: u32, piece: &Piece<'_>, logprobs: &[TokenLogprob]);

    /// `candidate` is complete.
    fn end(&mut self, candidate: u32, ending: Ending);
}

/// The `logprobs` member of a choice.
pub(super) fn logprobs(tokens: &[TokenLogprob]) -> Option<Value> {
    let content: Vec<Value> = tokens.iter().map(citation::logprob).collect();
    (!content.is_empty()).then(|| json!({ "content": content, "refusal": null }))
}

/// Members that every chunk of a stream begins with, as JSON text without the closing brace.
#[derive(Debug, Default)]
pub(super) struct Head {
    text: Vec<u8>,
    include_usage: bool,
}

impl Head {
    /// A head of `members`. Where the client asked for the usage, every chunk but the last says that it has none.
    pub(super) fn new(members: &Map<String, Value>, include_usage: bool) -> Self {
        let mut text = wire::body(members);
        text.pop();
        Self { text, include_usage }
    }

    fn chunk(&self, choices: &impl Serialize, usage: &Value, out: &mut Vec<u8>) {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(&self.text);
        out.extend_from_slice(b",\"choices\":");
        wire::json(out, choices);
        if self.include_usage {
            out.extend_from_slice(b",\"usage\":");
            wire::json(out, usage);
        }
        out.extend_from_slice(b"}\n\n");
    }

    /// Appends the chunk that tells the usage.
    pub(super) fn usage(&self, usage: &Usage, out: &mut Vec<u8>) {
        self.chunk(&[(); 0], &usage::chat(usage, OPENAI_CHAT), out);
    }
}

/// Writes the pieces into a stream.
pub(super) struct Stream<'a> {
    pub(super) head: &'a Head,
    pub(super) out: &'a mut Vec<u8>,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: u32,
    delta: &'a Piece<'a>,
    logprobs: Option<Value>,
    finish_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    native_finish_reason: Option<&'a str>,
    #[serde(flatten)]
    native: Map<String, Value>,
}

impl Sink for Stream<'_> {
    fn say(&mut self, candidate: u32, piece: &Piece<'_>, logprobs: &[TokenLogprob]) {
        let choice = Choice {
            index: candidate,
            delta: piece,
            logprobs: self::logprobs(logprobs),
            finish_reason: None,
            native_finish_reason: None,
            native: Map::new(),
        };
        self.head.chunk(&[choice], &Value::Null, self.out);
    }

    fn end(&mut self, candidate: u32, ending: Ending) {
        let choice = Choice {
            index: candidate,
            delta: &Piece::default(),
            logprobs: None,
            finish_reason: Some(&ending.reason),
            native_finish_reason: ending.native_reason.as_deref(),
            native: ending.native,
        };
        self.head.chunk(&[choice], &Value::Null, self.out);
    }
}
