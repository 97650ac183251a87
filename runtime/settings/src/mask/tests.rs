use super::hide;

#[test]
fn the_value_of_a_key_is_hidden_and_its_length_kept() {
    assert_eq!(hide("a: 1\napi_key: \"sk-é\" # mine\nb: 2\n", &[]), "a: 1\napi_key: ******* * ****\nb: 2\n");
}

#[test]
fn a_misspelt_key_is_hidden_too() {
    assert_eq!(hide("api_kye: sk-1", &[]), "api_kye: ****");
    assert_eq!(hide("apikey: sk-1", &[]), "apikey: ****");
}

#[test]
fn headers_and_flow_mappings_are_hidden() {
    assert_eq!(hide("h: {X-Api-Key: abc}", &[]), "h: {X-Api-Key: ****");
    assert_eq!(hide("  Authorization: Bearer abc", &[]), "  Authorization: ****** ***");
    assert_eq!(hide("{\"api_key\":\"abc\"}", &[]), "{\"api_key\":******");
}

#[test]
fn a_value_that_goes_on_below_is_hidden_to_its_end() {
    assert_eq!(hide("api_key: |\n  sk-1\n  sk-2\nb: 2\n", &[]), "api_key: *\n  ****\n  ****\nb: 2\n");
}

#[test]
fn references_and_harmless_keys_are_shown() {
    for line in [
        "api_key: ${A}",
        "api_key: \"${A}\" # mine",
        "api_key_env_var: A",
        "max_output_tokens: 4",
        "auth_header: X-API-Key",
    ] {
        assert_eq!(hide(line, &[]), line);
    }
}

#[test]
fn a_default_in_a_reference_is_hidden() {
    assert_eq!(hide("api_key: ${A:-sk-1}", &[]), "api_key: **********");
}

#[test]
fn a_span_is_hidden() {
    assert_eq!(hide("api_key_env_var: sk-1", std::slice::from_ref(&(17..21))), "api_key_env_var: ****");
}
