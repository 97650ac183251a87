//! What a configuration means.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that finds nothing there has failed")]

mod support;

use std::time::Duration;

use dragoman_settings::{Auth, ConnectorRef, CredentialSource, LogFormat, Overrides, SandboxLimits, Source, load};
use secrecy::ExposeSecret;
use serde_json::json;
use support::{connectors, env, folder, load_files, load_main};

const OPENAI: (&str, &str) = ("OPENAI_API_KEY", "sk-openai");

fn key(loaded: &dragoman_settings::Loaded, backend: &str) -> String {
    let credential = loaded.settings.backends[backend].credential.as_ref().unwrap();
    credential.secret.expose_secret().to_owned()
}

#[test]
fn without_files_and_keys_the_default_is_echo() {
    let settings = load(&Source::None, &Overrides::default(), &env(&[]), &connectors).unwrap().settings;
    assert_eq!(settings.default_backend, "echo");
    assert_eq!(settings.backends.keys().collect::<Vec<_>>(), ["echo"]);
    assert_eq!(settings.backends["echo"].base_url, None);
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.admin_listen.to_string(), "127.0.0.1:9090");
    assert!(settings.left_out.iter().all(|left_out| !left_out.named));
    let gemini = settings.left_out.iter().find(|left_out| left_out.backend == "gemini").unwrap();
    assert_eq!(gemini.variable, "GEMINI_API_KEY");
}

#[test]
fn without_files_a_preset_whose_key_is_set_is_usable() {
    let set = [("GEMINI_API_KEY", "g"), ("OPENROUTER_API_KEY", " r\n")];
    let loaded = load(&Source::None, &Overrides::default(), &env(&set), &connectors).unwrap();
    assert_eq!(loaded.settings.default_backend, "gemini");
    let gemini = &loaded.settings.backends["gemini"];
    assert_eq!(gemini.auth, Auth::Header { name: "x-goog-api-key".to_owned() });
    assert_eq!(gemini.base_url.as_deref(), Some("https://generativelanguage.googleapis.com/v1beta"));
    let openrouter = &loaded.settings.backends["openrouter"];
    assert_eq!(openrouter.connector, ConnectorRef::Bundled("openai-compatible".to_owned()));
    assert_eq!(key(&loaded, "openrouter"), "r");
}

#[test]
fn the_default_is_the_first_of_the_preferred_then_of_the_others_by_name() {
    let choose = |set: &[(&str, &str)]| {
        load(&Source::None, &Overrides::default(), &env(set), &connectors).unwrap().settings.default_backend
    };
    assert_eq!(choose(&[("GEMINI_API_KEY", "g"), ("ANTHROPIC_API_KEY", "a")]), "anthropic");
    assert_eq!(choose(&[("ZENMUX_API_KEY", "z"), ("OPENROUTER_API_KEY", "o")]), "openrouter");
}

#[test]
fn the_default_backend_is_taken_from_flag_then_environment_then_file() {
    let folder = folder("precedence", &[("dragoman.yaml", "default_backend: openai\n")]);
    let set = [OPENAI, ("ANTHROPIC_API_KEY", "a"), ("LLM_BACKEND", "anthropic")];
    let source = Source::Folder(folder);
    let choose = |overrides: &Overrides, set: &[(&str, &str)]| {
        load(&source, overrides, &env(set), &connectors).unwrap().settings.default_backend
    };
    let flag = Overrides { default_backend: Some("echo".to_owned()), ..Overrides::default() };
    assert_eq!(choose(&Overrides::default(), &[OPENAI]), "openai");
    assert_eq!(choose(&Overrides::default(), &set), "anthropic");
    assert_eq!(choose(&flag, &set), "echo");
}

#[test]
fn a_backend_in_a_file_bears_the_name_of_its_folder() {
    let file = "backend_type: custom\napi_base_url: https://x.example/v1/\napi_key_env_var: X_KEY\n";
    let loaded = load_files("named", &[("backends/x/backend.yaml", file)], &[("X_KEY", "k")]).unwrap();
    let backend = &loaded.settings.backends["x"];
    assert_eq!(backend.base_url.as_deref(), Some("https://x.example/v1"));
    assert_eq!(backend.connector, ConnectorRef::Bundled("openai-compatible".to_owned()));
    assert_eq!(backend.credential.as_ref().unwrap().source, CredentialSource::Variable("X_KEY".to_owned()));
    assert_eq!(loaded.settings.default_backend, "x");
}

#[test]
fn the_backends_beside_a_main_file_count() {
    let files = [("my.yaml", "default_backend: openai\n"), ("backends/openai/backend.yaml", "default_model: gpt-5\n")];
    let main = folder("beside", &files).join("my.yaml");
    let loaded = load(&Source::at(&main), &Overrides::default(), &env(&[OPENAI]), &connectors).unwrap();
    assert_eq!(loaded.settings.backends["openai"].default_model.as_deref(), Some("gpt-5"));
}

#[test]
fn every_key_of_a_backend_is_read() {
    let text = r"
backends:
  full:
    type: openai
    api_url: http://127.0.0.1:9000/v1
    api_key_env_var: FULL_KEY
    auth_type: query
    auth_parameter: token
    headers: {X-Org: acme, X-Version: 1.10}
    default_model: big
    timeout: 90s
    max_retries: 0
    retry_delay: 0.5
    strict: true
    settings: {api: chat}
    models:
      big:
        limits: {context_window: 128_000, max_input_tokens: 100000, max_output_tokens: 28000,
                 requests_per_minute: 60, tokens_per_minute: 1000000}
        parameters:
          temperature: 0.7
          stop: [a, b]
          seed: ${SEED:-7}
";
    let settings = load_main("full", text, &[("FULL_KEY", "k")]).unwrap().settings;
    let backend = &settings.backends["full"];
    assert_eq!(backend.auth, Auth::Query { name: "token".to_owned() });
    let headers = [("x-org".to_owned(), "acme".to_owned()), ("x-version".to_owned(), "1.10".to_owned())];
    assert_eq!(backend.headers, headers);
    assert_eq!(backend.default_model.as_deref(), Some("big"));
    assert_eq!((backend.timeout, backend.max_retries), (Duration::from_secs(90), 0));
    assert_eq!((backend.retry_delay, backend.strict), (Duration::from_millis(500), true));
    assert_eq!(backend.settings, json!({"api": "chat"}));
    let model = &backend.models["big"];
    assert_eq!(model.limits.context_window, Some(128_000));
    assert_eq!(model.limits.tokens_per_minute, Some(1_000_000));
    assert_eq!(json!(model.parameters), json!({"temperature": 0.7, "stop": ["a", "b"], "seed": 7}));
}

#[test]
fn a_backend_whose_key_is_not_set_is_left_out() {
    let loaded = load_main("left-out", "backends: {openai: , mine: {type: zai}}", &[]).unwrap();
    let lines: Vec<_> =
        loaded.settings.left_out.iter().filter(|left_out| left_out.named).map(ToString::to_string).collect();
    let expected = [
        "backend `mine` is left out: environment variable `ZAI_API_KEY` is not set",
        "backend `openai` is left out: environment variable `OPENAI_API_KEY` is not set",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_reference_as_key_leaves_the_backend_out_while_it_is_unset_or_empty() {
    let text = "backends:\n  openai:\n    api_key: ${MY_KEY}\n";
    for set in [&[][..], &[("MY_KEY", "")]] {
        let loaded = load_main("reference", text, set).unwrap();
        assert_eq!(loaded.settings.left_out[0].variable, "MY_KEY");
    }
    assert_eq!(key(&load_main("reference", text, &[("MY_KEY", "k")]).unwrap(), "openai"), "k");
}

#[test]
fn a_variable_that_is_empty_is_as_good_as_nothing_written() {
    let text = "listen: ${LISTEN}\nbackends:\n  echo:\n    default_model: ${MODEL}\n";
    let settings = load_main("empty", text, &[("LISTEN", ""), ("MODEL", "")]).unwrap().settings;
    assert_eq!(settings.listen.port(), 8080);
    assert_eq!(settings.backends["echo"].default_model, None);
}

#[test]
fn a_key_may_be_in_a_file_beside_the_configuration() {
    let files = [("dragoman.yaml", "backends: {openai: {api_key: 'file:keys/openai'}}"), ("keys/openai", "sk-file\n")];
    let loaded = load_files("key-file", &files, &[]).unwrap();
    assert_eq!(key(&loaded, "openai"), "sk-file");
    assert!(loaded.warnings.is_empty());
}

#[test]
fn a_plan_falls_back_to_the_key_of_its_vendor() {
    let loaded = load_main("plan", "backends: {zai-coding-plan: }", &[("ZAI_API_KEY", "z")]).unwrap();
    assert_eq!(key(&loaded, "zai-coding-plan"), "z");
}

#[test]
fn no_key_is_needed_where_the_provider_asks_for_none() {
    let text = "backends: {local: {type: custom, api_base_url: 'http://localhost:11434/v1', auth_type: none}}";
    let settings = load_main("local", text, &[]).unwrap().settings;
    assert!(settings.backends["local"].credential.is_none());
    assert_eq!(settings.default_backend, "local");
}

#[test]
fn a_connector_brings_what_a_backend_does_not_say() {
    let text = "backends: {claude: {connector: anthropic}}";
    let settings = load_main("connector", text, &[("ANTHROPIC_API_KEY", "a")]).unwrap().settings;
    let backend = &settings.backends["claude"];
    assert_eq!(backend.base_url.as_deref(), Some("https://api.anthropic.com/v1"));
    assert_eq!(backend.auth, Auth::Header { name: "x-api-key".to_owned() });
}

#[test]
fn a_path_to_a_connector_is_relative_to_the_file_that_names_it() {
    let file = "connector: ../../mine.wasm\napi_base_url: https://x.example\napi_key_env_var: X\n";
    let folder = folder("path", &[("backends/x/backend.yaml", file)]);
    let seen = std::cell::RefCell::new(Vec::new());
    let facts = |connector: &ConnectorRef| {
        seen.borrow_mut().push(connector.clone());
        let stand_in = ConnectorRef::Bundled("openai-compatible".to_owned());
        connectors(if matches!(connector, ConnectorRef::File(_)) { &stand_in } else { connector })
    };
    load(&Source::Folder(folder.clone()), &Overrides::default(), &env(&[("X", "k")]), &facts).unwrap();
    assert!(seen.into_inner().contains(&ConnectorRef::File(folder.join("backends/x/../../mine.wasm"))));
}

#[test]
fn the_variable_of_a_preset_goes_before_the_file_for_its_own_backend_alone() {
    let text = "backends:\n  openai: {api_base_url: 'http://file/v1'}\n  other: {type: openai, api_base_url: 'http://file/v1'}\n  third: {type: openai}\n";
    let set = [OPENAI, ("OPENAI_API_BASE_URL", "http://env/v1"), ("OPENAI_TIMEOUT", "7")];
    let settings = load_main("variables", text, &set).unwrap().settings;
    let url = |id: &str| settings.backends[id].base_url.clone().unwrap();
    assert_eq!([url("openai"), url("other"), url("third")], ["http://env/v1", "http://file/v1", "http://env/v1"]);
    assert_eq!(settings.backends["openai"].timeout, Duration::from_secs(7));
}

#[test]
fn the_command_line_goes_before_the_addresses_of_the_file() {
    let folder = folder("addresses", &[("dragoman.yaml", "listen: 0.0.0.0:1\nserver: {admin_listen: '[::1]:2'}\n")]);
    let overrides = Overrides { listen: Some(([127, 0, 0, 1], 3).into()), ..Overrides::default() };
    let settings = load(&Source::Folder(folder), &overrides, &env(&[]), &connectors).unwrap().settings;
    assert_eq!((settings.listen.port(), settings.admin_listen.to_string().as_str()), (3, "[::1]:2"));
}

#[test]
fn limits_and_log_are_read() {
    let text =
        "limits: {call_deadline: 10ms, memory: 16MiB}\nlog: {level: debug, format: json}\nserver: {max_body: 1MB}\n";
    let settings = load_main("limits", text, &[]).unwrap().settings;
    let expected =
        SandboxLimits { call_deadline: Duration::from_millis(10), memory: 16 << 20, ..SandboxLimits::default() };
    assert_eq!(settings.limits, expected);
    assert_eq!((settings.log.level, settings.log.format), ("debug", LogFormat::Json));
    assert_eq!(settings.server.max_body, 1_000_000);
}

#[test]
fn debug_output_shows_no_key() {
    let loaded = load(&Source::None, &Overrides::default(), &env(&[OPENAI]), &connectors).unwrap();
    assert!(!format!("{loaded:?}").contains("sk-openai"));
}
