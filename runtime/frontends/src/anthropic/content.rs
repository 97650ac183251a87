//! Content blocks into parts.

use dragoman_model::content::{
    CacheMarker, FileSource, InlineSource, MediaPart, NativePart, Part, PartsSource, ReasoningPart, Source, TextPart,
    TextSource, ToolCallPart, ToolResultPart,
};
use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::{Failure, Native};
use serde_json::{Map, Value};

use super::citation;
use crate::common::{Members, Place};
use crate::envelope::Envelope;

/// What a content block is in the neutral model.
pub(super) enum Block {
    /// A part of the message it stands in.
    Part(Part),
    /// The result of a tool, which stands in a message of its own.
    Result(ToolResultPart),
    /// What the application says in the middle of the conversation.
    System(Vec<Part>),
    /// Another provider's state that belongs to a neighbouring part.
    State(Envelope),
}

impl Block {
    /// The part, where it is one by itself.
    pub(super) fn into_part(self) -> Option<Part> {
        match self {
            Self::Part(part) => Some(part),
            Self::Result(result) => Some(result.into()),
            Self::System(_) | Self::State(_) => None,
        }
    }
}

/// The blocks of a `content` (or `system`): a string, a list of blocks, one block or nothing.
pub(super) fn blocks(content: Option<Value>, place: Place<'_>) -> Result<Vec<Block>, Failure> {
    match content {
        None => Ok(Vec::new()),
        Some(Value::Array(blocks)) => {
            blocks.into_iter().enumerate().map(|(index, value)| block(value, place.item(index))).collect()
        }
        Some(one @ (Value::String(_) | Value::Object(_))) => Ok(vec![block(one, place)?]),
        Some(other) => Err(place.wrong("a string or an array of content blocks", &other)),
    }
}

/// The parts of a content that can hold neither results nor what the application says.
fn parts(content: Option<Value>, place: Place<'_>) -> Result<Vec<Part>, Failure> {
    Ok(blocks(content, place)?.into_iter().filter_map(Block::into_part).collect())
}

fn block(value: Value, place: Place<'_>) -> Result<Block, Failure> {
    let value = match value {
        Value::String(text) => return Ok(Block::Part(TextPart::new(text).into())),
        value => value,
    };
    let mut members = Members::of(value, place)?;
    let kind = match members.string("type")? {
        Some(kind) => kind,
        None if members.has("text") => "text".to_owned(),
        None => return Err(place.member("type").missing()),
    };
    Ok(Block::Part(match kind.as_str() {
        "text" => text(members)?.into(),
        "image" | "document" => return medium(members, kind),
        "search_result" => search_result(members)?,
        "thinking" => thinking(members)?.into(),
        "redacted_thinking" => return redacted(members),
        "tool_use" => tool_use(members)?.into(),
        "tool_result" => return tool_result(members).map(Block::Result),
        "mid_conv_system" => return parts(members.take("content"), place.member("content")).map(Block::System),
        _ => native(members, kind),
    }))
}

/// A block that only this dialect has, whole.
fn native(members: Members<'_>, kind: String) -> Part {
    let mut map = Map::from_iter([("type".to_owned(), Value::String(kind))]);
    map.extend(members.rest());
    NativePart::new(ANTHROPIC_MESSAGES, Value::Object(map)).into()
}

/// The member `cache_control`.
pub(super) fn cache(members: &mut Members<'_>) -> Result<Option<CacheMarker>, Failure> {
    let outer = members.place();
    let Some(map) = members.object("cache_control")? else { return Ok(None) };
    let mut members = Members::new(map, outer.member("cache_control"));
    let (kind, ttl) = (members.string("type")?, members.string("ttl")?);
    Ok(Some(CacheMarker { kind, ttl, extra: members.rest() }))
}

fn text(mut members: Members<'_>) -> Result<TextPart, Failure> {
    let place = members.place();
    let text = members.required_string("text")?;
    let cache = cache(&mut members)?;
    let list = place.member("citations");
    let citations = match members.take("citations") {
        Some(Value::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(at, item)| citation::read(item, list.item(at)))
            .collect::<Result<_, _>>()?,
        Some(other) => {
            members.put_back("citations", other);
            Vec::new()
        }
        None => Vec::new(),
    };
    Ok(TextPart { text, citations, cache, native: members.native(ANTHROPIC_MESSAGES), ..TextPart::default() })
}

fn medium(mut members: Members<'_>, kind: String) -> Result<Block, Failure> {
    let place = members.place();
    let given = members.object("source")?.ok_or_else(|| place.member("source").missing())?;
    let mut left = Native::default();
    let source = match source(given, place.member("source"), &mut left)? {
        Ok(source) => source,
        Err(unknown) => {
            members.put_back("source", Value::Object(unknown));
            return Ok(Block::Part(native(members, kind)));
        }
    };
    let mut media = MediaPart::new(source);
    media.cache = cache(&mut members)?;
    if kind == "image" {
        media.native = left;
        members.rest_into(&mut media.native, ANTHROPIC_MESSAGES);
        return Ok(Block::Part(Part::Image(media)));
    }
    media.name = members.string("title")?;
    media.context = members.string("context")?;
    media.citations = enabled(&mut members)?;
    media.native = left;
    members.rest_into(&mut media.native, ANTHROPIC_MESSAGES);
    Ok(Block::Part(Part::Document(media)))
}

/// The switch `citations: {"enabled": ...}`.
fn enabled(members: &mut Members<'_>) -> Result<Option<bool>, Failure> {
    let outer = members.place();
    match members.object("citations")? {
        None => Ok(None),
        Some(map) => Members::new(map, outer.member("citations")).boolean("enabled"),
    }
}

/// A source, or its members where its type is not known. What it has beyond its kind goes to `left`.
fn source(
    map: Map<String, Value>,
    place: Place<'_>,
    left: &mut Native,
) -> Result<Result<Source, Map<String, Value>>, Failure> {
    let mut members = Members::new(map, place);
    let source = match members.peek_str("type") {
        Some("base64") => Source::Inline(InlineSource {
            media_type: members.string("media_type")?,
            data: members.required_string("data")?,
            ..InlineSource::default()
        }),
        Some("url") => {
            let url = members.required_string("url")?;
            match Source::from_url(&url) {
                Source::Url(mut source) => {
                    source.media_type = members.string("media_type")?;
                    source.into()
                }
                inline => inline,
            }
        }
        Some("file") => Source::File(FileSource {
            media_type: members.string("media_type")?,
            id: members.required_string("file_id")?,
            origin: Some(ANTHROPIC_MESSAGES.to_owned()),
            ..FileSource::default()
        }),
        Some("text") => Source::Text(TextSource {
            media_type: members.string("media_type")?,
            text: members.required_string("data")?,
            ..TextSource::default()
        }),
        Some("content") => Source::Parts(PartsSource {
            content: parts(members.take("content"), place.member("content"))?,
            ..PartsSource::default()
        }),
        Some(_) => return Ok(Err(members.rest())),
        None => return Err(place.member("type").missing()),
    };
    members.take("type");
    let rest = members.rest();
    if !rest.is_empty() {
        left.put(ANTHROPIC_MESSAGES, "source", Value::Object(rest));
    }
    Ok(Ok(source))
}

/// A search result that the client gave: for others it is a document; what it is here stays beside it.
fn search_result(mut members: Members<'_>) -> Result<Part, Failure> {
    let place = members.place();
    let content = parts(members.take("content"), place.member("content"))?;
    let mut media = MediaPart::new(Source::Parts(PartsSource { content, ..PartsSource::default() }));
    media.name = members.string("title")?;
    media.citations = enabled(&mut members)?;
    media.cache = cache(&mut members)?;
    media.native.put(ANTHROPIC_MESSAGES, "search_result", Value::Object(members.rest()));
    Ok(Part::Document(media))
}

fn thinking(mut members: Members<'_>) -> Result<ReasoningPart, Failure> {
    let text = members.string("thinking")?;
    let signature = members.string("signature")?.filter(|signature| !signature.is_empty());
    let mut part = match signature.as_deref().and_then(Envelope::open) {
        Some(envelope) => envelope.reasoning(text),
        None => ReasoningPart {
            text,
            origin: signature.is_some().then(|| ANTHROPIC_MESSAGES.to_owned()),
            signature,
            ..ReasoningPart::default()
        },
    };
    part.native = members.native(ANTHROPIC_MESSAGES);
    Ok(part)
}

fn redacted(mut members: Members<'_>) -> Result<Block, Failure> {
    let data = members.required_string("data")?;
    let mut part = match Envelope::open(&data) {
        Some(envelope) if envelope.call.is_some() || envelope.text => return Ok(Block::State(envelope)),
        Some(envelope) => envelope.reasoning(None),
        None => ReasoningPart {
            opaque: Some(data),
            origin: Some(ANTHROPIC_MESSAGES.to_owned()),
            ..ReasoningPart::default()
        },
    };
    part.native = members.native(ANTHROPIC_MESSAGES);
    Ok(Block::Part(part.into()))
}

fn tool_use(mut members: Members<'_>) -> Result<ToolCallPart, Failure> {
    let arguments = match members.take("input") {
        None => "{}".to_owned(),
        Some(Value::String(text)) => text,
        Some(input) => input.to_string(),
    };
    Ok(ToolCallPart {
        id: members.string("id")?.unwrap_or_default(),
        name: members.required_string("name")?,
        arguments,
        cache: cache(&mut members)?,
        native: members.native(ANTHROPIC_MESSAGES),
        ..ToolCallPart::default()
    })
}

fn tool_result(mut members: Members<'_>) -> Result<ToolResultPart, Failure> {
    let place = members.place();
    Ok(ToolResultPart {
        call_id: members.string("tool_use_id")?.unwrap_or_default(),
        content: parts(members.take("content"), place.member("content"))?,
        is_error: members.boolean("is_error")?,
        cache: cache(&mut members)?,
        native: members.native(ANTHROPIC_MESSAGES),
        ..ToolResultPart::default()
    })
}
