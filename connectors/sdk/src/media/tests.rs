use serde_json::{Value, json};

use super::{of_bytes, of_url, words};
use crate::base64;
use crate::model::content::Source;

fn words_of(source: Value) -> Option<String> {
    let source: Source = serde_json::from_value(source).unwrap();
    words(&source).map(std::borrow::Cow::into_owned)
}

#[test]
fn base64_of_every_length_comes_back() {
    for (text, data) in [("", ""), ("h", "aA=="), ("hi", "aGk="), ("hi!", "aGkh"), ("hi!!", "aGkhIQ=="), ("ö?", "w7Y/")]
    {
        assert_eq!(base64::encode(text.as_bytes()), data);
        assert_eq!(base64::text(data).as_deref(), Some(text));
    }
    assert_eq!(base64::text("w7Y_").as_deref(), Some("ö?"), "the alphabet of addresses");
    assert_eq!(base64::text("aGk").as_deref(), Some("hi"), "without padding");
    assert_eq!(base64::text("a*"), None, "no base64");
    assert_eq!(base64::text("/w=="), None, "no UTF-8");
}

#[test]
fn a_document_that_is_text_has_words_in_every_form() {
    let text = |text: &str| json!({"type": "text", "text": text});
    assert_eq!(words_of(text("a")).as_deref(), Some("a"));
    assert_eq!(words_of(json!({"type": "parts", "content": [text("a"), text("b")]})).as_deref(), Some("a\nb"));
    let inline = |media_type: Value| json!({"type": "inline", "media_type": media_type, "data": "aGk="});
    assert_eq!(words_of(inline(json!("text/csv"))).as_deref(), Some("hi"));
}

#[test]
fn any_other_document_has_none() {
    let image = json!({"type": "image", "source": {"type": "url", "url": "https://x/y.png"}});
    let text = json!({"type": "text", "text": "a"});
    assert_eq!(words_of(json!({"type": "parts", "content": [text, image]})), None);
    assert_eq!(words_of(json!({"type": "parts", "content": []})), None);
    assert_eq!(words_of(json!({"type": "inline", "media_type": "application/pdf", "data": "aGk="})), None);
    assert_eq!(words_of(json!({"type": "inline", "media_type": "text/plain", "data": "/w=="})), None);
    assert_eq!(words_of(json!({"type": "url", "url": "https://x/y.txt"})), None);
}

#[test]
fn first_bytes_and_endings_betray_types() {
    let bytes = [("iVBORw0KGgoA", "image/png"), ("UklGRgAAAABXQVZF", "audio/wav"), ("UklGRgAAAABXRUJQ", "image/webp")];
    for (data, media_type) in bytes {
        assert_eq!(of_bytes(data), Some(media_type));
    }
    assert_eq!(of_bytes("????"), None);
    assert_eq!(of_url("https://x/y.PDF?z=1"), Some("application/pdf"));
    assert_eq!(of_url("https://x/y"), None);
}
