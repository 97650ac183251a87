//! Pictures and sounds in answers.

use dragoman_model::content::{MediaPart, Part, Source};
use dragoman_model::dialect::OPENAI_CHAT;
use dragoman_model::event::Delta;
use serde_json::{Map, Value, json};

use crate::common::{CallIds, wire};

/// How long OpenAI keeps a spoken answer, in seconds; told for sounds that nobody keeps, as the member is required.
const KEPT_S: u64 = 3600;

/// A spoken answer that goes on.
#[derive(Debug)]
pub(super) struct Sound {
    id: String,
}

impl Sound {
    /// The sound and its first `audio` member.
    pub(super) fn open(media: &MediaPart, ids: &mut CallIds, now_s: u64) -> (Self, Map<String, Value>) {
        let own = |name: &str| media.native.get(OPENAI_CHAT, name);
        let id = ids.next(own("id").and_then(Value::as_str).unwrap_or_default());
        let expires = own("expires_at").and_then(Value::as_u64).unwrap_or(now_s.saturating_add(KEPT_S));
        let data = match &media.source {
            Source::Inline(inline) => inline.data.as_str(),
            _ => "",
        };
        let mut audio = Map::new();
        audio.insert("id".into(), id.as_str().into());
        audio.insert("data".into(), data.into());
        audio.insert("transcript".into(), media.transcript.as_deref().unwrap_or_default().into());
        audio.insert("expires_at".into(), expires.into());
        (Self { id }, audio)
    }

    /// More of it, if anything.
    pub(super) fn delta(&self, data: Option<&str>, transcript: Option<&str>) -> Option<Map<String, Value>> {
        let mut audio = Map::new();
        wire::put(&mut audio, "data", data);
        wire::put(&mut audio, "transcript", transcript);
        if audio.is_empty() {
            return None;
        }
        audio.insert("id".into(), self.id.as_str().into());
        Some(audio)
    }
}

/// Adds `delta` to a medium that is told when it is complete.
pub(super) fn extend(part: &mut Part, delta: Delta) {
    let (Part::Image(media) | Part::Video(media) | Part::Document(media)) = part else { return };
    if let (Source::Inline(inline), Some(data)) = (&mut media.source, delta.data) {
        inline.data.push_str(&data);
    }
}

/// A medium as a content part. Answers with pictures hold them in `images`, in the form that requests have.
pub(super) fn picture(part: Part) -> Option<Value> {
    let (member, media) = match part {
        Part::Image(media) => ("image_url", media),
        Part::Video(media) => ("video_url", media),
        Part::Document(media) => ("file_url", media),
        _ => return None,
    };
    let url = match media.source {
        Source::Inline(inline) => inline.data_url("application/octet-stream"),
        Source::Url(source) => source.url,
        Source::File(source) => source.id,
        Source::Text(_) | Source::Parts(_) | Source::Unknown(_) => return None,
    };
    Some(json!({ "type": member, member: { "url": url } }))
}
