//! The connector that answers by itself, with every client.

use dragoman_gateway_tests::{CLIENTS, Heard, Stage};
use serde_json::json;

#[tokio::test]
async fn echo_says_the_last_words_back() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        let whole = stage.send(&client.ask("echo:any", "One two three.", false)).await;
        let stream = stage.send(&client.ask("echo:any", "One two three.", true)).await;
        let heard = [Heard::whole(client.0, &whole), Heard::stream(client.0, &stream)];
        for heard in heard {
            assert_eq!((&*heard.text, heard.complete, heard.error), ("One two three.", true, None), "{client:?}");
            assert!(heard.usage.0 > 0 && heard.usage.1 > 0, "{client:?}");
        }
    }
}

#[tokio::test]
async fn echo_calls_a_tool_that_is_named() {
    let stage = Stage::start().await;
    for client in CLIENTS {
        for stream in [false, true] {
            let answer = stage.send(&client.ask_with_tools("echo:any", "Use get_time", stream)).await;
            let heard = if stream { Heard::stream(client.0, &answer) } else { Heard::whole(client.0, &answer) };
            let call = ("get_time".to_owned(), json!({"zone": "Use get_time"}));
            assert_eq!(heard.calls, [call], "{client:?} stream: {stream}");
        }
    }
}

#[tokio::test]
async fn echo_is_the_default_where_nothing_else_is() {
    let stage = Stage::configured("version: 1\n").await;
    for client in CLIENTS {
        let answer = stage.send(&client.ask("any-model", "Hello", false)).await;
        assert_eq!(Heard::whole(client.0, &answer).text, "Hello", "{client:?}");
    }
}
