use super::parse;
use crate::findings::Findings;
use crate::scalar::json;

fn read(text: &str) -> (Option<serde_json::Value>, usize) {
    let mut findings = Findings::default();
    let node = parse(text, 0, &mut findings);
    (node.as_ref().map(json), findings.errors())
}

#[test]
fn plain_scalars_have_the_types_of_the_core_schema() {
    let (json, _) = read("[1, -2, 0x10, 0o17, 1.5, 1e3, true, null, ~, yes, 1.2.3, '4', !!str 5, .inf]");
    let expected = r#"[1,-2,16,15,1.5,1000.0,true,null,null,"yes","1.2.3","4","5",".inf"]"#;
    assert_eq!(json.unwrap().to_string(), expected);
}

#[test]
fn merge_keys_fill_in_what_is_not_said() {
    let (json, errors) = read("d: &d {a: 1, b: 2}\nx:\n  <<: *d\n  b: 3\n");
    assert_eq!(json.unwrap()["x"], serde_json::json!({"b": 3, "a": 1}));
    assert_eq!(errors, 0);
}

#[test]
fn every_duplicate_key_is_reported() {
    assert_eq!(read("a: 1\na: 2\nb: {c: 1, c: 2}\n").1, 2);
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let item = format!("*a{}, ", level - 1);
        text = [text, format!("a{level}: &a{level} [{}]\n", item.repeat(10))].concat();
    }
    assert_eq!(read(&text), (None, 1));
}

#[test]
fn deep_nesting_is_refused() {
    assert_eq!(read(&format!("{}{}", "[".repeat(200), "]".repeat(200))), (None, 1));
}

#[test]
fn an_alias_of_its_own_parent_is_refused() {
    assert_eq!(read("a: &a [*a]").1, 1);
}

#[test]
fn a_second_document_is_refused() {
    assert_eq!(read("a: 1\n---\nb: 2\n"), (None, 1));
}

#[test]
fn an_empty_file_is_an_empty_mapping() {
    assert_eq!(read("# nothing\n"), (Some(serde_json::json!({})), 0));
}
