use serde_json::{Value, json};

use crate::Part;

/// What `text` is when it is read and written.
fn through(text: &str) -> Value {
    let part: Part = serde_json::from_str(text).unwrap();
    serde_json::to_value(&part).unwrap()
}

#[test]
fn the_type_may_stand_anywhere() {
    let image = r#"{"source":{"url":"https://x/\"y\".png","type":"url"},"type":"image","new":[1,{"a":null}]}"#;
    let result = format!(r#"{{"call_id":"c","content":[{image}],"type":"tool-result"}}"#);
    let image =
        json!({"type": "image", "source": {"type": "url", "url": "https://x/\"y\".png"}, "new": [1, {"a": null}]});
    assert_eq!(through(&result), json!({"type": "tool-result", "call_id": "c", "content": [image]}));
}

#[test]
fn an_unknown_type_is_kept_whole_wherever_it_stands() {
    for text in [r#"{"type":"new\n","a":1}"#, r#"{"a":1,"type":"new\n"}"#] {
        assert_eq!(through(text), json!({"type": "new\n", "a": 1}));
        assert!(matches!(serde_json::from_str(text).unwrap(), Part::Unknown(_)));
    }
}

#[test]
fn a_document_without_a_type_or_of_a_wrong_form_is_refused() {
    for text in [r#"{"text":"a"}"#, r#"{"text":1,"type":"text"}"#, r#"{"text":"a","type":1}"#, "{}", "[]"] {
        assert!(serde_json::from_str::<Part>(text).is_err(), "{text}");
    }
}
