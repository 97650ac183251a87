//! The parts of a stream.

use dragoman_model::Native;
use dragoman_model::content::{Citation, MediaPart, Part, ReasoningPart, Source};
use dragoman_model::event::Delta;
use serde_json::{Value, json};

use super::grounding::Grounding;
use super::response;
use super::stream::Lines;
use crate::sequence::PartSink;

/// The open part of a candidate, and what its parts cited.
#[derive(Default)]
pub(super) struct Pieces {
    live: Live,
    grounding: Grounding,
}

impl Pieces {
    /// What was cited.
    pub(super) fn grounding(self) -> Grounding {
        self.grounding
    }
}

/// The open part: words go out as they come, the rest when it is complete.
#[derive(Default)]
enum Live {
    #[default]
    Nothing,
    Text {
        said: String,
        citations: Vec<Citation>,
        signature: Option<String>,
    },
    Reasoning {
        summary: Option<bool>,
        part: Box<ReasoningPart>,
    },
    Whole(Box<Part>),
}

/// Writes the parts of one candidate to a stream.
pub(super) struct PieceWriter<'a> {
    pub(super) index: u32,
    pub(super) pieces: &'a mut Pieces,
    pub(super) lines: &'a mut Lines,
    pub(super) out: &'a mut Vec<u8>,
}

impl PieceWriter<'_> {
    fn part(&mut self, part: &Value) {
        let content = json!({"parts": [part], "role": "model"});
        self.lines.candidate(self.index, "content", content, self.out);
    }

    fn text(&mut self, text: &str, native: Native) {
        if !text.is_empty() {
            self.part(&response::text(text, None, native));
        }
    }

    fn thought(&mut self, text: &str) {
        if !text.is_empty() {
            self.part(&response::thought(text, None, Native::default()));
        }
    }

    fn open_reasoning(&mut self, mut part: ReasoningPart) -> Live {
        let mut summary = None;
        // The words go out; whether they are a summary stays known, for their state says so.
        if let Some(text) = part.text.as_mut().filter(|text| !text.is_empty()) {
            summary = Some(false);
            self.thought(&std::mem::take(text));
        } else if !part.summary.is_empty() {
            summary = Some(true);
            part.text = None;
            self.thought(&std::mem::replace(&mut part.summary, vec![String::new()]).concat());
        }
        Live::Reasoning { summary, part: Box::new(part) }
    }
}

impl PartSink for PieceWriter<'_> {
    fn open(&mut self, part: Part) {
        let live = match part {
            Part::Text(part) => {
                self.text(&part.text, part.native);
                Live::Text { said: part.text, citations: part.citations, signature: part.signature }
            }
            Part::Refusal(part) => {
                self.text(&part.text, part.native);
                Live::Text { said: part.text, citations: Vec::new(), signature: None }
            }
            Part::Reasoning(part) => self.open_reasoning(part),
            whole => Live::Whole(Box::new(whole)),
        };
        self.pieces.live = live;
    }

    fn delta(&mut self, delta: Delta) {
        let mut live = std::mem::take(&mut self.pieces.live);
        let text = delta.text.as_deref().unwrap_or_default();
        match &mut live {
            Live::Nothing => {}
            Live::Text { said, citations, signature } => {
                self.text(text, delta.native);
                said.push_str(text);
                citations.extend(delta.citations);
                append(signature, delta.signature);
            }
            Live::Reasoning { summary, part } => {
                // A provider that tells both its thought and summaries of it is heard on the first of the two.
                let summarised = delta.summary.is_some();
                if !text.is_empty() && *summary.get_or_insert(summarised) == summarised {
                    if summarised && part.summary.is_empty() {
                        part.text = None;
                        part.summary.push(String::new());
                    }
                    self.thought(text);
                }
                append(&mut part.signature, delta.signature);
                append(&mut part.opaque, delta.opaque);
            }
            Live::Whole(part) => extend(part, delta),
        }
        self.pieces.live = live;
    }

    fn close(&mut self) {
        match std::mem::take(&mut self.pieces.live) {
            Live::Nothing => {}
            Live::Text { said, citations, signature } => {
                self.pieces.grounding.cite(citations, &said, 0);
                if signature.is_some() {
                    self.part(&response::text("", signature, Native::default()));
                }
            }
            Live::Reasoning { part, .. } => {
                let state = response::state(&part);
                if state.is_some() {
                    self.part(&response::thought("", state, part.native));
                }
            }
            Live::Whole(part) => {
                let mut parts = Vec::new();
                response::write(*part, &mut parts);
                for part in &parts {
                    self.part(part);
                }
            }
        }
    }
}

fn extend(part: &mut Part, delta: Delta) {
    match part {
        Part::ToolCall(call) => {
            call.arguments.push_str(delta.text.as_deref().unwrap_or_default());
            append(&mut call.signature, delta.signature);
        }
        Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => {
            extend_medium(media, delta);
        }
        _ => {}
    }
}

fn extend_medium(media: &mut MediaPart, delta: Delta) {
    if let (Source::Inline(inline), Some(data)) = (&mut media.source, delta.data) {
        inline.data.push_str(&data);
    }
    append(&mut media.transcript, delta.transcript);
    append(&mut media.signature, delta.signature);
}

fn append(place: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        place.get_or_insert_default().push_str(&more);
    }
}
