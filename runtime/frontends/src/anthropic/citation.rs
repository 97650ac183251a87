//! Citations, both ways.

use dragoman_model::Failure;
use dragoman_model::content::{Citation, CitationKind};
use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use serde_json::{Map, Value};

use crate::common::{Members, Place, wire};

/// How the dialect writes one kind of citation: the kind, its type, and the members that tell which source it points
/// into and where the cited words begin and end there; empty where there is none.
struct Shape {
    kind: CitationKind,
    word: &'static str,
    document: &'static str,
    title: &'static str,
    start: &'static str,
    end: &'static str,
}

const SHAPES: [Shape; 5] = [
    Shape {
        kind: CitationKind::Characters,
        word: "char_location",
        document: "document_index",
        title: "document_title",
        start: "start_char_index",
        end: "end_char_index",
    },
    Shape {
        kind: CitationKind::Pages,
        word: "page_location",
        document: "document_index",
        title: "document_title",
        start: "start_page_number",
        end: "end_page_number",
    },
    Shape {
        kind: CitationKind::Blocks,
        word: "content_block_location",
        document: "document_index",
        title: "document_title",
        start: "start_block_index",
        end: "end_block_index",
    },
    Shape {
        kind: CitationKind::SearchResult,
        word: "search_result_location",
        document: "search_result_index",
        title: "title",
        start: "start_block_index",
        end: "end_block_index",
    },
    Shape {
        kind: CitationKind::Url,
        word: "web_search_result_location",
        document: "",
        title: "title",
        start: "",
        end: "",
    },
];

/// Reads a citation; one of an unknown type keeps its members.
pub(super) fn read(value: Value, place: Place<'_>) -> Result<Citation, Failure> {
    let mut members = Members::of(value, place)?;
    let word = members.required_string("type")?;
    let Some(shape) = SHAPES.iter().find(|shape| shape.word == word) else {
        let mut citation = Citation::new(CitationKind::Other(word));
        citation.native = members.native(ANTHROPIC_MESSAGES);
        return Ok(citation);
    };
    let mut citation = Citation::new(shape.kind.clone());
    citation.document = members.count(shape.document)?;
    citation.source_start = members.count(shape.start)?;
    citation.source_end = members.count(shape.end)?;
    citation.title = members.string(shape.title)?;
    citation.cited_text = members.string("cited_text")?;
    citation.file_id = members.string("file_id")?;
    citation.url = members.string(if shape.kind == CitationKind::SearchResult { "source" } else { "url" })?;
    citation.native = members.native(ANTHROPIC_MESSAGES);
    Ok(citation)
}

/// Writes a citation with every member that the dialect demands. One into a file is told as one into a document: the
/// dialect has no word for it.
pub(super) fn write(citation: Citation) -> Value {
    let mut map = Map::new();
    if let CitationKind::Other(word) = &citation.kind {
        map.insert("type".into(), word.as_str().into());
        wire::put_native(&mut map, citation.native, ANTHROPIC_MESSAGES);
        return Value::Object(map);
    }
    let known = SHAPES.iter().find(|shape| shape.kind == citation.kind);
    let Some(shape) = known.or(SHAPES.first()) else { return Value::Null };
    map.insert("type".into(), shape.word.into());
    map.insert("cited_text".into(), citation.cited_text.unwrap_or_default().into());
    map.insert(shape.title.into(), citation.title.into());
    let numbers =
        [(shape.document, citation.document), (shape.start, citation.source_start), (shape.end, citation.source_end)];
    for (name, number) in numbers.into_iter().filter(|(name, _)| !name.is_empty()) {
        map.insert(name.into(), number.unwrap_or_default().into());
    }
    match shape.kind {
        CitationKind::Url => {
            map.insert("url".into(), citation.url.unwrap_or_default().into());
            wire::put_native(&mut map, citation.native, ANTHROPIC_MESSAGES);
            map.entry("encrypted_index").or_insert_with(|| "".into());
        }
        CitationKind::SearchResult => {
            map.insert("source".into(), citation.url.unwrap_or_default().into());
            wire::put_native(&mut map, citation.native, ANTHROPIC_MESSAGES);
        }
        _ => {
            wire::put(&mut map, "file_id", citation.file_id);
            wire::put_native(&mut map, citation.native, ANTHROPIC_MESSAGES);
        }
    }
    Value::Object(map)
}
