//! The embeddings documents, which no type stands for yet: examples of what they say and what they refuse.

use serde_json::json;

use crate::sample::Sampler;
use crate::schemas::{Check, EMBEDDINGS};

#[test]
fn an_embeddings_request_holds_texts_tokens_and_parts() {
    let reference = format!("{EMBEDDINGS}request");
    let check = Check::new(&reference);
    check.pass(&Sampler::default().of(&reference)[0], "a sample of everything");
    let image = json!({"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "QUJD"}});
    let request = json!({"model": "m", "dimensions": 256, "encoding": "base64", "task": "retrieval-document", "input": [
        {"type": "text", "text": "a", "title": "A"},
        {"type": "tokens", "tokens": [1, 2]},
        {"type": "parts", "content": [{"type": "text", "text": "b"}, image]},
    ]});
    check.pass(&request, "a request");
    for wrong in [
        json!({"model": "m"}),
        json!({"model": "m", "input": ["bare"]}),
        json!({"model": "m", "input": [{"type": "tokens", "tokens": [-1]}]}),
        json!({"model": "m", "input": [{"type": "text"}]}),
    ] {
        assert!(!check.complaints(&wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn an_embedding_is_numbers_or_base64() {
    let reference = format!("{EMBEDDINGS}response");
    let check = Check::new(&reference);
    check.pass(&Sampler::default().of(&reference)[0], "a sample of everything");
    let embeddings = json!([{"index": 0, "values": [0.5, -1]}, {"index": 1, "base64": "AACAPw=="}]);
    let response = json!({"model": "m", "embeddings": embeddings, "usage": {"input_tokens": 3}});
    check.pass(&response, "a response");
    assert!(!check.complaints(&json!({"embeddings": [{"index": 0}]})).is_empty());
}
