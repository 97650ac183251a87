use super::{Fault, expand};

fn env(name: &str) -> Option<String> {
    match name {
        "A" => Some("alpha".to_owned()),
        "P" => Some("A".to_owned()),
        "EMPTY" => Some(String::new()),
        "WILD" => Some("${A}".to_owned()),
        _ => None,
    }
}

fn text(source: &str) -> String {
    let expanded = expand(source, &env).unwrap();
    assert_eq!(expanded.missing, None, "{source}");
    expanded.text
}

#[test]
fn a_reference_is_replaced_wherever_it_stands() {
    assert_eq!(text("x-${A}-y-${A}"), "x-alpha-y-alpha");
}

#[test]
fn a_default_stands_in_for_an_unset_and_for_an_empty_variable() {
    assert_eq!(text("${NONE:-d}${EMPTY:-e}${A:-f}"), "dealpha");
}

#[test]
fn a_default_may_be_a_reference_with_a_default() {
    assert_eq!(text("${NONE:-${ALSO_NONE:-${A}}}!"), "alpha!");
}

#[test]
fn a_name_may_be_put_together_from_a_variable() {
    assert_eq!(text("${${P}}"), "alpha");
}

#[test]
fn a_reference_beside_text_is_mere_concatenation() {
    assert_eq!(text("${P}_API_KEY"), "A_API_KEY");
}

#[test]
fn a_default_may_hold_a_url() {
    assert_eq!(text("${NONE:-https://api.openai.com/v1}"), "https://api.openai.com/v1");
}

#[test]
fn what_a_variable_holds_is_not_interpolated_again() {
    assert_eq!(text("${WILD}"), "${A}");
}

#[test]
fn a_doubled_dollar_is_a_literal_reference() {
    assert_eq!(text("$${A}"), "${A}");
}

#[test]
fn a_missing_variable_is_named() {
    assert_eq!(expand("${NONE}", &env).unwrap().missing.as_deref(), Some("NONE"));
    assert_eq!(expand("${${NONE}_KEY}", &env).unwrap().missing.as_deref(), Some("NONE"));
}

#[test]
fn a_default_that_is_not_needed_may_miss_its_variable() {
    assert_eq!(text("${A:-${NONE}}"), "alpha");
}

#[test]
fn malformed_references_are_refused() {
    assert_eq!(expand("${A", &env), Err(Fault::Unclosed));
    assert_eq!(expand("${A:-x", &env), Err(Fault::Unclosed));
    assert_eq!(expand("${a b}", &env), Err(Fault::Name));
    assert_eq!(expand("${}", &env), Err(Fault::Name));
    assert_eq!(expand(&"${A:-".repeat(40), &env), Err(Fault::Deep));
    assert_eq!(expand(&"${A}".repeat(20_000), &env), Err(Fault::Long));
}
