//! Media as a chat message holds them.

use std::borrow::Cow;

use crate::json::Object;
use crate::model::content::{MediaPart, PartsSource, Source};
use crate::model::{Part, dialect};

use super::Quirks;

/// A medium in OpenAI's terms.
#[derive(Debug, Clone, PartialEq)]
pub enum Medium<'a> {
    /// A picture by its address, which may be a `data:` URL.
    Image(Cow<'a, str>),
    /// A sound: base64 and the format's name.
    Audio(&'a str, &'a str),
    /// A film by its address.
    Video(Cow<'a, str>),
    /// A document: a `data:` URL and a file name.
    File(String, Cow<'a, str>),
    /// A file, by its id, in OpenAI's store.
    Stored(&'a str),
    /// A document by its address.
    Link(&'a str),
    /// A document that is words.
    Words(&'a str),
}

/// What `part` is in OpenAI's terms; `None` for a part that is no medium or has no such form. Which of the forms an API
/// takes is its writer's business.
#[must_use]
pub fn medium(part: &Part) -> Option<Medium<'_>> {
    Some(match (part, media(part)?) {
        (_, Source::File(file)) => {
            let ours = [dialect::OPENAI_CHAT, dialect::OPENAI_RESPONSES];
            let is_ours = file.origin.as_deref().is_none_or(|origin| ours.contains(&origin));
            is_ours.then_some(Medium::Stored(&file.id))?
        }
        (_, Source::Text(text)) => Medium::Words(&text.text),
        (Part::Image(_), Source::Inline(inline)) => Medium::Image(inline.data_url("image/png").into()),
        (Part::Image(_), Source::Url(link)) => Medium::Image(link.url.as_str().into()),
        (Part::Video(_), Source::Inline(inline)) => Medium::Video(inline.data_url("video/mp4").into()),
        (Part::Video(_), Source::Url(link)) => Medium::Video(link.url.as_str().into()),
        (Part::Audio(_), Source::Inline(inline)) => {
            Medium::Audio(&inline.data, audio_format(inline.media_type.as_deref().unwrap_or("audio/wav")))
        }
        (Part::Document(document), Source::Inline(inline)) => {
            let media_type = inline.media_type.as_deref().unwrap_or("application/pdf");
            Medium::File(inline.data_url("application/pdf"), file_name(document, media_type))
        }
        (Part::Document(_), Source::Url(link)) => Medium::Link(&link.url),
        _ => return None,
    })
}

/// `parts` with documents that are given as parts replaced by these parts, one level deep: each with its index in
/// `parts`.
pub fn flatten(parts: &[Part]) -> impl Iterator<Item = (usize, &Part)> {
    parts.iter().enumerate().flat_map(|(index, part)| {
        let inner = match part {
            Part::Document(MediaPart { source: Source::Parts(PartsSource { content, .. }), .. }) => content.as_slice(),
            other => std::slice::from_ref(other),
        };
        inner.iter().map(move |part| (index, part))
    })
}

/// The medium that `part` is, if it is one.
pub(super) fn media_part(part: &Part) -> Option<&MediaPart> {
    match part {
        Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => Some(media),
        _ => None,
    }
}

fn media(part: &Part) -> Option<&Source> {
    media_part(part).map(|media| &media.source)
}

/// OpenAI names formats where others name MIME types.
fn audio_format(media_type: &str) -> &str {
    match media_type.split(';').next().unwrap_or_default() {
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "wav",
        other => other.rsplit('/').next().unwrap_or(other),
    }
}

/// OpenAI wants a file name with the bytes; one is made of the type where the client gave none.
fn file_name<'a>(document: &'a MediaPart, media_type: &str) -> Cow<'a, str> {
    match &document.name {
        Some(name) => Cow::Borrowed(name),
        None => match media_type.rsplit_once('/') {
            Some((_, kind)) if kind.len() <= 5 => Cow::Owned(format!("document.{kind}")),
            _ => Cow::Borrowed("document"),
        },
    }
}

/// Whether a chat message of this vendor can hold `medium`.
pub(super) fn is_sayable(medium: &Medium<'_>, quirks: &Quirks) -> bool {
    match medium {
        Medium::Video(_) => quirks.video_url,
        Medium::Link(_) => false,
        _ => true,
    }
}

/// Writes `medium` as a part of a chat message.
pub(super) fn write(part: &mut Object<'_>, medium: &Medium<'_>, detail: Option<&str>) {
    let (kind, write): (&'static str, &dyn Fn(&mut Object<'_>)) = match medium {
        Medium::Words(words) => {
            part.put("type", "text");
            return part.put("text", words);
        }
        Medium::Image(url) => ("image_url", &|image| {
            image.put("url", url);
            image.put_some("detail", detail);
        }),
        Medium::Video(url) => ("video_url", &|video| video.put("url", url)),
        Medium::Audio(data, format) => ("input_audio", &|audio| {
            audio.put("data", data);
            audio.put("format", format);
        }),
        Medium::File(data, name) => ("file", &|file| {
            file.put("filename", name);
            file.put("file_data", data);
        }),
        Medium::Stored(id) | Medium::Link(id) => ("file", &|file| file.put("file_id", id)),
    };
    part.put("type", kind);
    part.object(kind, write);
}
