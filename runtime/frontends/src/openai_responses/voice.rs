//! Events of the stream, numbered from 0.

use serde::Serialize;
use serde_json::Value;

use crate::common::wire;

/// Writes events; a silent one writes nothing, for an answer that is told whole.
#[derive(Debug, Default)]
pub(super) struct Voice {
    sequence: u64,
    silent: bool,
}

/// The body of the events that say a little more.
#[derive(Serialize)]
pub(super) struct More<'a> {
    pub(super) item_id: &'a str,
    pub(super) output_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary_index: Option<usize>,
    pub(super) delta: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<Vec<Value>>,
}

impl Voice {
    /// A voice that only counts.
    pub(super) fn silent() -> Self {
        Self { sequence: 0, silent: true }
    }

    /// Appends the event `kind` with the members of `body`, which has one at least.
    pub(super) fn say(&mut self, out: &mut Vec<u8>, kind: &str, body: &impl Serialize) {
        if self.silent {
            return;
        }
        let sequence = self.sequence;
        self.sequence += 1;
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(b"\ndata: {\"type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(b"\",\"sequence_number\":");
        out.extend_from_slice(sequence.to_string().as_bytes());
        let body_at = out.len();
        wire::json(out, body);
        // The body goes on where type and number began: its brace becomes the comma between them.
        if let Some(brace) = out.get_mut(body_at) {
            *brace = b',';
        }
        out.extend_from_slice(b"\n\n");
    }
}
