use dragoman_connector::model::Request;
use dragoman_connector::{Begin, Context, Loss, Provider, Relay};
use serde_json::{Value, json};

use crate::OpenAi;

fn context(api: &str, client: &str) -> Context {
    let settings = json!({ "api": api }).as_object().unwrap().clone();
    Context { settings, model: "gpt-5".into(), client_dialect: client.into(), ..Context::default() }
}

fn written(request: Value) -> (Value, Vec<Loss>) {
    let mut request = request;
    request.as_object_mut().unwrap().entry("model").or_insert("m".into());
    let request: Request = serde_json::from_value(request).unwrap();
    let context = context("responses", "anthropic.messages");
    let Begin::Call(call) = OpenAi::new(&context).unwrap().chat(&context, request).unwrap() else { panic!("no call") };
    assert_eq!(call.path(), "/responses");
    (serde_json::from_str(call.body_text()).unwrap(), call.losses().to_vec())
}

fn input(messages: Value) -> Value {
    written(json!({ "messages": messages })).0["input"].clone()
}

#[test]
fn auto_asks_by_the_clients_own_api_and_else_by_responses() {
    let path = |api: &str, client: &str| {
        let context = context(api, client);
        let request = serde_json::from_value(json!({"model": "m", "messages": []})).unwrap();
        match OpenAi::new(&context).unwrap().chat(&context, request).unwrap() {
            Begin::Call(call) => call.path().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(path("auto", "openai.chat"), "/chat/completions");
    assert_eq!(path("auto", "openai.responses"), "/responses");
    assert_eq!(path("auto", "gemini"), "/responses");
    assert_eq!(path("chat", "gemini"), "/chat/completions");
    assert_eq!(path("responses", "openai.chat"), "/responses");
}

#[test]
fn a_relay_changes_the_model_alone() {
    let relayed = |dialect: &str| {
        let context = Context { dialect: dialect.into(), ..context("auto", dialect) };
        OpenAi::new(&context).unwrap().relay(&context, "chat", &Relay::default())
    };
    assert_eq!(relayed("openai.chat").unwrap().path(), "/chat/completions");
    assert_eq!(relayed("openai.responses").unwrap().path(), "/responses");
    assert!(relayed("gemini").is_err());
}

#[test]
fn nothing_is_stored_and_the_models_state_is_asked_for() {
    let (body, _) = written(json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}));
    let expected = json!({
        "model": "gpt-5", "input": [{"type": "message", "role": "user", "content": "hi"}],
        "include": ["reasoning.encrypted_content"], "store": false,
    });
    assert_eq!(body, expected);
}

#[test]
fn the_conversation_becomes_items_in_its_order() {
    let said = |text: &str| json!([{"type": "text", "text": text}]);
    let items = input(json!([
        {"role": "system", "content": said("s")},
        {"role": "user", "content": [
            {"type": "text", "text": "look"},
            {"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "QQ=="}},
            {"type": "document", "source": {"type": "url", "url": "https://x/y.pdf"}},
        ]},
        {"role": "assistant", "content": [
            {"type": "reasoning", "id": "rs_1", "summary": ["hm"], "opaque": "e", "origin": "openai.responses"},
            {"type": "text", "text": "so"},
            {"type": "tool-call", "id": "c1", "name": "f", "arguments": "{}"},
            {"type": "tool-call", "id": "c2", "name": "g", "arguments": "x", "kind": "custom"},
        ]},
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "c1", "content": said("r")}]},
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "c2", "content": [
            {"type": "text", "text": "r"}, {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}},
        ]}]},
    ]));
    let expected = json!([
        {"type": "message", "role": "system", "content": "s"},
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "look"},
            {"type": "input_image", "image_url": "data:image/png;base64,QQ==", "detail": "auto"},
            {"type": "input_file", "file_url": "https://x/y.pdf"},
        ]},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "e"},
        {"type": "message", "role": "assistant", "content": "so"},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "x"},
        {"type": "function_call_output", "call_id": "c1", "output": "r"},
        {"type": "custom_tool_call_output", "call_id": "c2", "output": [
            {"type": "input_text", "text": "r"},
            {"type": "input_image", "image_url": "https://x/y.png", "detail": "auto"},
        ]},
    ]);
    assert_eq!(items, expected);
}

#[test]
fn documents_that_are_text_are_files_in_messages_and_results() {
    let document = json!({"type": "document", "source": {"type": "text", "text": "hi"}, "name": "n.txt"});
    let items = input(json!([
        {"role": "user", "content": [document]},
        {"role": "assistant", "content": [document]},
        {"role": "tool", "content": [{"type": "tool-result", "call_id": "c", "content": [document]}]},
    ]));
    let file = json!([{"type": "input_file", "filename": "n.txt", "file_data": "data:text/plain;base64,aGk="}]);
    let words = json!([{"type": "output_text", "text": "hi"}]);
    assert_eq!((&items[0]["content"], &items[1]["content"], &items[2]["output"]), (&file, &words, &file));
}

#[test]
fn instructions_and_native_items_go_back_where_they_were() {
    let (body, losses) = written(json!({"messages": [
        {"role": "system", "content": [{"type": "text", "text": "i"}],
         "native": {"openai.responses": {"instructions": true}}},
        {"role": "assistant", "content": [
            {"type": "native", "dialect": "openai.responses", "value": {"type": "web_search_call", "id": "ws_1"}},
            {"type": "text", "text": "a"},
        ], "native": {"openai.responses": {"phase": "final_answer"}}},
    ]}));
    assert_eq!(body["instructions"], "i");
    let expected = json!([
        {"type": "web_search_call", "id": "ws_1"},
        {"type": "message", "role": "assistant", "phase": "final_answer",
         "content": [{"type": "output_text", "text": "a", "annotations": []}]},
    ]);
    assert_eq!(body["input"], expected);
    assert_eq!(losses, []);
}

#[test]
fn tools_and_their_choice_are_flat() {
    let (body, _) = written(json!({
        "messages": [],
        "tools": [
            {"type": "function", "name": "f", "parameters": {"type": "object"}},
            {"type": "function", "name": "h", "strict": true},
            {"type": "custom", "name": "g", "format": {"type": "text"}},
        ],
        "tool_choice": {"mode": "tool", "name": "g"},
        "parallel_tool_calls": false,
    }));
    let expected = json!([
        {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": false},
        {"type": "function", "name": "h", "parameters": {"type": "object", "properties": {}}, "strict": true},
        {"type": "custom", "name": "g", "format": {"type": "text"}},
    ]);
    assert_eq!(body["tools"], expected);
    assert_eq!(body["tool_choice"], json!({"type": "custom", "name": "g"}));
    assert_eq!(body["parallel_tool_calls"], false);
    let some = json!({"messages": [], "tool_choice": {"mode": "auto", "allowed": ["f"]}});
    let allowed = json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]});
    assert_eq!(written(some).0["tool_choice"], allowed);
}

#[test]
fn options_are_written_and_what_has_no_place_is_told() {
    let (body, losses) = written(json!({
        "messages": [], "max_output_tokens": 9, "temperature": 0.5, "top_p": 1, "seed": 1, "stop": ["x"],
        "logprobs": {"top": 2}, "reasoning": {"budget_tokens": 1024, "summary": "auto"}, "stream": true,
        "output": {"format": {"kind": "json-schema", "name": "n", "schema": {}}, "verbosity": "low"},
        "store": true, "end_user": "u", "service_tier": "turbo",
        "native": {"openai.responses": {"include": ["x"], "truncation": "auto"}, "openai.chat": {"logit_bias": {}}},
    }));
    let expected = json!({
        "model": "gpt-5", "input": [],
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"},
        "reasoning": {"effort": "low", "summary": "auto"},
        "max_output_tokens": 16, "temperature": 0.5, "top_p": 1, "top_logprobs": 2,
        "include": ["x", "reasoning.encrypted_content", "message.output_text.logprobs"],
        "stream": true, "store": true, "user": "u", "truncation": "auto",
    });
    assert_eq!(body, expected);
    let expected = [
        Loss::dropped("logit_bias"),
        Loss::dropped("seed"),
        Loss::dropped("stop"),
        Loss::dropped("service_tier"),
        Loss::approximated("reasoning.budget_tokens"),
        Loss::approximated("max_output_tokens"),
    ];
    assert_eq!(losses, expected);
}

#[test]
fn a_token_count_asks_about_the_prompt_alone() {
    let context = context("auto", "anthropic.messages");
    let request = json!({"model": "m", "messages": [], "max_output_tokens": 99, "temperature": 1});
    let request = serde_json::from_value(request).unwrap();
    let mut openai = OpenAi::new(&context).unwrap();
    let Begin::Call(call) = openai.count_tokens(&context, request).unwrap() else { panic!("no call") };
    assert_eq!(call.path(), "/responses/input_tokens");
    assert_eq!(call.body_text(), r#"{"model":"gpt-5","input":[]}"#);
    let count = openai.token_count(r#"{"object":"response.input_tokens","input_tokens":7}"#).unwrap();
    assert_eq!(count.input_tokens, Some(7));
    assert!(openai.token_count("{}").is_err());
}
