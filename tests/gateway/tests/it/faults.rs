//! Providers that break the rules, and clients that go away.

use dragoman_gateway_tests::{CLIENTS, Client, Heard, Stage, pairs};
use dragoman_testkit::samples::{self, Dialect, Kind};
use dragoman_testkit::{Gate, Reply, Upstream};

const IMPATIENT: &str = "version: 1
default_backend: echo
backends:
  chat: {backend_type: openai, api_base_url: UPSTREAM/chat/v1, api_key_env_var: TEST_KEY, timeout: 0.2, settings: {api: chat}}
  anthropic: {backend_type: anthropic, api_base_url: UPSTREAM/anthropic/v1, api_key_env_var: TEST_KEY, timeout: 0.2}
";

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_a_bad_gateway() {
    let config = IMPATIENT.replace("UPSTREAM", &Upstream::refusing());
    let stage = Stage::configured(&config).await;
    for client in CLIENTS {
        for stream in [false, true] {
            let answer = stage.send(&client.ask("anthropic:sample", "Hello", stream)).await;
            assert_eq!(answer.status, 502, "{client:?}: {}", answer.text());
            let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("`anthropic`") && message.contains("connect"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_times_out() {
    let stage = Stage::configured(IMPATIENT).await;
    for client in CLIENTS {
        for backend in ["chat:sample", "anthropic:sample"] {
            stage.upstream.script(Reply::silence(&Gate::new()));
            let answer = stage.send(&client.ask(backend, "Hello", true)).await;
            assert_eq!(answer.status, 504, "{client:?} at {backend}: {}", answer.text());
            stage.upstream.closed().await;
        }
    }
}

#[tokio::test]
async fn a_stream_that_stalls_times_out_in_the_clients_dialect() {
    let stage = Stage::configured(IMPATIENT).await;
    for client in CLIENTS {
        for (model, dialect) in [("chat:sample", Dialect::Chat), ("anthropic:sample", Dialect::Messages)] {
            let stalling = Reply::sse(samples::events(dialect, Kind::Text)).pausing_after(4, &Gate::new());
            stage.upstream.script(stalling);
            let answer = stage.send(&client.ask(model, "Hello", true)).await;
            let heard = Heard::stream(client.0, &answer);
            assert!(!heard.complete && heard.error.is_some(), "{client:?} at {model}: {}", answer.text());
            stage.upstream.closed().await;
        }
    }
}

#[tokio::test]
async fn a_whole_answer_that_stalls_times_out() {
    let stage = Stage::configured(IMPATIENT).await;
    for client in CLIENTS {
        let answer = Reply::whole(200, "application/json", samples::whole(Dialect::Messages, Kind::Text));
        stage.upstream.script(answer.in_pieces_of(40).pausing_after(2, &Gate::new()));
        let answer = stage.send(&client.ask("anthropic:sample", "Hello", false)).await;
        assert_eq!(answer.status, 504, "{client:?}: {}", answer.text());
        stage.upstream.closed().await;
    }
}

#[tokio::test]
async fn what_is_no_http_is_a_bad_gateway() {
    let stage = Stage::start().await;
    let whole = |kind| Reply::whole(200, "application/json", samples::whole(Dialect::Messages, kind));
    for (what, reply) in [
        ("garbage", Reply::raw("SSH-2.0-OpenSSH_9.6\r\n")),
        ("a reset", Reply::reset()),
        ("a cut body", whole(Kind::Text).in_pieces_of(40).cut_after(1)),
        ("a length that is too large", whole(Kind::Text).claiming_length(100_000)),
        ("no JSON", Reply::whole(200, "application/json", "<h1>Welcome</h1>")),
        ("an empty answer", Reply::whole(200, "application/json", "")),
    ] {
        stage.upstream.script(reply);
        let answer = stage.send(&Client(Dialect::Chat).ask("anthropic:sample", "Hello", false)).await;
        assert_eq!(answer.status, 502, "{what}: {}", answer.text());
        assert!(answer.json()["error"]["message"].is_string(), "{what}");
    }
}

#[tokio::test]
async fn a_stream_that_is_half_closed_is_an_error() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        stage.upstream.script(Reply::sse(samples::events(Dialect::Messages, Kind::Text)).half_closed_after(4));
        let answer = stage.send(&client.ask("anthropic:sample", "Hello", true)).await;
        let heard = Heard::stream(client.0, &answer);
        assert!(answer.status == 502 || (!heard.complete && heard.error.is_some()), "{client:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_client_that_goes_away_closes_the_upstream() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        let all_but_one = samples::events(backend.dialect, Kind::Text).len() - 1;
        stage.upstream.script(backend.reply(Kind::Text, true).pausing_after(all_but_one, &Gate::new()));
        let mut open = stage.gateway.open(&client.ask(&backend.model(), "Hello", true)).await;
        assert!(open.event().await.is_some(), "{client:?} at {}", backend.id);
        drop(open);
        stage.upstream.closed().await;
    }
}

#[tokio::test]
async fn a_client_that_goes_away_before_the_answer_closes_the_upstream() {
    let stage = Stage::start().await;
    for (client, backend) in pairs() {
        stage.upstream.script(Reply::silence(&Gate::new()));
        let ask = client.ask(&backend.model(), "Hello", false);
        tokio::select! {
            _ = stage.gateway.open(&ask) => panic!("an answer to a request that nobody answers"),
            () = stage.upstream.came() => {}
        }
        stage.upstream.closed().await;
    }
}
