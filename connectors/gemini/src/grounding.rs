//! Citations out of what an answer was grounded on.

use dragoman_connector::model::content::{Citation, CitationKind};
use serde_json::{Map, Value};

use crate::DIALECT;

/// The citations that a candidate's other members tell of its text. Places in the text are told where the candidate has
/// but one text, as `alone` says; Gemini counts them in bytes.
pub(crate) fn citations(candidate: &Map<String, Value>, text: &str, alone: bool) -> Vec<Citation> {
    let places = Places { starts: text.char_indices().map(|(start, _)| start).collect(), alone };
    let mut found = Vec::new();
    if let Some(metadata) = candidate.get("groundingMetadata") {
        supports(metadata, &places, &mut found);
    }
    if let Some(metadata) = candidate.get("citationMetadata") {
        for source in list(metadata, "citationSources").iter().chain(list(metadata, "citations")) {
            let mut citation = cited(source.get("uri"), source.get("title"));
            places.put(&mut citation, source);
            if let Some(license) = source.get("license").filter(|license| !license.is_null()) {
                citation.native.put(DIALECT, "license", license.clone());
            }
            found.push(citation);
        }
    }
    found
}

/// One citation for each source that supports a stretch of text; sources that support none are told without a place.
fn supports(metadata: &Value, places: &Places, found: &mut Vec<Citation>) {
    let chunks = list(metadata, "groundingChunks");
    let supports = list(metadata, "groundingSupports");
    for support in supports {
        for index in list(support, "groundingChunkIndices") {
            let chunk = index.as_u64().and_then(|index| chunks.get(usize::try_from(index).ok()?));
            let Some(mut citation) = chunk.and_then(source) else { continue };
            if let Some(segment) = support.get("segment") {
                places.put(&mut citation, segment);
            }
            found.push(citation);
        }
    }
    if supports.is_empty() {
        found.extend(chunks.iter().filter_map(source));
    }
}

fn source(chunk: &Value) -> Option<Citation> {
    let source = ["web", "retrievedContext", "maps", "image"].iter().find_map(|kind| chunk.get(kind))?;
    Some(cited(source.get("uri").or_else(|| source.get("sourceUri")), source.get("title")))
}

fn cited(url: Option<&Value>, title: Option<&Value>) -> Citation {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    Citation { url: text(url), title: text(title), ..Citation::new(CitationKind::Url) }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

struct Places {
    /// Where each character of the text begins, in bytes.
    starts: Vec<usize>,
    alone: bool,
}

impl Places {
    fn put(&self, citation: &mut Citation, segment: &Value) {
        let at = |name: &str| usize::try_from(segment.get(name)?.as_u64()?).ok();
        let characters = |bytes: usize| self.starts.partition_point(|start| *start < bytes) as u64;
        if self.alone
            && let Some(end) = at("endIndex")
        {
            citation.start = Some(characters(at("startIndex").unwrap_or_default()));
            citation.end = Some(characters(end));
        }
    }
}
