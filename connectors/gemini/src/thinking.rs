//! Whether and how much to think, by what each model generation can be told.
//!
//! Gemini 2.5 takes a budget of tokens (0: none, -1: as the model likes), Gemini 3 a level; it takes budgets too, but
//! not both in one request.

use dragoman_connector::Loss;
use dragoman_connector::model::request::ReasoningOptions;
use serde_json::{Map, Value};

use crate::members::{put, restore};
use crate::models::Generation;

/// The budget that stands for an effort. The highest two are the most that a model takes.
const BUDGETS: [(&str, u64); 6] =
    [("minimal", 512), ("low", 1024), ("medium", 8192), ("high", 24576), ("xhigh", 32768), ("max", 32768)];

/// The member `generationConfig.thinkingConfig`; `shown` is whether thoughts are shown where the client does not say.
pub(crate) fn config(
    options: &ReasoningOptions,
    generation: Generation,
    shown: bool,
    losses: &mut Vec<Loss>,
) -> Option<Value> {
    let mut config = Map::new();
    if !generation.thinks() {
        losses.extend((!is_off(options)).then(|| Loss::dropped("reasoning")));
        return None;
    }
    let thinks = match (options.enabled, options.budget_tokens, options.effort.as_deref()) {
        _ if is_off(options) => {
            off(&mut config, generation, losses);
            false
        }
        (_, Some(budget), _) => {
            budgeted(&mut config, budget, generation, losses);
            losses.extend(options.effort.is_some().then(|| Loss::dropped("reasoning.effort")));
            true
        }
        (_, None, Some(effort)) => {
            levelled(&mut config, effort, generation, losses);
            true
        }
        (Some(_), None, None) => {
            // Gemini 3 thinks as it likes unless it is told a level.
            put(&mut config, "thinkingBudget", (!generation.has_levels()).then_some(-1));
            true
        }
        (None, None, None) => options.summary.is_some(),
    };
    if thinks {
        let shown = options.summary.as_deref().map_or(shown, |summary| summary != "none");
        put(&mut config, "includeThoughts", shown.then_some(true));
    }
    restore(&mut config, &options.native);
    (!config.is_empty()).then_some(config.into())
}

fn is_off(options: &ReasoningOptions) -> bool {
    let effort = options.effort.as_deref();
    options.enabled == Some(false)
        || options.budget_tokens == Some(0)
        || (options.budget_tokens.is_none() && effort == Some("none"))
}

/// Pro models cannot be kept from thinking, and no Gemini 3 wholly: they are told to think as little as they can.
fn off(config: &mut Map<String, Value>, generation: Generation, losses: &mut Vec<Loss>) {
    let (name, value): (_, Value) = match (generation.has_levels(), generation.is_pro()) {
        (true, true) => ("thinkingLevel", "LOW".into()),
        (true, false) => ("thinkingLevel", "MINIMAL".into()),
        (false, true) => ("thinkingBudget", generation.budgets().0.into()),
        (false, false) => ("thinkingBudget", 0.into()),
    };
    losses.extend((value != 0).then(|| Loss::approximated("reasoning.enabled")));
    config.insert(name.into(), value);
}

/// A budget beyond what a model takes is as much as the model likes.
fn budgeted(config: &mut Map<String, Value>, budget: i64, generation: Generation, losses: &mut Vec<Loss>) {
    let written = match u64::try_from(budget) {
        Ok(wanted) => {
            let (least, most) = generation.budgets();
            losses.extend((wanted < least || wanted > most).then(|| Loss::approximated("reasoning.budget_tokens")));
            if wanted > most { Value::from(-1) } else { Value::from(wanted.max(least)) }
        }
        Err(_) => Value::from(-1),
    };
    config.insert("thinkingBudget".into(), written);
}

fn levelled(config: &mut Map<String, Value>, effort: &str, generation: Generation, losses: &mut Vec<Loss>) {
    if !generation.has_levels() {
        losses.push(Loss::approximated("reasoning.effort"));
        let budget = BUDGETS.iter().find(|(name, _)| *name == effort).map_or(8192, |(_, budget)| *budget);
        let (least, most) = generation.budgets();
        config.insert("thinkingBudget".into(), budget.clamp(least, most).into());
        return;
    }
    let level = match effort {
        "minimal" if generation.is_pro() => "low",
        "medium" if !generation.has_medium() => "high",
        "xhigh" | "max" => "high",
        other => other,
    };
    losses.extend((level != effort).then(|| Loss::approximated("reasoning.effort")));
    config.insert("thinkingLevel".into(), level.to_ascii_uppercase().into());
}
