//! Models and token counts.

use dragoman_gateway_tests::{BACKENDS, Client, Stage};
use dragoman_testkit::samples::{self, Dialect};
use dragoman_testkit::{Answer, Ask, Reply};
use serde_json::Value;

/// The listings of all backends come in no certain order, so each provider answers on a gateway of its own.
async fn stage_of(id: &str) -> Stage {
    let backend = BACKENDS.into_iter().find(|backend| backend.id == id).unwrap();
    let config = format!("version: 1\ndefault_backend: echo\nbackends:\n{}", backend.yaml("UPSTREAM"));
    let stage = Stage::configured(&config).await;
    stage.upstream.script(Reply::whole(200, "application/json", samples::models(backend.dialect)));
    stage
}

fn ids(answer: &Answer, list: &str, member: &str) -> Vec<String> {
    let document = answer.json();
    let models = document[list].as_array().unwrap().iter();
    models.map(|model| model[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn models_are_listed_in_the_dialect_of_the_reader() {
    let names = ["chat-sample", "responses-sample", "chat-sample", "messages-sample", "gemini-sample"];
    for (backend, name) in BACKENDS.into_iter().zip(names) {
        let expected = format!("{}:{name}", backend.id);
        let stage = stage_of(backend.id).await;
        let openai = stage.send(&Ask::get("/v1/models")).await;
        assert!(ids(&openai, "data", "id").contains(&expected), "{}: {}", backend.id, openai.text());
        assert!(ids(&openai, "data", "id").contains(&"echo".to_owned()), "{}: {}", backend.id, openai.text());
        let stage = stage_of(backend.id).await;
        let anthropic = stage.send(&Ask::get("/v1/models").header("anthropic-version", "2023-06-01")).await;
        assert!(ids(&anthropic, "data", "id").contains(&expected), "{}: {}", backend.id, anthropic.text());
        assert_eq!(anthropic.json()["has_more"], false, "{}", backend.id);
        let stage = stage_of(backend.id).await;
        let gemini = stage.send(&Ask::get("/v1beta/models")).await;
        let expected = format!("models/{expected}");
        assert!(ids(&gemini, "models", "name").contains(&expected), "{}: {}", backend.id, gemini.text());
    }
}

#[tokio::test]
async fn models_are_listed_for_googles_sdk_which_asks_below_v1() {
    let stage = Stage::configured("version: 1\n").await;
    let answer = stage.send(&Ask::get("/v1/models?pageSize=10").header("x-goog-api-key", "mine")).await;
    assert!(answer.json()["models"].is_array(), "{}", answer.text());
    assert_eq!(ids(&answer, "models", "name"), ["models/echo"]);
}

#[tokio::test]
async fn a_backend_that_cannot_list_leaves_the_others() {
    let stage = Stage::start().await;
    let answer = stage.send(&Ask::get("/v1/models")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(ids(&answer, "data", "id"), ["echo"]);
    let silent = answer.header("x-dragoman-models-incomplete").unwrap();
    assert!(BACKENDS.iter().all(|backend| silent.contains(backend.id)), "{silent}");
}

#[tokio::test]
async fn tokens_are_counted_where_the_provider_counts() {
    let stage = Stage::start().await;
    for backend in BACKENDS {
        let Some(count) = samples::count(backend.dialect) else { continue };
        let model = backend.model();
        let body = Client(Dialect::Messages).body(&model, "Hello", false);
        stage.upstream.script(Reply::whole(200, "application/json", count));
        let answer = stage.send(&Ask::post("/v1/messages/count_tokens", &body)).await;
        assert_eq!(answer.json()["input_tokens"], samples::TOKENS_IN, "{}: {}", backend.id, answer.text());
        let body = Client(Dialect::Responses).body(&model, "Hello", false);
        stage.upstream.script(Reply::whole(200, "application/json", count));
        let answer = stage.send(&Ask::post("/v1/responses/input_tokens", &body)).await;
        assert_eq!(answer.json()["input_tokens"], samples::TOKENS_IN, "{}: {}", backend.id, answer.text());
        let body = Client(Dialect::Gemini).body(&model, "Hello", false);
        stage.upstream.script(Reply::whole(200, "application/json", count));
        let answer = stage.send(&Ask::post(&format!("/v1beta/models/{model}:countTokens"), &body)).await;
        assert_eq!(answer.json()["totalTokens"], samples::TOKENS_IN, "{}: {}", backend.id, answer.text());
    }
}

#[tokio::test]
async fn a_provider_that_does_not_count_says_so() {
    let stage = Stage::start().await;
    let body = Client(Dialect::Messages).body("compatible:sample", "Hello", false);
    let answer = stage.send(&Ask::post("/v1/messages/count_tokens", &body)).await;
    assert_eq!((answer.status, &answer.json()["type"]), (400, &Value::from("error")), "{}", answer.text());
    assert!(stage.upstream.requests().is_empty());
}
