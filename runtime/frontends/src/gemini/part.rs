//! One part of a content.

use dragoman_model::Failure;
use dragoman_model::content::{
    FileSource, InlineSource, MediaPart, NativePart, Part, Source, TextPart, ToolCallPart, ToolResultPart, UrlSource,
};
use dragoman_model::dialect::GEMINI;
use dragoman_model::media::part_by_type;
use serde_json::{Map, Value};

use super::content::{Piece, Thought};
use super::links::Links;
use super::names;
use crate::common::{Members, Place};

/// Reads a part; words may stand alone. Parts that only this dialect has (code and its output, calls of the provider's
/// own tools) stay whole.
pub(super) fn read(value: Value, place: Place<'_>, links: &mut Links) -> Result<Piece, Failure> {
    let map = match value {
        Value::String(text) => return Ok(Piece::Part(TextPart::new(text).into())),
        Value::Object(map) => names::camel_names(map),
        other => return Err(place.wrong("an object", &other)),
    };
    let bare = map.iter().all(|(name, value)| value.is_null() || BESIDE.contains(&name.as_str()));
    let mut members = Members::new(map, place);
    let thought = members.boolean("thought")?.unwrap_or_default();
    let signature = members.string("thoughtSignature")?.filter(|signature| !signature.is_empty());
    if members.has("text") || (signature.is_some() && bare) {
        let text = members.string("text")?.unwrap_or_default();
        let native = members.native(GEMINI);
        if thought {
            return Ok(Piece::Thought(Thought { text, signature, native }));
        }
        return Ok(Piece::Part(TextPart { text, signature, native, ..TextPart::default() }.into()));
    }
    if let Some(blob) = members.take("inlineData") {
        return medium(blob, inline, members, signature, "inlineData");
    }
    if let Some(file) = members.take("fileData") {
        return medium(file, stored, members, signature, "fileData");
    }
    if let Some(call) = members.take("functionCall") {
        return function_call(call, members, signature, links);
    }
    if let Some(result) = members.take("functionResponse") {
        return function_response(result, members, links);
    }
    if bare {
        return Err(empty(place));
    }
    let mut whole = members.rest();
    if let Some(signature) = signature {
        whole.insert("thoughtSignature".into(), signature.into());
    }
    if thought {
        whole.insert("thought".into(), true.into());
    }
    Ok(Piece::Part(NativePart::new(GEMINI, Value::Object(whole)).into()))
}

/// Members that say something about a part and are none by themselves.
const BESIDE: [&str; 6] =
    ["thought", "thoughtSignature", "videoMetadata", "mediaResolution", "partMetadata", "mediaProcessing"];

fn empty(place: Place<'_>) -> Failure {
    let what = "`text`, `inlineData`, `fileData`, `functionCall` or `functionResponse`";
    Failure::invalid(format!("`{place}` is an empty part; it must hold one of {what}.")).at(place.to_string())
}

/// Reads a source and the medium's name.
type ReadSource = fn(&mut Members<'_>) -> Result<(Source, Option<String>), Failure>;

fn medium(
    value: Value,
    read: ReadSource,
    members: Members<'_>,
    signature: Option<String>,
    name: &str,
) -> Result<Piece, Failure> {
    let outer = members.place();
    let mut inner = names::members(value, outer.member(name))?;
    let (source, title) = read(&mut inner)?;
    let mut media = MediaPart::new(source);
    media.name = title;
    media.signature = signature;
    keep(&mut media, name, inner);
    members.rest_into(&mut media.native, GEMINI);
    Ok(Piece::Part(part(media)))
}

fn keep(media: &mut MediaPart, name: &str, members: Members<'_>) {
    let rest = members.rest();
    if !rest.is_empty() {
        media.native.put(GEMINI, name, Value::Object(rest));
    }
}

/// A link to a film's page has no media type of its own.
fn part(media: MediaPart) -> Part {
    match &media.source {
        Source::Url(source) if source.media_type.is_none() && source.url.contains("youtu") => Part::Video(media),
        _ => part_by_type(media),
    }
}

fn inline(members: &mut Members<'_>) -> Result<(Source, Option<String>), Failure> {
    let source = InlineSource {
        media_type: members.string("mimeType")?,
        data: standard_base64(members.required_string("data")?),
        ..InlineSource::default()
    };
    Ok((source.into(), members.string("displayName")?))
}

fn stored(members: &mut Members<'_>) -> Result<(Source, Option<String>), Failure> {
    let media_type = members.string("mimeType")?;
    let uri = members.required_string("fileUri")?;
    let name = members.string("displayName")?;
    // The provider's own store; anything else is a link that it would follow.
    let own = uri.starts_with("gs://") || uri.contains("generativelanguage.googleapis.com/") || !uri.contains("://");
    let source = if own {
        FileSource { media_type, id: uri, origin: Some(GEMINI.to_owned()), ..FileSource::default() }.into()
    } else {
        UrlSource { media_type, url: uri, ..UrlSource::default() }.into()
    };
    Ok((source, name))
}

/// The API takes both alphabets of base64, padded or not; others take the standard one with padding.
fn standard_base64(text: String) -> String {
    let odd = |letter: u8| matches!(letter, b'-' | b'_') || letter.is_ascii_whitespace();
    if text.len().is_multiple_of(4) && !text.bytes().any(odd) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 3);
    for letter in text.chars().filter(|letter| !letter.is_ascii_whitespace()) {
        out.push(match letter {
            '-' => '+',
            '_' => '/',
            letter => letter,
        });
    }
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

fn function_call(
    value: Value,
    members: Members<'_>,
    signature: Option<String>,
    links: &mut Links,
) -> Result<Piece, Failure> {
    let outer = members.place();
    let mut call = names::members(value, outer.member("functionCall"))?;
    let name = call.required_string("name")?;
    let arguments = match call.take("args") {
        None => "{}".to_owned(),
        Some(Value::String(text)) => text,
        Some(args) => args.to_string(),
    };
    let id = links.call(call.string("id")?.unwrap_or_default(), &name);
    let mut part = ToolCallPart { id, name, arguments, signature, ..ToolCallPart::default() };
    let rest = call.rest();
    if !rest.is_empty() {
        part.native.put(GEMINI, "functionCall", Value::Object(rest));
    }
    members.rest_into(&mut part.native, GEMINI);
    Ok(Piece::Part(part.into()))
}

fn function_response(value: Value, members: Members<'_>, links: &mut Links) -> Result<Piece, Failure> {
    let outer = members.place();
    let place = outer.member("functionResponse");
    let mut result = names::members(value, place)?;
    let name = result.string("name")?.unwrap_or_default();
    let value = result.take("response");
    let list = place.member("parts");
    let content = names::list(result.take("parts")).into_iter().enumerate();
    let content = content.map(|(index, part)| result_part(part, list.item(index))).collect::<Result<_, _>>()?;
    let mut part = ToolResultPart {
        call_id: links.result(result.string("id")?.unwrap_or_default(), &name),
        name: Some(name).filter(|name| !name.is_empty()),
        content,
        is_error: value.as_ref().and_then(Value::as_object).and_then(failed),
        value,
        ..ToolResultPart::default()
    };
    let rest = result.rest();
    if !rest.is_empty() {
        part.native.put(GEMINI, "functionResponse", Value::Object(rest));
    }
    members.rest_into(&mut part.native, GEMINI);
    Ok(Piece::Part(part.into()))
}

/// The API reads the member `error` of a response as what went wrong, unless there is an `output`.
fn failed(response: &Map<String, Value>) -> Option<bool> {
    let has = |name| response.get(name).is_some_and(|value| !value.is_null());
    (has("error") && !has("output") && !has("result")).then_some(true)
}

fn result_part(value: Value, place: Place<'_>) -> Result<Part, Failure> {
    match read(value, place, &mut Links::default())? {
        Piece::Part(part) => Ok(part),
        Piece::Thought(thought) => Ok(TextPart::new(thought.text).into()),
    }
}
