//! Items that the model wrote: thoughts and calls.
//!
//! A thought's `encrypted_content` means something to the provider that wrote it alone. What other providers than
//! OpenAI's sign or encrypt travels in it as `drg1:<what>:<origin>:<length>:<signature><opaque>`, where `length` is that
//! of the signature in bytes. `what` is `t` for a thought whose words are the first summary, `s` for one without words,
//! and `b` for the signature of another part, with the call's id in the place of the opaque state (empty: of the text).

use dragoman_model::Failure;
use dragoman_model::content::{Part, ReasoningPart, ToolCallPart};
use dragoman_model::dialect::{GEMINI, OPENAI_RESPONSES};
use serde_json::Value;

use crate::common::Members;
use crate::common::openai::{media, options};

/// The signature of a part that is not a thought.
#[derive(Debug)]
pub(super) struct Bound {
    /// The call that it proves; absent: the last text.
    pub(super) call_id: Option<String>,
    /// The signature.
    pub(super) signature: String,
}

const PREFIX: &str = "drg1";

struct Envelope<'a> {
    what: &'a str,
    origin: &'a str,
    signature: &'a str,
    opaque: &'a str,
}

impl<'a> Envelope<'a> {
    fn open(text: &'a str) -> Option<Self> {
        let (what, text) = text.strip_prefix(PREFIX)?.strip_prefix(':')?.split_once(':')?;
        let (origin, text) = text.split_once(':')?;
        let (length, text) = text.split_once(':')?;
        let (signature, opaque) = text.split_at_checked(length.parse().ok()?)?;
        Some(Self { what, origin, signature, opaque })
    }

    fn close(&self) -> String {
        let Self { what, origin, signature, opaque } = self;
        format!("{PREFIX}:{what}:{origin}:{}:{signature}{opaque}", signature.len())
    }
}

/// What `encrypted_content` says of `thought`; `None` where there is nothing that must come back.
pub(super) fn encrypted(thought: &ReasoningPart) -> Option<String> {
    if thought.signature.is_none() && thought.opaque.is_none() {
        return None;
    }
    let origin = thought.origin.as_deref().unwrap_or_default();
    match (&thought.opaque, &thought.signature) {
        (Some(opaque), None) if told_as_content(thought) => Some(opaque.clone()),
        (opaque, signature) => {
            let envelope = Envelope {
                what: if thought.text.is_some() && !told_as_content(thought) { "t" } else { "s" },
                origin,
                signature: signature.as_deref().unwrap_or_default(),
                opaque: opaque.as_deref().unwrap_or_default(),
            };
            Some(envelope.close())
        }
    }
}

/// Whether the words of `thought` are the item's `content`, as OpenAI's own providers tell them. Those of others are
/// told as a summary, which is where clients look.
pub(super) fn told_as_content(thought: &ReasoningPart) -> bool {
    thought.origin.as_deref() == Some(OPENAI_RESPONSES)
}

/// What `encrypted_content` says of the `signature` of a part that is not a thought. Google's are the only ones.
pub(super) fn bound(call_id: Option<&str>, signature: &str) -> String {
    Envelope { what: "b", origin: GEMINI, signature, opaque: call_id.unwrap_or_default() }.close()
}

/// Reads a thought, or the signature of another part that was told as one.
pub(super) fn reasoning(mut members: Members<'_>) -> Result<(ReasoningPart, Option<Bound>), Failure> {
    members.take("type");
    let mut thought = ReasoningPart {
        id: members.string("id")?,
        text: texts(&mut members, "content")?.map(|texts| texts.concat()).filter(|text| !text.is_empty()),
        summary: texts(&mut members, "summary")?.unwrap_or_default(),
        ..ReasoningPart::default()
    };
    let encrypted = members.string("encrypted_content")?;
    match encrypted.as_deref().and_then(Envelope::open) {
        Some(envelope) if envelope.what == "b" => {
            let call_id = (!envelope.opaque.is_empty()).then(|| envelope.opaque.to_owned());
            return Ok((thought, Some(Bound { call_id, signature: envelope.signature.to_owned() })));
        }
        Some(envelope) => {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            thought.signature = given(envelope.signature);
            thought.opaque = given(envelope.opaque);
            thought.origin = given(envelope.origin);
            if envelope.what == "t" && !thought.summary.is_empty() {
                thought.text = Some(thought.summary.remove(0));
            }
            // The id was made here and means nothing to the provider.
            thought.id = None;
        }
        None => {
            thought.origin = encrypted.is_some().then(|| OPENAI_RESPONSES.to_owned());
            thought.opaque = encrypted;
        }
    }
    thought.native = members.native(OPENAI_RESPONSES);
    Ok((thought, None))
}

/// The texts of a list of `{"type", "text"}`; a string is a list of one.
fn texts(members: &mut Members<'_>, name: &str) -> Result<Option<Vec<String>>, Failure> {
    let place = members.place();
    let place = place.member(name);
    let items = match members.take(name) {
        None => return Ok(None),
        Some(Value::String(text)) => return Ok(Some(vec![text])),
        Some(value) => place.list(value)?,
    };
    let items = items.into_iter().enumerate();
    let text = |(index, item)| match item {
        Value::String(text) => Ok(text),
        item => Members::of(item, place.item(index))?.required_string("text"),
    };
    items.map(text).collect::<Result<_, _>>().map(Some)
}

/// Reads a call of a function (`arguments`) or of a custom tool (`input`).
pub(super) fn call(mut members: Members<'_>, arguments: &str) -> Result<Part, Failure> {
    members.take("type");
    let item_id = members.string("id")?;
    let mut call = ToolCallPart {
        id: members.string("call_id")?.or_else(|| item_id.clone()).unwrap_or_default(),
        name: members.required_string("name")?,
        arguments: options::arguments(members.take(arguments)),
        kind: (arguments == "input").then(|| "custom".to_owned()),
        item_id,
        ..ToolCallPart::default()
    };
    call.cache = media::cache_marker(&mut members);
    members.rest_into(&mut call.native, OPENAI_RESPONSES);
    Ok(call.into())
}
