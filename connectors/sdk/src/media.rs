//! What the connectors have in common about media: MIME types, and documents that are text.

use std::borrow::Cow;

use crate::base64;
use crate::model::Part;
use crate::model::content::{PartsSource, Source};

/// The text of a document that is text in any form: said as text, given as parts that are all text, one to a line, or
/// as the bytes of a type `text/*`.
#[must_use]
pub fn words(document: &Source) -> Option<Cow<'_, str>> {
    match document {
        Source::Text(source) => Some(Cow::Borrowed(&source.text)),
        Source::Parts(source) => joined(source).map(Cow::Owned),
        Source::Inline(source) if source.media_type.as_deref().is_some_and(|told| told.starts_with("text/")) => {
            base64::text(&source.data).map(Cow::Owned)
        }
        _ => None,
    }
}

/// Whether a document given as parts is nothing but text.
pub(crate) fn is_text(source: &PartsSource) -> bool {
    !source.content.is_empty() && source.content.iter().all(|part| matches!(part, Part::Text(_)))
}

/// The text of a document given as parts, one to a line; `None` where it is not nothing but text.
#[must_use]
pub fn joined(source: &PartsSource) -> Option<String> {
    let text = |part: &Part| if let Part::Text(text) = part { Some(text.text.clone()) } else { None };
    is_text(source).then(|| source.content.iter().filter_map(text).collect::<Vec<_>>().join("\n"))
}

/// The MIME type that the first bytes of a medium, in base64, betray.
#[must_use]
pub fn of_bytes(data: &str) -> Option<&'static str> {
    const HEADS: [(&str, &str); 10] = [
        ("iVBORw0KGgo", "image/png"),
        ("/9j/", "image/jpeg"),
        ("R0lGOD", "image/gif"),
        ("JVBERi", "application/pdf"),
        ("SUQz", "audio/mpeg"),
        ("//uQ", "audio/mpeg"),
        ("T2dnUw", "audio/ogg"),
        ("ZkxhQw", "audio/flac"),
        ("AAAAGGZ0eX", "video/mp4"),
        ("AAAAIGZ0eX", "video/mp4"),
    ];
    // RIFF files tell what they are in the bytes from the ninth on.
    if data.starts_with("UklGR") {
        let is_wave = data.get(11..).is_some_and(|rest| rest.starts_with("XQVZF"));
        return Some(if is_wave { "audio/wav" } else { "image/webp" });
    }
    HEADS.iter().find(|(head, _)| data.starts_with(head)).map(|(_, media_type)| *media_type)
}

/// The MIME type that the ending of an address tells.
#[must_use]
pub fn of_url(url: &str) -> Option<&'static str> {
    const ENDINGS: [(&str, &str); 20] = [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("gif", "image/gif"),
        ("webp", "image/webp"),
        ("heic", "image/heic"),
        ("heif", "image/heif"),
        ("pdf", "application/pdf"),
        ("txt", "text/plain"),
        ("md", "text/markdown"),
        ("html", "text/html"),
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("mp3", "audio/mpeg"),
        ("wav", "audio/wav"),
        ("ogg", "audio/ogg"),
        ("flac", "audio/flac"),
        ("mp4", "video/mp4"),
        ("mov", "video/quicktime"),
        ("webm", "video/webm"),
    ];
    let path = url.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit_once('.')?;
    ENDINGS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests;
