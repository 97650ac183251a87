//! What is refused at the door, and how it is told.

use dragoman_gateway_tests::{CLIENTS, Client, Stage};
use dragoman_testkit::samples::{self, Dialect, Kind};
use dragoman_testkit::{Ask, Reply};
use serde_json::json;

fn message(answer: &dragoman_testkit::Answer) -> String {
    answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let stage = Stage::configured("version: 1\nserver: {max_body: 1KiB}\n").await;
    for client in CLIENTS {
        let answer = stage.send(&client.ask("echo:x", &"a".repeat(2000), false)).await;
        assert_eq!(answer.status, 413, "{client:?}: {}", answer.text());
        assert!(message(&answer).contains("1024"), "{}", answer.text());
    }
}

#[tokio::test]
async fn bad_json_is_refused_with_help() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        for body in ["", "{\"model\": \"echo:x\",,}", "[1]", "nonsense", "{\"model\": "] {
            let answer = stage.send(&Ask::post_bytes(&client.target("echo:x", false), body)).await;
            assert_eq!(answer.status, 400, "{client:?} {body:?}: {}", answer.text());
            assert!(message(&answer).to_lowercase().contains("json"), "{body:?}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_member_of_the_wrong_type_is_named() {
    let stage = Stage::start().await;
    for (client, member) in CLIENTS.into_iter().zip(["messages", "input", "messages", "contents"]) {
        let mut body = client.body("echo:x", "Hello", false);
        body[member] = json!(7);
        let answer = stage.send(&Ask::post(&client.target("echo:x", false), &body)).await;
        assert_eq!(answer.status, 400, "{client:?}: {}", answer.text());
        assert!(message(&answer).contains(member), "{client:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn unknown_paths_are_not_found_in_the_dialect_of_the_path() {
    let stage = Stage::start().await;
    for (path, is_gemini, is_anthropic) in [
        ("/", false, false),
        ("/v1/nothing", false, false),
        ("/v1/messages/nothing", false, true),
        ("/anthropic/v1/nothing", false, true),
        ("/v1beta/models/x:nothing", true, false),
    ] {
        let answer = stage.send(&Ask::post(path, &json!({}))).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(message(&answer).contains(path), "{path}: {}", answer.text());
        let document = answer.json();
        assert_eq!(document["error"]["status"] == "NOT_FOUND", is_gemini, "{path}: {document}");
        assert_eq!(document["type"] == "error", is_anthropic, "{path}: {document}");
    }
}

#[tokio::test]
async fn errors_at_geminis_paths_are_geminis_in_both_versions() {
    let stage = Stage::start().await;
    for version in ["v1", "v1beta"] {
        for verb in ["generateContent", "streamGenerateContent", "countTokens"] {
            let answer = stage.send(&Ask::post_bytes(&format!("/{version}/models/echo:{verb}"), "nonsense")).await;
            assert_eq!(answer.json()["error"]["status"], "INVALID_ARGUMENT", "{version} {verb}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_backend_that_is_left_out_names_its_variable() {
    let config = "version: 1
backends:
  far: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: FAR_AWAY_KEY}
";
    let stage = Stage::configured(config).await;
    for client in CLIENTS {
        let answer = stage.send(&client.ask("far:model", "Hello", false)).await;
        assert_eq!(answer.status, 503, "{client:?}: {}", answer.text());
        assert!(message(&answer).contains("FAR_AWAY_KEY"), "{}", answer.text());
    }
    let told = stage.gateway.log().iter().any(|line| line.contains("FAR_AWAY_KEY"));
    assert!(told, "{:#?}", stage.gateway.log());
}

#[tokio::test]
async fn a_prefix_that_is_no_backend_belongs_to_the_model() {
    let config = "version: 1
default_backend: near
backends:
  near: {backend_type: custom, api_base_url: UPSTREAM/v1, api_key_env_var: TEST_KEY, default_model: usual}
";
    let stage = Stage::configured(config).await;
    for (asked, model) in [("ft:gpt:org", "ft:gpt:org"), ("near:qwen/qwen3:free", "qwen/qwen3:free"), ("", "usual")] {
        stage.upstream.script(Reply::whole(200, "application/json", samples::whole(Dialect::Chat, Kind::Text)));
        let answer = stage.send(&Client(Dialect::Messages).ask(asked, "Hello", false)).await;
        assert_eq!(answer.status, 200, "{asked:?}: {}", answer.text());
        assert_eq!(stage.upstream.request().json()["model"], model, "{asked:?}");
    }
}

#[tokio::test]
async fn the_clients_request_id_is_echoed() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        let ask = client.ask("echo:x", "Hello", false).header("x-request-id", "mine-42");
        assert_eq!(stage.send(&ask).await.header("x-request-id"), Some("mine-42"), "{client:?}");
        let own = stage.send(&client.ask("echo:x", "Hello", true)).await;
        assert_eq!(own.header("x-request-id").map(str::len), Some(32), "{client:?}");
    }
}

#[tokio::test]
async fn a_configured_parameter_counts_until_the_client_says_otherwise() {
    let config = "version: 1
backends:
  near:
    backend_type: custom
    api_base_url: UPSTREAM/v1
    api_key_env_var: TEST_KEY
    models: {sample: {parameters: {temperature: 0.25}}}
";
    let stage = Stage::configured(config).await;
    for (said, sent) in [(None, 0.25), (Some(0.75), 0.75)] {
        for client in [Client(Dialect::Messages), Client(Dialect::Chat)] {
            stage.upstream.script(Reply::whole(200, "application/json", samples::whole(Dialect::Chat, Kind::Text)));
            let mut body = client.body("near:sample", "Hello", false);
            if let Some(said) = said {
                body["temperature"] = json!(said);
            }
            let answer = stage.send(&Ask::post(&client.target("near:sample", false), &body)).await;
            assert_eq!(answer.status, 200, "{client:?}: {}", answer.text());
            assert_eq!(stage.upstream.request().json()["temperature"], json!(sent), "{client:?} said {said:?}");
        }
    }
}

#[tokio::test]
async fn a_large_picture_is_translated_whole() {
    let stage = Stage::start().await;
    let data = "QUJD".repeat(3 << 20);
    let picture = json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{data}")}});
    let body = json!({"model": "anthropic:sample", "messages": [{"role": "user", "content": [picture]}]});
    let answer = Reply::whole(200, "application/json", samples::whole(Dialect::Messages, Kind::Text));
    stage.upstream.script(answer);
    let answer = stage.send(&Ask::post("/v1/chat/completions", &body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = stage.upstream.request().json();
    assert!(
        seen["messages"][0]["content"][0]["source"]["data"] == data.as_str(),
        "the picture did not arrive as it was"
    );
}
