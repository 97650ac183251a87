//! Addresses and types of media.

use crate::content::{InlineSource, MediaPart, Part, Source, UrlSource};

impl Source {
    /// The source that `url` names: the bytes themselves where it is a base64 `data:` URL, else the address.
    #[must_use]
    pub fn from_url(url: &str) -> Self {
        match parse_data_url(url) {
            Some((media_type, data)) => {
                Self::Inline(InlineSource { media_type, data: data.to_owned(), ..InlineSource::default() })
            }
            None => Self::Url(UrlSource { url: url.to_owned(), ..UrlSource::default() }),
        }
    }

    /// The MIME type, where it is known.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        match self {
            Self::Inline(source) => source.media_type.as_deref(),
            Self::Url(source) => source.media_type.as_deref(),
            Self::File(source) => source.media_type.as_deref(),
            Self::Text(source) => source.media_type.as_deref(),
            Self::Parts(_) | Self::Unknown(_) => None,
        }
    }
}

impl InlineSource {
    /// The bytes as a `data:` URL; `fallback` is the MIME type where none was said.
    #[must_use]
    pub fn data_url(&self, fallback: &str) -> String {
        let media_type = self.media_type.as_deref().unwrap_or(fallback);
        format!("data:{media_type};base64,{}", self.data)
    }
}

/// MIME type and base64 text of a `data:` URL; `None` for any other URL and for one that is not base64.
fn parse_data_url(url: &str) -> Option<(Option<String>, &str)> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?;
    Some(((!media_type.is_empty()).then(|| media_type.to_owned()), data))
}

/// The part for a medium of the MIME type that its source tells: a document where it is no image, sound or film.
#[must_use]
pub fn part_by_type(media: MediaPart) -> Part {
    let top = media.source.media_type().and_then(|whole| whole.split('/').next()).unwrap_or_default();
    match top {
        "image" => Part::Image(media),
        "audio" => Part::Audio(media),
        "video" => Part::Video(media),
        _ => Part::Document(media),
    }
}
