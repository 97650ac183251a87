use serde_json::{Value, json};

use super::{asked_of, with};

const FLASH: &str = "gemini-2.5-flash";
const PRO: &str = "gemini-2.5-pro";
const NEW: &str = "gemini-3-flash-preview";
const NEW_PRO: &str = "gemini-3-pro-preview";

fn config(model: &str, reasoning: Value) -> (Value, Vec<String>) {
    let (body, losses) = asked_of(model, with(json!({"reasoning": reasoning})));
    (body["generationConfig"]["thinkingConfig"].clone(), losses)
}

fn budget(tokens: i64) -> Value {
    json!({"thinkingBudget": tokens, "includeThoughts": true})
}

fn level(level: &str) -> Value {
    json!({"thinkingLevel": level, "includeThoughts": true})
}

#[test]
fn a_budget_is_kept_where_a_model_takes_it() {
    assert_eq!(config(FLASH, json!({"budget_tokens": 2048})), (budget(2048), vec![]));
    assert_eq!(config(FLASH, json!({"budget_tokens": -1})), (budget(-1), vec![]));
    assert_eq!(config(NEW, json!({"budget_tokens": 2048})), (budget(2048), vec![]));
    let clamped = vec!["reasoning.budget_tokens: approximated".to_owned()];
    assert_eq!(config(FLASH, json!({"budget_tokens": 31999})), (budget(-1), clamped.clone()));
    assert_eq!(config(PRO, json!({"budget_tokens": 31999})), (budget(31999), vec![]));
    assert_eq!(config(PRO, json!({"budget_tokens": 1})), (budget(128), clamped));
}

#[test]
fn efforts_become_budgets_where_a_model_has_no_levels() {
    for (effort, tokens) in
        [("minimal", 512), ("low", 1024), ("medium", 8192), ("high", 24576), ("xhigh", 24576), ("max", 24576)]
    {
        let (written, losses) = config(FLASH, json!({"effort": effort}));
        assert_eq!(written, budget(tokens), "{effort}");
        assert_eq!(losses, ["reasoning.effort: approximated"]);
    }
    assert_eq!(config(PRO, json!({"effort": "max"})).0, budget(32768));
}

#[test]
fn efforts_become_levels_where_a_model_has_them() {
    for (model, effort, word) in [
        (NEW, "minimal", "MINIMAL"),
        (NEW, "low", "LOW"),
        (NEW, "medium", "MEDIUM"),
        (NEW, "high", "HIGH"),
        (NEW, "xhigh", "HIGH"),
        (NEW, "max", "HIGH"),
        (NEW_PRO, "minimal", "LOW"),
        (NEW_PRO, "medium", "HIGH"),
        ("gemini-3.1-pro-preview", "medium", "MEDIUM"),
        ("gemini-flash-latest", "low", "LOW"),
    ] {
        let (written, losses) = config(model, json!({"effort": effort}));
        assert_eq!(written, level(word), "{model} {effort}");
        assert_eq!(losses.is_empty(), effort.eq_ignore_ascii_case(word), "{model} {effort}");
    }
}

#[test]
fn thinking_is_switched_off_as_far_as_it_can_be() {
    for off in [json!({"enabled": false}), json!({"effort": "none"}), json!({"budget_tokens": 0})] {
        assert_eq!(config(FLASH, off.clone()), (json!({"thinkingBudget": 0}), vec![]));
        let near = vec!["reasoning.enabled: approximated".to_owned()];
        assert_eq!(config(PRO, off.clone()), (json!({"thinkingBudget": 128}), near.clone()));
        assert_eq!(config(NEW, off.clone()), (json!({"thinkingLevel": "MINIMAL"}), near.clone()));
        assert_eq!(config(NEW_PRO, off.clone()), (json!({"thinkingLevel": "LOW"}), near));
        assert_eq!(config("gemini-2.0-flash", off), (Value::Null, vec![]));
    }
}

#[test]
fn thinking_without_a_measure_is_left_to_the_model() {
    assert_eq!(config(FLASH, json!({"enabled": true})), (budget(-1), vec![]));
    assert_eq!(config(NEW, json!({"enabled": true})), (json!({"includeThoughts": true}), vec![]));
    let unable = config("gemini-2.0-flash", json!({"enabled": true}));
    assert_eq!(unable, (Value::Null, vec!["reasoning: dropped".to_owned()]));
}

#[test]
fn thoughts_are_shown_unless_the_client_does_not_want_them() {
    let hidden = config(FLASH, json!({"budget_tokens": 9, "summary": "none"})).0;
    assert_eq!(hidden, json!({"thinkingBudget": 9}));
    assert_eq!(config(FLASH, json!({"summary": "auto"})).0, json!({"includeThoughts": true}));
    let native = json!({"budget_tokens": 9, "summary": "none", "native": {"gemini": {"includeThoughts": false}}});
    assert_eq!(config(FLASH, native).0, json!({"thinkingBudget": 9, "includeThoughts": false}));
}
