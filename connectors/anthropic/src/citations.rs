//! Citations: the one table of how Anthropic names their members.

use dragoman_connector::model::content::{Citation, CitationKind};
use serde_json::{Map, Value};

use crate::members::{put, rest, restore, take_text};

/// Anthropic's word, and its names of the document's number and title and of the ends of what is cited.
struct Form {
    word: &'static str,
    kind: CitationKind,
    document: &'static str,
    title: &'static str,
    ends: Option<(&'static str, &'static str)>,
}

const FORMS: [Form; 5] = [
    Form {
        word: "char_location",
        kind: CitationKind::Characters,
        document: "document_index",
        title: "document_title",
        ends: Some(("start_char_index", "end_char_index")),
    },
    Form {
        word: "page_location",
        kind: CitationKind::Pages,
        document: "document_index",
        title: "document_title",
        ends: Some(("start_page_number", "end_page_number")),
    },
    Form {
        word: "content_block_location",
        kind: CitationKind::Blocks,
        document: "document_index",
        title: "document_title",
        ends: Some(("start_block_index", "end_block_index")),
    },
    Form {
        word: "search_result_location",
        kind: CitationKind::SearchResult,
        document: "search_result_index",
        title: "title",
        ends: Some(("start_block_index", "end_block_index")),
    },
    Form { word: "web_search_result_location", kind: CitationKind::Url, document: "", title: "title", ends: None },
];

/// Reads a citation; its page numbers stay as Anthropic counts them, from 1.
pub(crate) fn read(mut map: Map<String, Value>) -> Citation {
    let word = take_text(&mut map, "type").unwrap_or_default();
    let Some(form) = FORMS.iter().find(|form| form.word == word) else {
        let mut citation = Citation::new(CitationKind::Other(word));
        citation.native = rest(map);
        return citation;
    };
    let mut citation = Citation::new(form.kind.clone());
    citation.cited_text = take_text(&mut map, "cited_text");
    citation.title = take_text(&mut map, form.title);
    citation.url = take_text(&mut map, "url").or_else(|| take_text(&mut map, "source"));
    citation.file_id = take_text(&mut map, "file_id");
    citation.document = take_count(&mut map, form.document);
    if let Some((start, end)) = form.ends {
        citation.source_start = take_count(&mut map, start);
        citation.source_end = take_count(&mut map, end);
    }
    citation.native = rest(map);
    citation
}

fn take_count(map: &mut Map<String, Value>, name: &str) -> Option<u64> {
    let count = map.get(name)?.as_u64()?;
    map.remove(name);
    Some(count)
}

/// Writes a citation of an earlier answer; `None` where it lacks what Anthropic demands, which its own never do.
pub(crate) fn write(citation: Citation) -> Option<Value> {
    let form = FORMS.iter().find(|form| form.kind == citation.kind)?;
    let mut map = Map::new();
    map.insert("type".into(), form.word.into());
    map.insert("cited_text".into(), citation.cited_text?.into());
    map.insert(form.title.into(), citation.title.into());
    if let Some((start, end)) = form.ends {
        map.insert(form.document.into(), citation.document?.into());
        map.insert(start.into(), citation.source_start?.into());
        map.insert(end.into(), citation.source_end?.into());
    }
    match form.kind {
        CitationKind::SearchResult => put(&mut map, "source", Some(citation.url?)),
        CitationKind::Url => put(&mut map, "url", Some(citation.url?)),
        _ => {}
    }
    restore(&mut map, &citation.native);
    if form.kind == CitationKind::Url && !map.contains_key("encrypted_index") {
        return None;
    }
    Some(map.into())
}
