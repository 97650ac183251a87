//! Pictures, sounds and files as OpenAI's dialects write them.

use dragoman_model::Failure;
use dragoman_model::content::{CacheMarker, FileSource, InlineSource, MediaPart, Source};
use serde_json::{Map, Value};

use crate::common::{Members, mime};

/// Takes a cache marker: `cache_control` as Anthropic writes it and many clients send it to everyone, or OpenAI's own
/// `prompt_cache_breakpoint`, which stays among the rest because it may say more.
pub(crate) fn cache_marker(members: &mut Members<'_>) -> Option<CacheMarker> {
    let marker = |kind, ttl, extra| CacheMarker { kind, ttl, extra };
    match members.take("cache_control") {
        Some(Value::Object(control)) => {
            let mut control = Members::new(control, members.place());
            let (kind, ttl) = (control.take_str("type"), control.take_str("ttl"));
            Some(marker(kind, ttl, control.rest()))
        }
        Some(other) => {
            members.put_back("cache_control", other);
            None
        }
        None => members.has("prompt_cache_breakpoint").then(|| marker(Some("ephemeral".to_owned()), None, Map::new())),
    }
}

/// The file `id` in the store of the provider of `dialect`.
pub(crate) fn stored(id: String, dialect: &str) -> Source {
    Source::File(FileSource { id, origin: Some(dialect.to_owned()), ..FileSource::default() })
}

/// The bytes that `text` holds: a `data:` URL, an address, or bare base64 of the type `media_type`.
pub(crate) fn bytes(text: String, media_type: Option<String>) -> Source {
    if ["data:", "http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Source::from_url(&text);
    }
    Source::Inline(InlineSource { media_type, data: text, ..InlineSource::default() })
}

/// Takes the members of a file: `file_data`, `file_url` or `file_id`, and `filename`.
pub(crate) fn file(members: &mut Members<'_>, dialect: &str) -> Result<MediaPart, Failure> {
    let name = members.string("filename")?;
    let media_type = name.as_deref().and_then(mime::of_file_name).map(str::to_owned);
    let source = if let Some(data) = members.string("file_data")? {
        bytes(data, media_type)
    } else if let Some(url) = members.string("file_url")? {
        Source::from_url(&url)
    } else if let Some(id) = members.string("file_id")? {
        stored(id, dialect)
    } else {
        return Err(members.place().member("file_data").missing());
    };
    Ok(MediaPart { name, ..MediaPart::new(source) })
}

/// Takes the members of a sound: `data` and `format`.
pub(crate) fn audio(members: &mut Members<'_>) -> Result<MediaPart, Failure> {
    let data = members.required_string("data")?;
    let media_type = members.string("format")?.as_deref().map(mime::of_audio_format);
    Ok(MediaPart::new(bytes(data, media_type)))
}
