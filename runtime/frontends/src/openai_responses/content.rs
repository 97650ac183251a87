//! The content of messages and of tool outputs: a string, or parts.

use dragoman_model::content::{MediaPart, NativePart, Part, RefusalPart, Source, TextPart};
use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::media::part_by_type;
use dragoman_model::{Failure, Native};
use serde_json::{Map, Value};

use crate::common::openai::{citation, media};
use crate::common::{Members, Place};

/// Reads `content` or `output`. Lenient where the meaning is clear: one part without its array, strings among parts.
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
        "input_text" | "output_text" | "text" | "summary_text" => text(members),
        "refusal" => refusal(members),
        "input_image" | "image_url" => image(members),
        "input_file" => file(members),
        "input_audio" => audio(members),
        _ => Ok(NativePart::new(OPENAI_RESPONSES, members.rest().into()).into()),
    }
}

fn text(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let words = members.required_string("text")?;
    if let Some(sound) = members.peek("audio").and_then(|audio| audio.get("data")).and_then(Value::as_str) {
        // The transcript of a sound that an earlier answer held beside it.
        let media = MediaPart::new(media::bytes(sound.to_owned(), None));
        return Ok(Part::Audio(MediaPart { transcript: Some(words), ..media }));
    }
    let mut text = TextPart::new(words);
    let (citations, others) = citation::read_all(members.list("annotations")?.unwrap_or_default(), OPENAI_RESPONSES);
    text.citations = citations;
    if !others.is_empty() {
        members.put_back("annotations", others.into());
    }
    members.take_empty("logprobs");
    text.cache = media::cache_marker(&mut members);
    text.native = members.native(OPENAI_RESPONSES);
    Ok(text.into())
}

fn refusal(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let text = members.required_string("refusal")?;
    Ok(RefusalPart { text, native: members.native(OPENAI_RESPONSES), ..RefusalPart::default() }.into())
}

fn finish(mut media: MediaPart, mut members: Members<'_>, nested: &str, rest: Map<String, Value>) -> MediaPart {
    media.cache = media::cache_marker(&mut members);
    let mut native = Native::default();
    if !rest.is_empty() {
        native.put(OPENAI_RESPONSES, nested, rest.into());
    }
    members.rest_into(&mut native, OPENAI_RESPONSES);
    media.native = native;
    media
}

/// `image_url` is a string here; some clients write the object of chat completions.
fn image(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let detail = members.string("detail")?;
    let place = members.place();
    let place = place.member("image_url");
    let (media, rest) = match (members.take("image_url"), members.string("file_id")?) {
        (Some(Value::String(url)), _) => (MediaPart::new(Source::from_url(&url)), Map::new()),
        (Some(value), _) => {
            let mut nested = Members::of(value, place)?;
            let mut media = MediaPart::new(Source::from_url(&nested.required_string("url")?));
            media.detail = nested.string("detail")?;
            (media, nested.rest())
        }
        (None, Some(id)) => (MediaPart::new(media::stored(id, OPENAI_RESPONSES)), Map::new()),
        (None, None) => return Err(place.missing()),
    };
    let detail = detail.or_else(|| media.detail.clone());
    Ok(Part::Image(finish(MediaPart { detail, ..media }, members, "image_url", rest)))
}

fn file(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let mut media = media::file(&mut members, OPENAI_RESPONSES)?;
    media.detail = members.string("detail")?;
    Ok(part_by_type(finish(media, members, "file", Map::new())))
}

fn audio(mut members: Members<'_>) -> Result<Part, Failure> {
    members.take("type");
    let value = members.required("input_audio")?;
    let place = members.place();
    let mut nested = Members::of(value, place.member("input_audio"))?;
    let media = media::audio(&mut nested)?;
    Ok(Part::Audio(finish(media, members, "input_audio", nested.rest())))
}
