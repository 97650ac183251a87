use dragoman_connector::{Begin, Context, Provider, Relay};
use serde_json::{Value, json};

use super::{asked, call_of, gemini, part, request, told, with};

#[test]
fn a_request_carries_what_gemini_has_a_word_for() {
    let (body, losses) = asked(with(json!({
        "max_output_tokens": 100, "temperature": 1.5, "top_p": 0.9, "top_k": 40.0, "presence_penalty": 0.1,
        "frequency_penalty": 0.2, "seed": 7, "stop": ["END"], "candidates": 2, "logprobs": {"top": 3},
        "service_tier": "flex", "store": false, "cache": {"content": "cachedContents/1"},
        "output": {"modalities": ["text", "image"]},
        "native": {"gemini": {"safetySettings": [1], "generationConfig": {"topK": 1, "speechConfig": {}}}},
    })));
    assert_eq!(
        body,
        json!({
            "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
            "generationConfig": {
                "maxOutputTokens": 100, "temperature": 1.5, "topP": 0.9, "topK": 40, "presencePenalty": 0.1,
                "frequencyPenalty": 0.2, "seed": 7, "candidateCount": 2, "stopSequences": ["END"],
                "responseLogprobs": true, "logprobs": 3, "responseModalities": ["TEXT", "IMAGE"], "speechConfig": {},
            },
            "cachedContent": "cachedContents/1", "store": false, "serviceTier": "flex", "safetySettings": [1],
        })
    );
    assert!(losses.is_empty(), "{losses:?}");
}

#[test]
fn what_gemini_has_no_word_for_is_told() {
    let (body, losses) = asked(with(json!({
        "parallel_tool_calls": false, "end_user": "u", "metadata": {"a": "b"}, "store": true,
        "cache": {"key": "k", "retention": "24h"}, "output": {"verbosity": "low", "audio": {}},
        "stop": ["1", "2", "3", "4", "5", "6"], "seed": 9_000_000_000_u64, "native": {"openai.chat": {"prediction": {}}},
        "tools": [{"type": "function", "name": "f", "strict": true, "cache": {}}, {"type": "native", "dialect": "x", "value": {}}],
    })));
    for path in [
        "parallel_tool_calls",
        "end_user",
        "metadata",
        "store",
        "cache.key",
        "cache.retention",
        "output.verbosity",
        "output.audio",
        "stop[5]",
        "prediction",
        "tools[0].strict",
        "tools[0].cache",
        "tools[1]",
    ] {
        assert!(losses.contains(&format!("{path}: dropped")), "{path} in {losses:?}");
    }
    assert!(losses.contains(&"seed: approximated".to_owned()));
    assert!(body["generationConfig"]["seed"].as_i64().unwrap() <= i64::from(i32::MAX));
}

#[test]
fn a_model_keeps_its_own_prefix_in_the_path() {
    for (model, path) in [
        ("gemini-2.5-flash", "/models/gemini-2.5-flash:generateContent"),
        ("models/gemini-2.5-flash", "/models/gemini-2.5-flash:generateContent"),
        ("tunedModels/mine", "/tunedModels/mine:generateContent"),
        ("a/../b?c", "/models/a%2F..%2Fb%3Fc:generateContent"),
    ] {
        assert_eq!(call_of(model, with(json!({}))).path(), path);
    }
    let call = call_of("m", with(json!({"stream": true})));
    assert_eq!(call.path(), "/models/m:streamGenerateContent");
    assert!(format!("{call:?}").contains("(\"alt\", \"sse\")"));
}

#[test]
fn tools_keep_the_text_of_their_schemas() {
    let call = call_of(
        "gemini-2.5-flash",
        with(json!({"tools": [
            {"type": "function", "name": "f", "description": "d",
                "parameters": {"type": "object", "properties": {"z": {}, "a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {}}}},
            {"type": "native", "dialect": "gemini", "value": {"googleSearch": {}}},
            {"type": "function", "name": "g", "native": {"gemini": {"behavior": "NON_BLOCKING"}}},
        ]})),
    );
    let schema =
        r##""parametersJsonSchema":{"type":"object","properties":{"z":{},"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{}}}"##;
    assert!(call.body_text().contains(schema), "{}", call.body_text());
    let tools = &told(&call).0["tools"];
    assert_eq!(tools[0]["functionDeclarations"][1], json!({"name": "g", "behavior": "NON_BLOCKING"}));
    assert_eq!(tools[1], json!({"googleSearch": {}}));
}

#[test]
fn every_choice_of_tools_has_its_word() {
    let choice = |choice: Value| {
        let (body, _) = asked(with(json!({"tools": [{"type": "function", "name": "f"}], "tool_choice": choice})));
        body["toolConfig"]["functionCallingConfig"].clone()
    };
    assert_eq!(choice(json!({"mode": "auto"})), json!({"mode": "AUTO"}));
    assert_eq!(choice(json!({"mode": "required"})), json!({"mode": "ANY"}));
    assert_eq!(choice(json!({"mode": "none"})), json!({"mode": "NONE"}));
    let one = json!({"mode": "ANY", "allowedFunctionNames": ["f"]});
    assert_eq!(choice(json!({"mode": "tool", "name": "f"})), one);
    assert_eq!(choice(json!({"mode": "required", "allowed": ["f"]})), one);
    let checked = json!({"mode": "VALIDATED", "allowedFunctionNames": ["f"]});
    assert_eq!(choice(json!({"mode": "auto", "allowed": ["f"]})), checked);
    assert_eq!(asked(with(json!({"tool_choice": {"mode": "required"}}))).1, ["tool_choice: dropped"]);
}

#[test]
fn names_that_gemini_refuses_are_turned_back_in_answers() {
    let mut provider = gemini();
    let tools = with(json!({"tools": [{"type": "function", "name": "1 tool"}, {"type": "custom", "name": "sh"}]}));
    let Begin::Call(call) = provider.chat(&Context::default(), request(tools)).unwrap() else { panic!() };
    let name = told(&call).0["tools"][0]["functionDeclarations"][0]["name"].clone();
    assert!(name.as_str().unwrap().starts_with('_'));
    let parts = json!([{"functionCall": {"name": name}}, {"functionCall": {"name": "sh", "args": {"input": "ls"}}}]);
    let answer = json!({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]}).to_string();
    let response = serde_json::to_value(provider.response(&answer).unwrap()).unwrap();
    let content = &response["candidates"][0]["content"];
    assert_eq!((&content[0]["name"], &content[0]["arguments"]), (&json!("1 tool"), &json!("{}")));
    assert_eq!((&content[1]["kind"], &content[1]["arguments"]), (&json!("custom"), &json!("ls")));
}

#[test]
fn an_answers_form_is_asked_for() {
    let config = |format: Value| asked(with(json!({"output": {"format": format}}))).0["generationConfig"].clone();
    assert_eq!(config(json!({"kind": "json"})), json!({"responseMimeType": "application/json"}));
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let written = json!({"responseMimeType": "application/json", "responseJsonSchema": schema});
    assert_eq!(config(json!({"kind": "json-schema", "schema": schema})), written);
    assert_eq!(config(json!({"kind": "text"})), Value::Null);
}

#[test]
fn what_is_said_about_a_medium_is_told_as_lost() {
    let (_, losses) = part(
        "user",
        json!({
            "type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}, "name": "T", "context": "C",
            "citations": true, "cache": {}, "detail": "high",
        }),
    );
    for loss in ["name: dropped", "context: dropped", "citations: dropped", "cache: dropped", "detail: dropped"] {
        assert!(losses.contains(&format!("messages[0].content[0].{loss}")), "{loss}");
    }
    assert!(losses.contains(&"messages[0].content[0]: approximated".to_owned()));
}

#[test]
fn a_token_count_holds_the_whole_request_and_its_model() {
    let context = Context { model: "gemini-2.5-flash".into(), ..Context::default() };
    let Begin::Call(call) = gemini().count_tokens(&context, request(with(json!({})))).unwrap() else { panic!() };
    assert_eq!(call.path(), "/models/gemini-2.5-flash:countTokens");
    let contents = json!([{"role": "user", "parts": [{"text": "Hi"}]}]);
    let inner = json!({"contents": contents, "model": "models/gemini-2.5-flash"});
    assert_eq!(told(&call).0, json!({"generateContentRequest": inner}));
}

#[test]
fn a_relay_goes_where_the_operation_says() {
    let context = Context { model: "gemini-x".into(), stream: true, ..Context::default() };
    let call = gemini().relay(&context, "chat", &Relay::default()).unwrap();
    assert_eq!(call.path(), "/models/gemini-x:streamGenerateContent");
    assert!(format!("{call:?}").contains("(\"alt\", \"sse\")"));
    let document = Relay { omitted: vec!["generateContentRequest".into()], ..Relay::default() };
    let count = gemini().relay(&context, "tokens.count", &document).unwrap();
    assert_eq!(count.path(), "/models/gemini-x:countTokens");
    assert!(format!("{count:?}").contains("/generateContentRequest/model"));
}
