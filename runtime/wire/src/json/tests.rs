use bytes::Bytes;
use serde_json::{Value, json};

use super::{Edit, JsonError, Outline};

fn outline(text: &str) -> Result<Outline, JsonError> {
    Outline::new(Bytes::copy_from_slice(text.as_bytes()))
}

fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    let edits: Vec<Edit> =
        edits.iter().map(|(pointer, value)| Edit { pointer: (*pointer).into(), value: (*value).into() }).collect();
    let pieces = outline(text).unwrap().edited(&edits).unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

#[test]
fn a_document_without_edits_keeps_its_bytes() {
    let text = "{ \"a\" : 1.0 ,\"b\":[ ] }";
    assert_eq!(edited(text, &[]), text);
}

#[test]
fn an_edit_replaces_adds_or_removes_a_member() {
    assert_eq!(edited(r#"{"a":1,"b":2}"#, &[("/a", "\"x\"")]), r#"{"a":"x","b":2}"#);
    assert_eq!(edited(r#"{"a":1}"#, &[("/c", "{}")]), r#"{"a":1,"c":{}}"#);
    assert_eq!(edited(r#"{"a":1,"b":2}"#, &[("/a", "")]), r#"{"b":2}"#);
    assert_eq!(edited(r"{}", &[("/a~1b", "1")]), r#"{"a/b":1}"#);
}

#[test]
fn untouched_members_keep_their_spelling() {
    let long = format!("\"{}\"", "x".repeat(5000));
    let text = format!(r#"{{"n":1e400,"u":"\u00e9","big":{long},"m":1}}"#);
    let expected = format!(r#"{{"n":1e400,"u":"\u00e9","big":{long},"m":2}}"#);
    assert_eq!(edited(&text, &[("/m", "2")]), expected);
}

#[test]
fn members_are_told_by_size() {
    let (small, omitted) =
        outline(&format!(r#"{{"model":"m","messages":["{}"]}}"#, "x".repeat(2000))).unwrap().digest();
    assert_eq!(Value::Object(small), json!({"model": "m"}));
    assert_eq!(omitted, ["messages"]);
}

#[test]
fn only_an_object_with_different_names_is_accepted() {
    assert!(matches!(outline("[1]"), Err(JsonError::Syntax(_))));
    assert!(matches!(outline("{\"a\":1"), Err(JsonError::Syntax(_))));
    assert_eq!(outline(r#"{"ab":1,"ab":2}"#).unwrap_err(), JsonError::Duplicate("ab".into()));
}

#[test]
fn edits_below_the_top_level_are_refused() {
    let edit = Edit { pointer: "/a/b".into(), value: "1".into() };
    assert!(outline("{}").unwrap().edited(&[edit]).is_err());
}
