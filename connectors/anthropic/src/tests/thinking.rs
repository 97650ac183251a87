use serde_json::{Value, json};

use super::{asked_of, with};
use crate::thinking::Generation;

const OLD: &str = "claude-sonnet-4-5";
const MIDDLE: &str = "claude-opus-4-6";
const NEW: &str = "claude-opus-4-7";

/// `thinking`, `output_config.effort` and `max_tokens` for `reasoning` under `limit`, and the losses.
fn plan(model: &str, reasoning: Value, limit: Option<u64>) -> (Value, Value, Value, Vec<String>) {
    let (body, losses) = asked_of(model, with(json!({"reasoning": reasoning, "max_output_tokens": limit})));
    let effort = body["output_config"]["effort"].clone();
    (body["thinking"].clone(), effort, body["max_tokens"].clone(), losses)
}

fn budget(tokens: u64) -> Value {
    json!({"type": "enabled", "budget_tokens": tokens})
}

#[test]
fn a_model_tells_its_generation() {
    for (name, generation) in [
        ("claude-opus-4-5-20251101", "claude-opus-4-5"),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "claude-3-7"),
        ("anthropic/claude-sonnet-4.6", "claude-opus-4-6"),
        ("claude-sonnet-4@20250514", "claude-4"),
        ("claude-mythos-preview", "claude-5"),
        ("my-deployment", "claude-5"),
    ] {
        assert_eq!(Generation::of(name), Generation::of(generation), "{name}");
    }
}

#[test]
fn a_budget_is_kept_where_it_fits() {
    assert_eq!(plan(OLD, json!({"budget_tokens": 2048}), Some(8192)), (budget(2048), Value::Null, json!(8192), vec![]));
}

#[test]
fn a_budget_leaves_room_for_the_answer() {
    let cut = vec!["reasoning.budget_tokens: approximated".to_owned()];
    assert_eq!(
        plan(OLD, json!({"budget_tokens": 9000}), Some(4000)),
        (budget(2000), Value::Null, json!(4000), cut.clone())
    );
    assert_eq!(plan(OLD, json!({"budget_tokens": 9000}), None), (budget(9000), Value::Null, json!(17192), vec![]));
    assert_eq!(plan(OLD, json!({"budget_tokens": 100}), None), (budget(1024), Value::Null, json!(8192), cut));
    let none = (Value::Null, Value::Null, json!(1000), vec!["reasoning: dropped".to_owned()]);
    assert_eq!(plan(OLD, json!({"budget_tokens": 2048}), Some(1000)), none);
}

#[test]
fn efforts_become_budgets_where_a_model_has_no_efforts() {
    for (effort, tokens) in
        [("minimal", 1024), ("low", 2048), ("medium", 8192), ("high", 16384), ("xhigh", 20480), ("max", 23552)]
    {
        let (thinking, told, _, losses) = plan(OLD, json!({"effort": effort}), Some(64000));
        assert_eq!((thinking, told), (budget(tokens), Value::Null), "{effort}");
        assert_eq!(losses, ["reasoning.effort: approximated"]);
    }
    assert_eq!(plan(OLD, json!({"effort": "high"}), Some(4096)).0, budget(2048));
}

#[test]
fn efforts_are_told_where_a_model_adapts() {
    for (model, effort, told) in [
        (MIDDLE, "high", "high"),
        (MIDDLE, "xhigh", "high"),
        (NEW, "xhigh", "xhigh"),
        (NEW, "max", "max"),
        (NEW, "minimal", "low"),
    ] {
        let (thinking, effort_told, ..) = plan(model, json!({"effort": effort}), None);
        assert_eq!((thinking, effort_told), (json!({"type": "adaptive"}), json!(told)), "{model} {effort}");
    }
}

#[test]
fn budgets_become_efforts_where_a_model_takes_none() {
    for (tokens, effort) in [(1024, "low"), (8192, "medium"), (20000, "high")] {
        let (thinking, told, _, losses) = plan(NEW, json!({"budget_tokens": tokens}), None);
        assert_eq!((thinking, told), (json!({"type": "adaptive"}), json!(effort)));
        assert_eq!(losses, ["reasoning.budget_tokens: approximated"]);
    }
    assert_eq!(plan(MIDDLE, json!({"budget_tokens": 4000}), None).0, budget(4000));
}

#[test]
fn thinking_is_switched_on_and_off_by_what_a_model_takes() {
    assert_eq!(plan(OLD, json!({"enabled": true}), None).0, budget(8192));
    assert_eq!(plan(NEW, json!({"enabled": true}), None).0, json!({"type": "adaptive"}));
    for off in [json!({"enabled": false}), json!({"effort": "none"}), json!({"budget_tokens": 0})] {
        assert_eq!(plan(OLD, off.clone(), None).0, json!({"type": "disabled"}));
        assert_eq!(plan(NEW, off.clone(), None).0, Value::Null);
        assert_eq!(plan("claude-3-haiku-20240307", off, None).0, Value::Null);
    }
    let unable = plan("claude-3-haiku-20240307", json!({"effort": "low"}), None);
    assert_eq!((unable.0, unable.3), (Value::Null, vec!["reasoning: dropped".to_owned()]));
}

#[test]
fn newer_models_are_asked_to_show_their_thoughts() {
    let shown = json!({"type": "adaptive", "display": "summarized"});
    assert_eq!(plan(NEW, json!({"effort": "low", "summary": "auto"}), None).0, shown);
    let hidden = json!({"type": "adaptive", "display": "omitted"});
    assert_eq!(plan(MIDDLE, json!({"enabled": true, "summary": "none"}), None).0, hidden);
    assert_eq!(plan(OLD, json!({"budget_tokens": 2000, "summary": "auto"}), None).0, budget(2000));
    let only = plan(OLD, json!({"summary": "auto"}), None);
    assert_eq!((only.0, only.3), (Value::Null, vec!["reasoning.summary: dropped".to_owned()]));
}

#[test]
fn beside_thinking_calls_are_not_forced_and_sampling_is_left_out() {
    let (body, losses) = asked_of(
        OLD,
        with(json!({
            "reasoning": {"budget_tokens": 2048}, "tools": [{"type": "function", "name": "f"}], "tool_choice": {"mode": "required"},
            "temperature": 0.5, "top_p": 0.5, "top_k": 5,
        })),
    );
    assert_eq!(body["tool_choice"], json!({"type": "auto"}));
    assert!(["temperature", "top_p", "top_k"].iter().all(|name| body.get(name).is_none()));
    assert_eq!(losses, ["tool_choice: approximated", "temperature: dropped", "top_p: dropped", "top_k: dropped"]);
}

#[test]
fn an_own_display_is_put_back() {
    let native = json!({"enabled": true, "native": {"anthropic.messages": {"display": "omitted"}}});
    assert_eq!(plan(MIDDLE, native, None).0, json!({"type": "adaptive", "display": "omitted"}));
}
