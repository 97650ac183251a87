//! The content of a message: a string, or parts.

use dragoman_model::content::{MediaPart, NativePart, Part, ReasoningPart, RefusalPart, Source, TextPart};
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::media::part_by_type;
use dragoman_model::{Failure, Native};
use serde_json::{Map, Value};

use crate::common::openai::media;
use crate::common::{Members, Place};

/// Reads `content`. Lenient where the meaning is clear: one part without its array, strings among the parts.
pub(super) fn read(content: Option<Value>, place: Place<'_>) -> Result<Vec<Part>, Failure> {
    match content {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![TextPart::new(text).into()]),
        Some(object @ Value::Object(_)) => Ok(vec![part(object, place)?]),
        Some(Value::Array(items)) => {
            let items = items.into_iter().enumerate().filter(|(_, item)| !item.is_null());
            items.map(|(index, item)| part(item, place.item(index))).collect()
        }
        Some(other) => Err(place.wrong("a string or an array of content parts", &other)),
    }
}

fn part(item: Value, place: Place<'_>) -> Result<Part, Failure> {
    if let Value::String(text) = item {
        return Ok(TextPart::new(text).into());
    }
    let members = Members::of(item, place)?;
    let untyped = if members.peek_str("text").is_some() { "text" } else { "" };
    let kind = members.peek_str("type").unwrap_or(untyped).to_owned();
    match kind.as_str() {
        // The forms of the responses dialect are told apart from ours by their type alone.
        "text" | "input_text" | "output_text" => text(members),
        "refusal" => refusal(members),
        "image_url" | "input_image" => image(members),
        "input_audio" => audio(members),
        "audio_url" | "video_url" | "file_url" | "document_url" => linked(members, &kind),
        "file" | "input_file" => file(members),
        "thinking" => Ok(thinking(members)),
        _ => Ok(NativePart::new(OPENAI_CHAT, members.rest().into()).into()),
    }
}

fn text(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let text = members.required_string("text")?;
    let cache = media::cache_marker(&mut members);
    Ok(TextPart { cache, native: members.native(OPENAI_CHAT), ..TextPart::new(text) }.into())
}

fn refusal(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let text = members.required_string("refusal")?;
    Ok(RefusalPart { text, native: members.native(OPENAI_CHAT), ..RefusalPart::default() }.into())
}

/// The part with what else its object says.
fn finish(mut media: MediaPart, mut members: Members<'_>, nested: &str, rest: Map<String, Value>) -> MediaPart {
    media.cache = media::cache_marker(&mut members);
    let mut native = Native::default();
    if !rest.is_empty() {
        native.put(OPENAI_CHAT, nested, rest.into());
    }
    members.rest_into(&mut native, OPENAI_CHAT);
    media.native = native;
    media
}

/// `image_url` is an object with `url` and `detail`; several clients write the address alone.
fn image(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let detail = members.string("detail")?;
    let place = members.place();
    let place = place.member("image_url");
    let (mut media, rest) = match members.take("image_url") {
        Some(Value::String(url)) => (MediaPart::new(Source::from_url(&url)), Map::new()),
        Some(value) => {
            let mut nested = Members::of(value, place)?;
            let mut media = MediaPart::new(Source::from_url(&nested.required_string("url")?));
            media.detail = nested.string("detail")?;
            (media, nested.rest())
        }
        None => match members.string("file_id")? {
            Some(id) => (MediaPart::new(media::stored(id, OPENAI_CHAT)), Map::new()),
            None => return Err(place.missing()),
        },
    };
    media.detail = media.detail.or(detail);
    Ok(Part::Image(finish(media, members, "image_url", rest)))
}

/// `input_audio` is an object with `data` and `format`; Mistral takes a string, an address or base64.
fn audio(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let value = members.required("input_audio")?;
    let place = members.place();
    let (media, rest) = match value {
        Value::String(text) => (MediaPart::new(media::bytes(text, None)), Map::new()),
        value => {
            let mut nested = Members::of(value, place.member("input_audio"))?;
            (media::audio(&mut nested)?, nested.rest())
        }
    };
    Ok(Part::Audio(finish(media, members, "input_audio", rest)))
}

/// `{"type": "video_url", "video_url": {"url"}}` and its likes, which vendors made after `image_url`; Mistral writes
/// the address of a document alone and its name beside it.
fn linked(mut members: Members<'_>, kind: &str) -> Result<Part, Failure> {
    members.take("type");
    let value = members.required(kind)?;
    let name = members.string("document_name")?;
    let place = members.place();
    let (url, rest) = match value {
        Value::String(url) => (url, Map::new()),
        value => {
            let mut nested = Members::of(value, place.member(kind))?;
            (nested.required_string("url")?, nested.rest())
        }
    };
    let media = MediaPart { name, ..MediaPart::new(Source::from_url(&url)) };
    let media = finish(media, members, kind, rest);
    Ok(match kind {
        "audio_url" => Part::Audio(media),
        "video_url" => Part::Video(media),
        _ => part_by_type(media),
    })
}

/// `{"type": "file", "file": {...}}`; the responses dialect writes the members flat.
fn file(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let place = members.place();
    let (media, rest) = match members.object("file")? {
        None => (media::file(&mut members, OPENAI_CHAT)?, Map::new()),
        Some(nested) => {
            let mut nested = Members::new(nested, place.member("file"));
            (media::file(&mut nested, OPENAI_CHAT)?, nested.rest())
        }
    };
    Ok(part_by_type(finish(media, members, "file", rest)))
}

/// Mistral's thoughts: `{"type": "thinking", "thinking": [{"type": "text", "text"}]}`, or the text alone.
fn thinking(mut members: Members<'_>) -> Part {
    let text = match members.peek("thinking") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(items)) => items.iter().map(|item| item.get("text")?.as_str()).collect(),
        _ => None,
    };
    let Some(text) = text else { return NativePart::new(OPENAI_CHAT, members.rest().into()).into() };
    members.take("type");
    members.take("thinking");
    let signature = members.take_str("signature");
    let native = members.native(OPENAI_CHAT);
    ReasoningPart { text: Some(text), signature, native, ..ReasoningPart::default() }.into()
}
