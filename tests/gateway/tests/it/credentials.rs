//! The provider gets the gateway's key, where it is configured, and never the client's.

use dragoman_gateway_tests::{BACKENDS, CLIENTS, Client, KEY, Stage};
use dragoman_testkit::Ask;
use dragoman_testkit::Reply;
use dragoman_testkit::samples::{self, Dialect, Kind};

const CLIENTS_KEY: &str = "the-clients-own-key";

const CONFIG: &str = "version: 1
default_backend: echo
backends:
  bearer: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: TEST_KEY, auth_type: bearer}
  header: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: TEST_KEY, auth_type: custom, auth_header: X-Own-Key}
  query: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: TEST_KEY, auth_type: query, auth_parameter: token}
  none: {backend_type: custom, api_base_url: UPSTREAM/v1, auth_type: none}
  headers: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: TEST_KEY, headers: {X-Organization-ID: org-1, User-Agent: mine}}
";

/// A request that carries the client's key wherever clients put one.
fn ask(client: Client, model: &str, stream: bool) -> Ask {
    let target = client.target(model, stream);
    let target = format!("{target}{}key={CLIENTS_KEY}", if target.contains('?') { '&' } else { '?' });
    let ask = Ask::post(&target, &client.body(model, "Hello", stream));
    ask.header("authorization", &format!("Bearer {CLIENTS_KEY}"))
        .header("x-api-key", CLIENTS_KEY)
        .header("x-goog-api-key", CLIENTS_KEY)
        .header("api-key", CLIENTS_KEY)
        .header("cookie", &format!("session={CLIENTS_KEY}"))
        .header("openai-organization", CLIENTS_KEY)
}

#[tokio::test]
async fn every_provider_gets_the_key_where_it_expects_it() {
    let stage = Stage::start().await;
    for (client, backend) in dragoman_gateway_tests::pairs() {
        for stream in [false, true] {
            stage.upstream.script(backend.reply(Kind::Text, stream));
            let answer = stage.send(&ask(client, &backend.model(), stream)).await;
            assert_eq!(answer.status, 200, "{client:?} at {}: {}", backend.id, answer.text());
            let seen = stage.upstream.request();
            assert!(!seen.mentions(CLIENTS_KEY), "{client:?} at {}: {seen:#?}", backend.id);
            let (header, value) = match backend.dialect {
                Dialect::Chat | Dialect::Responses => ("authorization", format!("Bearer {KEY}")),
                Dialect::Messages => ("x-api-key", KEY.to_owned()),
                Dialect::Gemini => ("x-goog-api-key", KEY.to_owned()),
            };
            assert_eq!(seen.header(header), Some(&*value), "{client:?} at {}", backend.id);
        }
    }
}

#[tokio::test]
async fn the_key_goes_where_it_is_configured_to_go() {
    let stage = Stage::configured(CONFIG).await;
    for client in CLIENTS {
        for backend in ["bearer", "header", "query", "none"] {
            stage.upstream.script(Reply::whole(200, "application/json", samples::whole(Dialect::Chat, Kind::Text)));
            let answer = stage.send(&ask(client, &format!("{backend}:sample"), false)).await;
            assert_eq!(answer.status, 200, "{client:?} at {backend}: {}", answer.text());
            let seen = stage.upstream.request();
            assert!(!seen.mentions(CLIENTS_KEY), "{client:?} at {backend}: {seen:#?}");
            let bearer = format!("Bearer {KEY}");
            assert_eq!(seen.header("authorization"), (backend == "bearer").then_some(&*bearer), "{backend}");
            assert_eq!(seen.header("x-own-key"), (backend == "header").then_some(KEY), "{backend}");
            let query = format!("token={KEY}");
            assert_eq!(seen.query, if backend == "query" { &*query } else { "" }, "{backend}");
            assert_eq!(seen.mentions(KEY), backend != "none");
        }
    }
}

#[tokio::test]
async fn configured_headers_are_sent() {
    let stage = Stage::configured(CONFIG).await;
    for client in CLIENTS {
        stage.upstream.script(Reply::whole(200, "application/json", samples::whole(Dialect::Chat, Kind::Text)));
        stage.send(&ask(client, "headers:sample", false)).await;
        let seen = stage.upstream.request();
        assert_eq!(seen.header("x-organization-id"), Some("org-1"));
        assert_eq!(seen.header("user-agent"), Some("mine"));
    }
}

#[tokio::test]
async fn keys_are_neither_logged_nor_told() {
    let stage = Stage::start().await;
    for backend in BACKENDS {
        let error = serde_json::json!({"error": {"message": format!("bad key {KEY}"), "type": "x", "code": 401}});
        stage.upstream.script(Reply::json(401, &error));
        let answer = stage.send(&ask(CLIENTS[0], &backend.model(), false)).await;
        assert_eq!(answer.status, 401, "{}: {}", backend.id, answer.text());
        assert!(!answer.text().contains(KEY), "{}: {}", backend.id, answer.text());
    }
    let log = stage.gateway.log().join("\n");
    assert!(!log.contains(KEY) && !log.contains(CLIENTS_KEY), "{log}");
}
