//! Citations as the dialect tells them: beside the answer, pointing into its text.
//!
//! Shape: <https://ai.google.dev/api/generate-content#GroundingMetadata>. Places are counted in bytes of UTF-8.

use std::collections::HashMap;

use dragoman_model::content::{Citation, CitationKind};
use serde_json::{Map, Value, json};

use crate::common::wire;

/// The sources of an answer, each once, and the words that rest on them.
#[derive(Debug, Default)]
pub(super) struct Grounding {
    chunks: Vec<Value>,
    supports: Vec<Value>,
    known: HashMap<String, usize>,
}

impl Grounding {
    /// Takes in the citations of the part at `index`, whose words are `text`.
    pub(super) fn cite(&mut self, citations: Vec<Citation>, text: &str, index: usize) {
        if citations.is_empty() {
            return;
        }
        // One pass over the text serves all its citations.
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let byte = |place: u64| usize::try_from(place).ok().and_then(|place| places.get(place)).copied();
        for citation in citations {
            let (start, end) = (citation.start.and_then(byte), citation.end.and_then(byte));
            let mut segment = Map::new();
            if index > 0 {
                segment.insert("partIndex".into(), index.into());
            }
            wire::put(&mut segment, "startIndex", start.filter(|start| *start > 0));
            wire::put(&mut segment, "endIndex", end.or(Some(text.len())));
            let cited = text.get(start.unwrap_or_default()..end.unwrap_or(text.len())).unwrap_or_default();
            segment.insert("text".into(), cited.into());
            let source = self.source(citation);
            self.supports.push(json!({"segment": segment, "groundingChunkIndices": [source]}));
        }
    }

    fn source(&mut self, citation: Citation) -> usize {
        let chunk = chunk(citation);
        let next = self.chunks.len();
        let found = *self.known.entry(chunk.to_string()).or_insert(next);
        if found == next {
            self.chunks.push(chunk);
        }
        found
    }

    /// What stands in `groundingMetadata`; nothing where nothing was cited.
    pub(super) fn into_value(self) -> Option<Value> {
        let found = json!({"groundingChunks": self.chunks, "groundingSupports": self.supports});
        (!self.chunks.is_empty()).then_some(found)
    }
}

fn chunk(citation: Citation) -> Value {
    let mut map = Map::new();
    wire::put(&mut map, "uri", citation.url.or(citation.file_id));
    wire::put(&mut map, "title", citation.title);
    if citation.kind == CitationKind::Url {
        return json!({"web": map});
    }
    wire::put(&mut map, "text", citation.cited_text);
    json!({"retrievedContext": map})
}
