use serde_json::{Value, json};

use super::requests::{said, written};
use crate::loss::Loss;
use crate::openai_chat::Quirks;

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn file(name: &str, data: &str) -> Value {
    json!({"type": "file", "file": {"filename": name, "file_data": data}})
}

/// What the parts of a user's message become, and the losses as `path: how` below the message.
fn parts(parts: Value, quirks: &Quirks) -> (Value, Vec<String>) {
    let (body, losses) = written(json!({ "messages": said("user", parts) }), quirks);
    let path = |loss: &Loss| loss.path.strip_prefix("messages[0].content").unwrap().to_owned();
    let losses = losses.iter().map(|loss| format!("{}: {}", path(loss), loss.how)).collect();
    (body["messages"][0]["content"].clone(), losses)
}

#[test]
fn documents_that_are_text_are_files() {
    let (content, losses) = parts(
        json!([
            {"type": "document", "source": text("hi"), "name": "n.txt", "context": "c"},
            {"type": "document", "source": {"type": "inline", "media_type": "text/csv", "data": "aGk="}},
            {"type": "document", "source": {"type": "parts", "content": [text("h"), text("i")]}},
        ]),
        &Quirks::default(),
    );
    let expected = json!([
        file("n.txt", "data:text/plain;base64,aGk="),
        file("document.csv", "data:text/csv;base64,aGk="),
        file("document.txt", "data:text/plain;base64,aApp"),
    ]);
    assert_eq!(content, expected);
    assert_eq!(losses, ["[2]: approximated", "[0].context: dropped"]);
}

#[test]
fn vendors_without_files_get_the_words() {
    let documents = json!([
        {"type": "document", "source": text("a"), "name": "n.txt"},
        {"type": "document", "source": {"type": "inline", "media_type": "text/csv", "data": "aGk="}},
        {"type": "document", "source": {"type": "inline", "media_type": "application/pdf", "data": "QQ=="}},
    ]);
    let (content, losses) = parts(documents.clone(), &Quirks::vendor());
    assert_eq!(content, json!([text("a"), text("hi"), file("document.pdf", "data:application/pdf;base64,QQ==")]));
    assert_eq!(losses, ["[0].name: dropped"]);
    let joined = Quirks { join_text: true, ..Quirks::vendor() };
    assert_eq!(parts(json!([documents[0], documents[1]]), &joined).0, "a\n\nhi");
}

#[test]
fn parts_of_a_document_that_is_not_text_alone_stand_in_its_place() {
    let image = json!({"type": "image", "source": {"type": "url", "url": "https://x/y.png"}});
    let document = json!({"type": "document", "source": {"type": "parts", "content": [text("a"), image]}});
    let (content, losses) = parts(json!([document]), &Quirks::default());
    assert_eq!(content, json!([text("a"), {"type": "image_url", "image_url": {"url": "https://x/y.png"}}]));
    assert_eq!(losses, ["[0]: approximated"]);
}

#[test]
fn a_result_holds_documents_that_are_text_as_words() {
    let document = json!({"type": "document", "source": text("b"), "name": "n.txt"});
    let result = json!([{"type": "tool-result", "call_id": "c", "content": [text("a"), document]}]);
    let (body, losses) = written(json!({ "messages": said("tool", result) }), &Quirks::default());
    let expected = json!([{"role": "tool", "tool_call_id": "c", "content": [text("a"), text("b")]}]);
    assert_eq!(body["messages"], expected);
    assert_eq!(losses, [Loss::dropped("messages[0].content[0].content[1].name")]);
}
