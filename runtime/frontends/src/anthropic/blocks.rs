//! The blocks of a stream.

use dragoman_model::content::{Citation, MediaPart, Part, ReasoningPart, Source, ToolCallPart};
use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::event::Delta;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::response::{self, State};
use super::{arguments::Arguments, citation};
use crate::common::{CallIds, wire};
use crate::sequence::PartSink;

/// What was written of the blocks, and the part that is open.
pub(super) struct Blocks {
    ids: CallIds,
    /// The number of the next block.
    next: u32,
    calls: bool,
    live: Live,
}

/// The open part. A block begins with its first content, so that a part without content is no block.
enum Live {
    Nothing,
    Text { begun: bool, signature: Option<String> },
    Reasoning { begun: bool, summary: Option<bool>, part: Box<ReasoningPart> },
    Call { id: String, arguments: Arguments, signature: Option<String> },
    Medium(Box<MediaPart>),
}

impl Blocks {
    /// No block yet; `request_id` is the stem of the ids that the provider did not give.
    pub(super) fn new(request_id: &str) -> Self {
        Self { ids: CallIds::new("toolu_", request_id), next: 0, calls: false, live: Live::Nothing }
    }

    /// Whether a tool was called.
    pub(super) fn calls(&self) -> bool {
        self.calls
    }
}

/// Writes blocks to a stream.
pub(super) struct BlockWriter<'a> {
    pub(super) blocks: &'a mut Blocks,
    pub(super) out: &'a mut Vec<u8>,
}

#[derive(Serialize)]
struct DeltaEvent<'a> {
    r#type: &'static str,
    index: u32,
    delta: Piece<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Piece<'a> {
    #[serde(rename = "text_delta")]
    Text { text: &'a str },
    #[serde(rename = "citations_delta")]
    Citation { citation: &'a Value },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: &'a str },
    #[serde(rename = "signature_delta")]
    Signature { signature: &'a str },
    #[serde(rename = "input_json_delta")]
    Input { partial_json: &'a str },
}

impl BlockWriter<'_> {
    fn start(&mut self, block: &Value) {
        let document = json!({"type": "content_block_start", "index": self.blocks.next, "content_block": block});
        wire::event(self.out, "content_block_start", &document);
    }

    fn piece(&mut self, delta: Piece<'_>) {
        let document = DeltaEvent { r#type: "content_block_delta", index: self.blocks.next, delta };
        wire::event(self.out, "content_block_delta", &document);
    }

    fn stop(&mut self) {
        let document = json!({"type": "content_block_stop", "index": self.blocks.next});
        wire::event(self.out, "content_block_stop", &document);
        self.blocks.next += 1;
    }

    /// A block that comes whole.
    fn block(&mut self, block: &Value) {
        self.start(block);
        self.stop();
    }

    /// Begins a block unless it was begun.
    fn begin(&mut self, begun: &mut bool, block: &Value) {
        if !std::mem::replace(begun, true) {
            self.start(block);
        }
    }

    fn text(&mut self, begun: &mut bool, text: &str, citations: Vec<Citation>) {
        if text.is_empty() && citations.is_empty() {
            return;
        }
        self.begin(begun, &json!({"type": "text", "text": ""}));
        if !text.is_empty() {
            self.piece(Piece::Text { text });
        }
        for citation in citations.into_iter().map(citation::write) {
            self.piece(Piece::Citation { citation: &citation });
        }
    }

    fn thought(&mut self, begun: &mut bool, thinking: &str) {
        if !thinking.is_empty() {
            self.begin(begun, &json!({"type": "thinking", "thinking": "", "signature": ""}));
            self.piece(Piece::Thinking { thinking });
        }
    }

    fn open_reasoning(&mut self, mut part: ReasoningPart) -> Live {
        let (mut begun, mut summary) = (false, None);
        // The words go out; that there was a summary stays known, for it tells what kind of words they were.
        if let Some(text) = part.text.as_mut().filter(|text| !text.is_empty()) {
            summary = Some(false);
            self.thought(&mut begun, &std::mem::take(text));
        } else if !part.summary.is_empty() {
            summary = Some(true);
            let words = std::mem::replace(&mut part.summary, vec![String::new()]).concat();
            part.text = None;
            self.thought(&mut begun, &words);
        }
        Live::Reasoning { begun, summary, part: Box::new(part) }
    }

    fn open_call(&mut self, call: ToolCallPart) -> Live {
        self.blocks.calls = true;
        let id = self.blocks.ids.next(&call.id);
        if let Some(signature) = call.signature {
            self.block(&response::call_state(&id, signature));
        }
        self.start(&response::tool_block(id.clone(), call.name, Map::new(), call.native));
        let mut arguments = Arguments::default();
        self.arguments(&mut arguments, &call.arguments);
        Live::Call { id, arguments, signature: None }
    }

    fn arguments(&mut self, arguments: &mut Arguments, text: &str) {
        if let Some(partial_json) = arguments.push(text) {
            self.piece(Piece::Input { partial_json: &partial_json });
        }
    }

    fn close_reasoning(&mut self, begun: bool, part: ReasoningPart) {
        if !begun {
            if let Some(block) = response::reasoning(part) {
                self.block(&block);
            }
            return;
        }
        if let State::Signature(signature) | State::Opaque(signature) = response::state(&part) {
            self.piece(Piece::Signature { signature: &signature });
        }
        self.stop();
    }

    fn close_call(&mut self, id: &str, arguments: Arguments, signature: Option<String>) {
        if let Some(partial_json) = arguments.finish() {
            self.piece(Piece::Input { partial_json: &partial_json });
        }
        self.stop();
        if let Some(signature) = signature {
            self.block(&response::call_state(id, signature));
        }
    }
}

impl PartSink for BlockWriter<'_> {
    fn open(&mut self, part: Part) {
        let live = match part {
            Part::Text(text) => {
                let mut begun = false;
                self.text(&mut begun, &text.text, text.citations);
                Live::Text { begun, signature: text.signature }
            }
            Part::Refusal(refusal) => {
                let mut begun = false;
                self.text(&mut begun, &refusal.text, Vec::new());
                Live::Text { begun, signature: None }
            }
            Part::Reasoning(part) => self.open_reasoning(part),
            Part::ToolCall(call) => self.open_call(call),
            Part::Image(media) | Part::Audio(media) | Part::Video(media) | Part::Document(media) => {
                Live::Medium(Box::new(media))
            }
            Part::Native(part) if part.dialect == ANTHROPIC_MESSAGES => {
                self.block(&part.value);
                Live::Nothing
            }
            Part::Native(_) | Part::ToolResult(_) | Part::Unknown(_) => Live::Nothing,
        };
        self.blocks.live = live;
    }

    fn delta(&mut self, delta: Delta) {
        let mut live = std::mem::replace(&mut self.blocks.live, Live::Nothing);
        let text = delta.text.as_deref().unwrap_or_default();
        match &mut live {
            Live::Nothing => {}
            Live::Text { begun, signature } => {
                self.text(begun, text, delta.citations);
                append(signature, delta.signature);
            }
            Live::Reasoning { begun, summary, part } => {
                // A provider that tells both its thought and summaries of it is heard on the first of the two.
                let summarised = delta.summary.is_some();
                if !text.is_empty() && *summary.get_or_insert(summarised) == summarised {
                    if summarised && part.summary.is_empty() {
                        part.text = None;
                        part.summary.push(String::new());
                    }
                    self.thought(begun, text);
                }
                append(&mut part.signature, delta.signature);
                append(&mut part.opaque, delta.opaque);
            }
            Live::Call { arguments, signature, .. } => {
                self.arguments(arguments, text);
                append(signature, delta.signature);
            }
            Live::Medium(media) => {
                if let (Source::Inline(inline), Some(data)) = (&mut media.source, &delta.data) {
                    inline.data.push_str(data);
                }
                append(&mut media.transcript, delta.transcript);
            }
        }
        self.blocks.live = live;
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.blocks.live, Live::Nothing) {
            Live::Nothing => {}
            Live::Text { begun, signature } => {
                if begun {
                    self.stop();
                }
                if let Some(signature) = signature {
                    self.block(&response::text_state(signature));
                }
            }
            Live::Reasoning { begun, part, .. } => self.close_reasoning(begun, *part),
            Live::Call { id, arguments, signature } => self.close_call(&id, arguments, signature),
            Live::Medium(media) => {
                let mut begun = false;
                self.text(&mut begun, &response::told(&media), Vec::new());
                if begun {
                    self.stop();
                }
            }
        }
    }
}

fn append(place: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        place.get_or_insert_default().push_str(&more);
    }
}
