//! What a configuration is told when something is wrong with it. The texts are in `snapshots/`; `INSTA_UPDATE=always`
//! writes them anew.

mod support;

use dragoman_settings::{Code, Overrides, Source, load};
use support::{clean, connectors, env, folder, load_files, load_main, refusal};

/// One snapshot of what a main file is refused for.
macro_rules! refused {
    ($name:ident, $text:expr) => {
        refused!($name, $text, &[]);
    };
    ($name:ident, $text:expr, $set:expr) => {
        #[test]
        fn $name() {
            let name = stringify!($name);
            insta::assert_snapshot!(name, refusal(name, &[("dragoman.yaml", $text)], $set));
        }
    };
}

refused!(an_unknown_key_gets_a_suggestion, "backends:\n  openai:\n    api_bse_url: https://api.openai.com/v1\n");
refused!(an_unknown_key_without_a_neighbour_gets_the_list, "log:\n  destination: stdout\n");
refused!(
    wrong_types_are_named,
    "listen: [1]\nbackends:\n  openai:\n    timeout: soon\n    strict: 1\n    max_retries: two\n    default_model: 4\n    models: [a]\n    headers: x\n"
);
refused!(a_duplicate_key_shows_both_places, "backends:\n  openai:\n    timeout: 1\n    strict: true\n    timeout: 2\n");
refused!(a_name_and_its_alias_are_one_key, "backends:\n  openai:\n    type: openai\n    backend_type: openai\n");
refused!(
    bad_urls_are_told_what_they_lack,
    "backends:\n  a: {type: openai, api_base_url: api.openai.com}\n  b: {type: openai, api_base_url: 'ftp://x/v1'}\n  c: {type: openai, api_base_url: 'https://user:pass@x/v1'}\n  d: {type: openai, api_base_url: 'https://x/v1?key=1'}\n  e: {type: openai, api_base_url: 'https://'}\n  f: {type: openai, api_base_url: 'https://[::1]:99999/v1'}\n"
);
refused!(
    bad_headers_are_refused,
    "backends:\n  openai:\n    headers:\n      'X Custom': a\n      Host: b\n      X-Fine: \"a\\nb\"\n"
);
refused!(
    a_window_below_its_input_shows_both_lines,
    "backends:\n  openai:\n    models:\n      m:\n        limits:\n          context_window: 8000\n          max_input_tokens: 9000\n"
);
refused!(an_unknown_type_gets_a_suggestion, "backends:\n  x:\n    type: openrouetr\n");
refused!(a_custom_backend_needs_url_and_key, "backends:\n  mine:\n    type: custom\n");
refused!(a_backend_without_a_type_is_told_how_to_say_it, "backends:\n  mine:\n    api_base_url: https://x/v1\n");
refused!(
    a_default_that_nothing_defines_gets_the_list,
    "backends:\n  chat: {type: openai, api_key_env_var: K}\ndefault_backend: caht\n",
    &[("K", "k")]
);
refused!(a_default_whose_key_is_not_set_names_the_variable, "default_backend: anthropic\n");
refused!(
    a_connector_that_does_not_exist_is_shown_where_it_is_named,
    "backends:\n  a: {connector: opnai}\n  b: {connector: ./mine.wasm}\n"
);
refused!(
    settings_are_checked_by_the_connectors_schema,
    "backends:\n  openai:\n    settings:\n      api: chats\n      organisation: acme\n      organization: 4\n  gemini:\n    settings: {x: 1}\n"
);
refused!(
    an_unset_variable_is_named,
    "listen: ${LISTEN}\nbackends:\n  openai:\n    default_model: ${MODEL\n    settings: {organization: '${ORG}'}\n"
);
refused!(what_is_no_yaml_is_shown_where_it_stops, "backends:\n  openai:\n    timeout: 5\n   strict: true\n");
refused!(
    a_custom_header_has_to_be_named,
    "backends:\n  openai:\n    auth_type: custom\n  gemini:\n    auth_header: X-Key\n"
);
refused!(a_newer_version_is_refused, "version: 2\n");
refused!(a_key_in_the_place_of_its_variable_is_not_shown, "backends:\n  openai:\n    api_key_env_var: sk-proj-abc\n");
refused!(
    numbers_have_a_range,
    "server:\n  max_body: 0\n  header_timeout: 0s\nlimits:\n  memory: 64MB1\n  events_per_call: -1\nbackends:\n  openai:\n    max_retries: 99\n"
);
refused!(a_name_that_clients_cannot_write_is_refused, "backends:\n  'my backend': {type: openai}\n");

#[test]
fn a_backend_in_two_places_names_both() {
    let name = "two-places";
    let files = [
        ("dragoman.yaml", "backends:\n  openai:\n    timeout: 5\n"),
        ("backends/openai/backend.yaml", "# OpenAI\nbackend_type: openai\n"),
    ];
    insta::assert_snapshot!(refusal(name, &files, &[]));
}

#[test]
fn all_faults_of_all_files_are_told_at_once_in_order() {
    let files = [
        ("dragoman.yaml", "default_backend: nobody\nlog: {levl: info}\n"),
        ("backends/b/backend.yaml", "backend_type: custom\n"),
        ("backends/a/backend.yaml", "backend_tipe: openai\n"),
    ];
    insta::assert_snapshot!(refusal("all-at-once", &files, &[]));
}

#[test]
fn twenty_faults_are_shown_and_the_rest_counted() {
    let text = (0..25).map(|n| format!("k{n}: 1")).collect::<Vec<_>>().join("\n");
    let diagnostics = load_main("many", &text, &[]).unwrap_err();
    assert_eq!((diagnostics.errors.len(), diagnostics.omitted), (20, 5));
    assert!(diagnostics.to_string().ends_with("25 errors in the configuration, the first 20 shown"));
}

#[test]
fn a_literal_key_works_and_warns_without_showing_it() {
    let loaded = load_main("literal", "backends:\n  openai:\n    api_key: sk-proj-abc  # mine\n", &[]).unwrap();
    assert!(loaded.settings.backends["openai"].credential.is_some());
    let [warning] = loaded.warnings.as_slice() else { panic!("{:?}", loaded.warnings) };
    assert_eq!(warning.code, Code::LiteralKey);
    assert_eq!((warning.line, warning.column), (Some(3), Some(5)));
    insta::assert_snapshot!(clean(&warning.to_string(), "literal"));
}

#[test]
fn a_folder_without_a_backend_file_warns() {
    let loaded = load_files("empty-folder", &[("backends/typo/backnd.yaml", "")], &[]).unwrap();
    assert_eq!(loaded.warnings[0].code, Code::EmptyFolder);
    let line = clean(&loaded.warnings[0].to_string(), "empty-folder");
    assert!(line.contains("`backends/typo` holds no backend.yaml"), "{line}");
}

#[test]
fn a_missing_file_is_told_as_such() {
    let path = folder("missing", &[]).join("nothing.yaml");
    let refused = load(&Source::at(&path), &Overrides::default(), &env(&[]), &connectors).unwrap_err();
    insta::assert_snapshot!(clean(&refused.to_string(), "missing"));
}

#[test]
fn a_default_from_the_command_line_is_blamed_on_it() {
    let overrides = Overrides { default_backend: Some("opnai".to_owned()), ..Overrides::default() };
    let refused = load(&Source::None, &overrides, &env(&[]), &connectors).unwrap_err();
    insta::assert_snapshot!(refused.to_string());
}

#[test]
fn a_bad_variable_is_blamed_by_name() {
    let set = [("OPENAI_API_KEY", "k"), ("OPENAI_API_BASE_URL", "https://me:s3cret@x"), ("OPENAI_TIMEOUT", "soon")];
    insta::assert_snapshot!(
        load(&Source::None, &Overrides::default(), &env(&set), &connectors).unwrap_err().to_string()
    );
}

#[test]
fn a_secret_from_the_environment_is_never_quoted() {
    let text =
        "backends:\n  openai: {api_base_url: '${URL}', headers: {'X-A': '${A}'}, api_key: '${K}', timeout: '${T}'}\n";
    let set = [("URL", "s3cret"), ("A", "s3cret\n"), ("K", "s3cret\nx"), ("T", "s3cret")];
    let refused = refusal("quoted", &[("dragoman.yaml", text)], &set);
    assert_eq!(refused.matches("error[").count(), 4, "{refused}");
    assert!(!refused.contains("s3cret"), "{refused}");
}

#[test]
fn there_are_no_colours_unless_asked_for() {
    let refused = load_main("colours", "a: 1\n", &[]).unwrap_err();
    assert!(!refused.render(false).contains('\u{1b}'));
    assert!(refused.render(true).contains('\u{1b}'));
}
