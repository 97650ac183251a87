//! Citations and log probabilities, which both dialects write alike but for one level of nesting.

use dragoman_model::content::{Citation, CitationKind};
use dragoman_model::response::TokenLogprob;
use serde_json::{Map, Value, json};

/// The members of a `url_citation`, for words that begin `offset` characters into the text that the client reads and
/// are `length` long. `None` where it cites no web page: OpenAI's dialects cite nothing else by address.
pub(crate) fn url_members(citation: &Citation, offset: u64, length: u64) -> Option<Map<String, Value>> {
    let url = citation.url.as_deref()?;
    let mut members = Map::new();
    members.insert("url".into(), url.into());
    members.insert("title".into(), citation.title.as_deref().unwrap_or(url).into());
    members.insert("start_index".into(), (offset + citation.start.unwrap_or(0)).into());
    members.insert("end_index".into(), (offset + citation.end.unwrap_or(length)).into());
    Some(members)
}

/// Reads an annotation of either dialect: `url_citation` flat or nested, `file_citation`, `container_file_citation` and
/// `file_path`. Any other is given back.
pub(crate) fn read(annotation: Value, dialect: &str) -> Result<Citation, Value> {
    let kind = match annotation.get("type").and_then(Value::as_str) {
        Some("url_citation") => CitationKind::Url,
        Some("file_citation" | "container_file_citation" | "file_path") => CitationKind::File,
        _ => return Err(annotation),
    };
    let Value::Object(mut members) = annotation else { return Err(annotation) };
    if let Some(Value::Object(nested)) = members.get_mut("url_citation").map(Value::take) {
        members.extend(nested);
    }
    let mut text = |name: &str| match members.get_mut(name).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (url, title, file_id) = (text("url"), text("title"), text("file_id"));
    let mut place = |name: &str| members.get_mut(name).map(Value::take).as_ref().and_then(Value::as_u64);
    let (start, end) = (place("start_index"), place("end_index"));
    let mut citation = Citation { url, title, file_id, start, end, ..Citation::new(kind) };
    members.retain(|_, value| !value.is_null());
    if members.get("type").is_some_and(|kind| kind == "url_citation") {
        members.remove("type");
    }
    citation.native.put_all(dialect, members);
    Ok(citation)
}

/// Reads the annotations of a text; those that are no citations are given back.
pub(crate) fn read_all(annotations: Vec<Value>, dialect: &str) -> (Vec<Citation>, Vec<Value>) {
    let mut citations = Vec::new();
    let mut others = Vec::new();
    for annotation in annotations {
        match read(annotation, dialect) {
            Ok(citation) => citations.push(citation),
            Err(other) => others.push(other),
        }
    }
    (citations, others)
}

/// How the client reads the log probability of a token.
pub(crate) fn logprob(token: &TokenLogprob) -> Value {
    let top: Vec<Value> = token.top.iter().map(bare_logprob).collect();
    let mut value = bare_logprob(token);
    if let Value::Object(members) = &mut value {
        members.insert("top_logprobs".into(), top.into());
    }
    value
}

fn bare_logprob(token: &TokenLogprob) -> Value {
    let bytes = token.bytes.as_deref().unwrap_or(token.token.as_bytes());
    json!({ "token": token.token, "logprob": token.logprob, "bytes": bytes })
}
