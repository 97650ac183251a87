use dragoman_model::FailureClass;
use serde_json::{Value, json};

use super::{asked, asked_with, decode, messages};

#[test]
fn every_form_of_the_system_instruction_is_the_first_message() {
    for system in [
        json!("Be brief."),
        json!({"parts": [{"text": "Be brief."}]}),
        json!({"role": "system", "parts": {"text": "Be brief."}}),
        json!({"text": "Be brief."}),
    ] {
        for name in ["systemInstruction", "system_instruction"] {
            let request = asked(&json!({name: system, "contents": {"parts": {"text": "Hi"}}}));
            let expected = json!([
                {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
                {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            ]);
            assert_eq!(request["messages"], expected);
        }
    }
    assert_eq!(asked_with(&json!({"systemInstruction": {"parts": {"text": ""}}})).get("messages"), None);
}

#[test]
fn calls_without_ids_and_their_results_are_linked_by_name_and_order() {
    let found = messages(&json!([
        {"role": "model", "parts": [
            {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "S"},
            {"functionCall": {"name": "g"}},
            {"function_call": {"id": "own", "name": "f", "args": {"snake_case": {"kept_so": 1}}}},
            {"functionCall": {"name": "f"}}]},
        {"role": "user", "parts": [
            {"functionResponse": {"name": "g", "response": {"result": 1}}},
            {"functionResponse": {"name": "f", "response": {"error": "bad"}}},
            {"text": "So?"},
            {"function_response": {"id": "own", "name": "f", "response": {"output": 3}}},
            {"functionResponse": {"name": "f", "response": {}, "scheduling": "SILENT"}},
            {"functionResponse": {"name": "f", "response": {}}}]},
    ]));
    let calls = json!([
        {"type": "tool-call", "id": "call_gemini_0", "name": "f", "arguments": "{\"x\":1}", "signature": "S"},
        {"type": "tool-call", "id": "call_gemini_1", "name": "g", "arguments": "{}"},
        {"type": "tool-call", "id": "own", "name": "f", "arguments": "{\"snake_case\":{\"kept_so\":1}}"},
        {"type": "tool-call", "id": "call_gemini_3", "name": "f", "arguments": "{}"},
    ]);
    let results = json!([
        {"type": "tool-result", "call_id": "call_gemini_1", "name": "g", "value": {"result": 1}},
        {"type": "tool-result", "call_id": "call_gemini_0", "name": "f", "value": {"error": "bad"}, "is_error": true},
        {"type": "tool-result", "call_id": "own", "name": "f", "value": {"output": 3}},
        {"type": "tool-result", "call_id": "call_gemini_3", "name": "f", "value": {},
         "native": {"gemini": {"functionResponse": {"scheduling": "SILENT"}}}},
        {"type": "tool-result", "call_id": "call_gemini_result_0", "name": "f", "value": {}},
    ]);
    assert_eq!(found[0], json!({"role": "assistant", "content": calls}));
    assert_eq!(found[1], json!({"role": "tool", "content": results}));
    assert_eq!(found[2], json!({"role": "user", "content": [{"type": "text", "text": "So?"}]}));
}

#[test]
fn a_result_with_an_id_answers_a_call_without_one() {
    let found = messages(&json!([
        {"role": "model", "parts": [{"functionCall": {"name": "f"}}]},
        {"role": "user", "parts": [{"functionResponse": {"id": "7", "name": "f", "response": {}}}]},
    ]));
    assert_eq!(found[1]["content"][0]["call_id"], "call_gemini_0");
}

#[test]
fn every_kind_of_part_is_read() {
    let table = [
        (json!({"text": "t", "thoughtSignature": "S"}), json!({"type": "text", "text": "t", "signature": "S"})),
        (
            json!({"text": "t", "thought": true, "thought_signature": "S"}),
            json!({"type": "reasoning", "text": "t", "signature": "S", "origin": "gemini"}),
        ),
        (
            json!({"inline_data": {"mime_type": "image/png", "data": "_-8", "display_name": "n"},
                   "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"}}),
            json!({"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "/+8="}, "name": "n",
                   "native": {"gemini": {"mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"}}}}),
        ),
        (
            json!({"inlineData": {"mimeType": "application/pdf", "data": "AAAA"}}),
            json!({"type": "document", "source": {"type": "inline", "media_type": "application/pdf", "data": "AAAA"}}),
        ),
        (
            json!({"fileData": {"mimeType": "audio/wav", "fileUri": "gs://b/a.wav"}}),
            json!({"type": "audio",
                   "source": {"type": "file", "media_type": "audio/wav", "id": "gs://b/a.wav", "origin": "gemini"}}),
        ),
        (
            json!({"fileData": {"fileUri": "https://youtu.be/x"}, "videoMetadata": {"fps": 1}}),
            json!({"type": "video", "source": {"type": "url", "url": "https://youtu.be/x"},
                   "native": {"gemini": {"videoMetadata": {"fps": 1}}}}),
        ),
        (
            json!({"executableCode": {"code": "1", "language": "PYTHON"}, "thoughtSignature": "S"}),
            json!({"type": "native", "dialect": "gemini",
                   "value": {"executableCode": {"code": "1", "language": "PYTHON"}, "thoughtSignature": "S"}}),
        ),
        (json!({"thoughtSignature": "S"}), json!({"type": "text", "text": "", "signature": "S"})),
        (json!("words"), json!({"type": "text", "text": "words"})),
    ];
    for (part, expected) in table {
        let found = messages(&json!([{"role": "model", "parts": [part]}]));
        assert_eq!(found[0]["content"], json!([expected]));
    }
}

#[test]
fn a_result_may_hold_media() {
    let found = messages(&json!([{"role": "user", "parts": [{"functionResponse": {
        "name": "f", "response": {}, "parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}}]}]));
    let media = json!([{"type": "image", "source": {"type": "inline", "media_type": "image/png", "data": "AAAA"}}]);
    assert_eq!(found[0]["content"][0]["content"], media);
}

#[test]
fn functions_are_declared_in_either_notation_and_other_tools_stay_whole() {
    let request = asked_with(&json!({"tools": [
        {"function_declarations": [
            {"name": "f", "description": "d", "parameters": {"type": "OBJECT", "properties": {}}, "behavior": "BLOCKING"},
            {"name": "g", "parameters_json_schema": {"type": "object", "any_of": []}}],
         "codeExecution": null, "google_search": {}},
        {"urlContext": {}},
    ]}));
    let expected = json!([
        {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object", "properties": {}},
         "native": {"gemini": {"behavior": "BLOCKING"}}},
        {"type": "function", "name": "g", "parameters": {"type": "object", "any_of": []}},
        {"type": "native", "dialect": "gemini", "value": {"googleSearch": {}}},
        {"type": "native", "dialect": "gemini", "value": {"urlContext": {}}},
    ]);
    assert_eq!(request["tools"], expected);
}

#[test]
fn every_mode_of_function_calling_is_read() {
    let table = [
        (json!({"mode": "AUTO"}), json!({"mode": "auto"})),
        (json!({"mode": "any"}), json!({"mode": "required"})),
        (json!({"mode": 3}), json!({"mode": "none"})),
        (json!({"mode": "ANY", "allowed_function_names": ["f"]}), json!({"mode": "tool", "name": "f"})),
        (
            json!({"mode": "ANY", "allowedFunctionNames": ["f", "g"]}),
            json!({"mode": "required", "allowed": ["f", "g"]}),
        ),
        (json!({"mode": "VALIDATED"}), json!({"mode": "auto", "native": {"gemini": {"mode": "VALIDATED"}}})),
        (json!({}), Value::Null),
    ];
    for (config, expected) in table {
        let request = asked_with(&json!({"toolConfig": {"functionCallingConfig": config}}));
        assert_eq!(request.get("tool_choice").cloned().unwrap_or_default(), expected);
    }
}

#[test]
fn names_that_are_all_there_are_restrict_nothing() {
    let choice = |declared: Value, mode: &str| {
        let tools = json!([{"functionDeclarations": declared}, {"googleSearch": {}}]);
        let config = json!({"mode": mode, "allowedFunctionNames": ["f", "g"]});
        let request = asked_with(&json!({"tools": tools, "toolConfig": {"functionCallingConfig": config}}));
        request["tool_choice"].clone()
    };
    let both = json!([{"name": "f"}, {"name": "g"}]);
    assert_eq!(choice(both.clone(), "ANY"), json!({"mode": "required"}));
    assert_eq!(choice(both, "AUTO"), json!({"mode": "auto"}));
    let more = json!([{"name": "f"}, {"name": "g"}, {"name": "h"}]);
    assert_eq!(choice(more, "ANY"), json!({"mode": "required", "allowed": ["f", "g"]}));
}

#[test]
fn every_way_to_ask_for_thinking_is_read() {
    let table = [
        (json!({"thinkingBudget": 0}), json!({"enabled": false})),
        (json!({"thinking_budget": -1, "include_thoughts": true}), json!({"enabled": true, "summary": "auto"})),
        (json!({"thinkingBudget": "512"}), json!({"enabled": true, "budget_tokens": 512})),
        (json!({"thinkingLevel": "LOW", "includeThoughts": false}), json!({"effort": "low"})),
        (json!({"includeThoughts": false}), Value::Null),
    ];
    for (config, expected) in table {
        let request = asked_with(&json!({"generation_config": {"thinkingConfig": config}}));
        assert_eq!(request.get("reasoning").cloned().unwrap_or_default(), expected);
    }
}

#[test]
fn every_form_of_the_answer_is_read() {
    let schema = json!({"type": "object"});
    let table = [
        (json!({"responseMimeType": "application/json"}), json!({"format": {"kind": "json"}})),
        (json!({"responseMimeType": "text/plain"}), json!({"format": {"kind": "text"}})),
        (
            json!({"response_mime_type": "application/json", "response_schema": {"type": "OBJECT"}}),
            json!({"format": {"kind": "json-schema", "schema": schema}}),
        ),
        (json!({"responseJsonSchema": schema}), json!({"format": {"kind": "json-schema", "schema": schema}})),
        (
            json!({"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["a"]}}),
            json!({"format": {"kind": "json-schema", "schema": {"type": "string", "enum": ["a"]},
                              "native": {"gemini": {"responseMimeType": "text/x.enum"}}}}),
        ),
        (json!({"responseModalities": ["TEXT", "image"]}), json!({"modalities": ["text", "image"]})),
    ];
    for (config, expected) in table {
        assert_eq!(asked_with(&json!({"generationConfig": config}))["output"], expected);
    }
}

#[test]
fn sampling_and_the_rest_are_read_and_nothing_is_lost() {
    let request = asked_with(&json!({
        "model": "models/other", "cachedContent": "cachedContents/c", "labels": {"a_b": "c"},
        "safety_settings": [{"category": 10, "threshold": 3}],
        "toolConfig": {"retrievalConfig": {"languageCode": "en"}},
        "generationConfig": {
            "temperature": 0.5, "topP": 0.9, "top_k": 4, "maxOutputTokens": "10", "candidateCount": 2, "seed": 7,
            "frequencyPenalty": 1, "presencePenalty": -1.5, "stopSequences": ["x"], "responseLogprobs": true,
            "logprobs": 3, "speechConfig": {"languageCode": "en"}},
    }));
    let expected = json!({
        "model": "some-model", "max_output_tokens": 10, "temperature": 0.5, "top_p": 0.9, "top_k": 4,
        "frequency_penalty": 1, "presence_penalty": -1.5, "seed": 7, "stop": ["x"], "candidates": 2,
        "logprobs": {"top": 3}, "stream": true, "cache": {"content": "cachedContents/c"},
        "native": {"gemini": {
            "toolConfig": {"retrievalConfig": {"languageCode": "en"}},
            "generationConfig": {"speechConfig": {"languageCode": "en"}},
            "labels": {"a_b": "c"}, "safetySettings": [{"category": 10, "threshold": 3}]}},
    });
    let sorted = |value: &Value| -> Value {
        let sorted: std::collections::BTreeMap<_, _> = value.as_object().unwrap().iter().collect();
        serde_json::to_value(sorted).unwrap()
    };
    assert_eq!(sorted(&request), sorted(&expected));
    assert_eq!(request["messages"], Value::Null);
}

#[test]
fn a_wrong_request_names_the_member_at_fault() {
    let table = [
        (json!({}), "contents"),
        (json!({"contents": [{"role": "wizard", "parts": []}]}), "contents[0].role"),
        (json!({"contents": [{"parts": [{"text": 1}]}]}), "contents[0].parts[0].text"),
        (json!({"contents": [{}, {"parts": [{}]}]}), "contents[1].parts[0]"),
        (json!({"contents": [{"parts": [{"functionCall": {}}]}]}), "contents[0].parts[0].functionCall.name"),
        (json!({"contents": [], "generationConfig": {"topK": []}}), "generationConfig.topK"),
        (json!({"contents": [], "tools": [{"functionDeclarations": {}}]}), "tools[0].functionDeclarations[0].name"),
    ];
    for (body, param) in table {
        let failure = decode(&body).unwrap_err();
        assert_eq!((failure.class, failure.param.as_deref()), (FailureClass::InvalidRequest, Some(param)), "{body}");
    }
}
