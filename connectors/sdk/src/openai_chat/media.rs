//! Media as a chat message holds them.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::json::Object;
use crate::loss::Loss;
use crate::model::content::{InlineSource, MediaPart, PartsSource, Source};
use crate::model::{Part, dialect};
use crate::{base64, media};

use super::Quirks;

/// Where a medium is: an address, or a `data:` URL, which is made only when it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Address<'a> {
    /// On the web.
    Web(&'a str),
    /// Its MIME type and its bytes in base64.
    Data(&'a str, &'a str),
    /// The MIME type and the words of a text.
    Words(&'a str, Cow<'a, str>),
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(url) => out.write_str(url),
            Self::Data(media_type, data) => write!(out, "data:{media_type};base64,{data}"),
            Self::Words(media_type, words) => {
                write!(out, "data:{media_type};base64,{}", base64::encode(words.as_bytes()))
            }
        }
    }
}

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'a> Address<'a> {
    fn data(inline: &'a InlineSource, fallback: &'a str) -> Self {
        Self::Data(inline.media_type.as_deref().unwrap_or(fallback), &inline.data)
    }
}

/// A medium in OpenAI's terms.
#[derive(Debug, Clone, PartialEq)]
pub enum Medium<'a> {
    /// A picture.
    Image(Address<'a>),
    /// A sound: base64 and the format's name.
    Audio(&'a str, &'a str),
    /// A film.
    Video(Address<'a>),
    /// A document: its bytes and a file name.
    File(Address<'a>, Cow<'a, str>),
    /// A file, by its id, in OpenAI's store.
    Stored(&'a str),
    /// A document by its address.
    Link(&'a str),
    /// A document told as words, as [`words`] has it.
    Words(Cow<'a, str>),
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
        (Part::Image(_), Source::Inline(inline)) => Medium::Image(Address::data(inline, "image/png")),
        (Part::Image(_), Source::Url(link)) => Medium::Image(Address::Web(&link.url)),
        (Part::Video(_), Source::Inline(inline)) => Medium::Video(Address::data(inline, "video/mp4")),
        (Part::Video(_), Source::Url(link)) => Medium::Video(Address::Web(&link.url)),
        (Part::Audio(_), Source::Inline(inline)) => {
            Medium::Audio(&inline.data, audio_format(inline.media_type.as_deref().unwrap_or("audio/wav")))
        }
        (Part::Document(document), Source::Inline(inline)) => {
            let media_type = inline.media_type.as_deref().unwrap_or("application/pdf");
            Medium::File(Address::Data(media_type, &inline.data), file_name(document, media_type))
        }
        (Part::Document(document), source @ (Source::Text(_) | Source::Parts(_))) => {
            let media_type = source.media_type().unwrap_or("text/plain");
            Medium::File(Address::Words(media_type, media::words(source)?), file_name(document, media_type))
        }
        (Part::Document(_), Source::Url(link)) => Medium::Link(&link.url),
        _ => return None,
    })
}

/// The document `part` as its words; `None` where it is not text.
#[must_use]
pub fn words(part: &Part) -> Option<Medium<'_>> {
    match part {
        Part::Document(document) => media::words(&document.source).map(Medium::Words),
        _ => None,
    }
}

/// `parts` with documents that are given as parts, and not as text alone, replaced by these parts, one level deep: each
/// with its index in `parts`.
pub fn flatten(parts: &[Part]) -> impl Iterator<Item = (usize, &Part)> {
    parts.iter().enumerate().flat_map(|(index, part)| {
        let inner = match pieces(part) {
            Some(document) if !media::is_text(document) => document.content.as_slice(),
            _ => std::slice::from_ref(part),
        };
        inner.iter().map(move |part| (index, part))
    })
}

/// Tells that documents given as parts do not stay what they are: their parts are joined, or stand in their place.
pub fn tell_flattened(parts: &[Part], place: impl Fn(usize) -> String, losses: &mut Vec<Loss>) {
    let changed = parts.iter().enumerate().filter(|(_, part)| pieces(part).is_some());
    losses.extend(changed.map(|(index, _)| Loss::approximated(place(index))));
}

/// The parts of a document given as parts.
fn pieces(part: &Part) -> Option<&PartsSource> {
    match part {
        Part::Document(MediaPart { source: Source::Parts(source), .. }) => Some(source),
        _ => None,
    }
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
    match (&document.name, media_type.rsplit_once('/')) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, Some(("text", "plain"))) => Cow::Borrowed("document.txt"),
        (None, Some((_, kind))) if kind.len() <= 5 => Cow::Owned(format!("document.{kind}")),
        (None, _) => Cow::Borrowed("document"),
    }
}

/// The form in which a chat message of this vendor holds `part`; `None` where it has none.
pub(super) fn sayable<'a>(part: &'a Part, quirks: &Quirks) -> Option<Medium<'a>> {
    let words = if quirks.text_files { None } else { words(part) };
    words.or_else(|| medium(part)).filter(|medium| match medium {
        Medium::Video(_) => quirks.video_url,
        Medium::Link(_) => false,
        _ => true,
    })
}

/// Writes `medium` as a part of a chat message.
pub(super) fn write(part: &mut Object<'_>, medium: &Medium<'_>, detail: Option<&str>) {
    let (kind, write): (&'static str, &dyn Fn(&mut Object<'_>)) = match medium {
        Medium::Words(words) => {
            part.put("type", "text");
            return part.put("text", words);
        }
        Medium::Image(address) => ("image_url", &|image| {
            image.put("url", address);
            image.put_some("detail", detail);
        }),
        Medium::Video(address) => ("video_url", &|video| video.put("url", address)),
        Medium::Audio(data, format) => ("input_audio", &|audio| {
            audio.put("data", data);
            audio.put("format", format);
        }),
        Medium::File(address, name) => ("file", &|file| {
            file.put("filename", name);
            file.put("file_data", address);
        }),
        Medium::Stored(id) | Medium::Link(id) => ("file", &|file| file.put("file_id", id)),
    };
    part.put("type", kind);
    part.object(kind, write);
}
