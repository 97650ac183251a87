//! Whether and how much to think, by what each model generation can be told.
//!
//! Until Claude 4.6 thinking is asked for by a budget of tokens; since then a model can be left to decide
//! (`adaptive`) under a level of effort, and since Claude Opus 4.7 it takes nothing else. Those newest models take no
//! sampling parameters either.

use dragoman_connector::Loss;
use dragoman_connector::model::request::ReasoningOptions;
use serde_json::{Map, Value, json};

use crate::members::{put, restore};

/// Least budget that Anthropic takes.
const MIN_BUDGET: u64 = 1024;

/// The budget that stands for an effort. With the default of `max_tokens` on top, the highest stays below the 32,000
/// tokens that the smallest thinking model can write.
const BUDGETS: [(&str, u64); 6] =
    [("minimal", 1024), ("low", 2048), ("medium", 8192), ("high", 16384), ("xhigh", 20480), ("max", 23552)];

/// A model's generation, as 100 times the major version and the minor one: 405 is Claude 4.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(u32);

impl Generation {
    /// The generation of the model `name`: `claude-opus-4-5-20251101`, `anthropic.claude-3-7-sonnet-...-v1:0`. A name
    /// that tells none is taken for a model of today.
    pub(crate) fn of(name: &str) -> Self {
        let own = name.rsplit_once("claude-").map_or("", |(_, own)| own);
        let words = own.split(|letter: char| !letter.is_ascii_alphanumeric());
        // Versions have one or two digits, dates eight.
        let mut numbers = words.skip_while(|word| small(word).is_none()).map_while(small);
        match numbers.next() {
            Some(major) => Self(major * 100 + numbers.next().unwrap_or_default()),
            None => Self(500),
        }
    }

    fn thinks(self) -> bool {
        self >= Self(307)
    }

    fn adapts(self) -> bool {
        self >= Self(406)
    }

    fn takes_budgets(self) -> bool {
        self < Self(407)
    }

    /// Whether temperature and the like are taken at all.
    pub(crate) fn takes_sampling(self) -> bool {
        self < Self(407)
    }

    /// Whether temperature and nucleus sampling may be given together.
    pub(crate) fn takes_both_samplings(self) -> bool {
        self < Self(401)
    }
}

fn small(word: &str) -> Option<u32> {
    (word.len() <= 2).then(|| word.parse().ok()).flatten()
}

/// What is told about thinking.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Thinking {
    /// The member `thinking`.
    pub(crate) config: Option<Value>,
    /// The member `output_config.effort`.
    pub(crate) effort: Option<String>,
    /// Most tokens to write, thoughts included.
    pub(crate) max_tokens: u64,
    /// Whether the model may think.
    pub(crate) on: bool,
}

enum Wish {
    Nothing,
    Off,
    On,
    Effort(String),
    Budget(u64),
}

fn wish(options: &ReasoningOptions) -> Wish {
    match (options.enabled, options.budget_tokens, options.effort.as_deref()) {
        (Some(false), _, _) | (_, Some(0), _) | (_, None, Some("none")) => Wish::Off,
        (_, Some(budget), _) => u64::try_from(budget).map_or(Wish::On, Wish::Budget),
        (_, None, Some(effort)) => Wish::Effort(effort.to_owned()),
        (Some(true), None, None) => Wish::On,
        (None, None, None) => Wish::Nothing,
    }
}

/// Plans how a model of `generation` thinks and how much it may write; `limit` is the client's, `default` ours.
pub(crate) fn plan(
    options: Option<ReasoningOptions>,
    generation: Generation,
    limit: Option<u64>,
    default: u64,
    losses: &mut Vec<Loss>,
) -> Thinking {
    let mut plan = Thinking { max_tokens: limit.unwrap_or(default), ..Thinking::default() };
    let Some(options) = options else { return plan };
    let wish = wish(&options);
    if matches!(wish, Wish::Nothing) {
        let unsaid = options.summary.as_deref().is_some_and(|summary| summary != "none");
        losses.extend(unsaid.then(|| Loss::dropped("reasoning.summary")));
        return plan;
    }
    if matches!(wish, Wish::Off) {
        // Claude 4.7 and 4.8 do not think unless asked, and refuse to be told so.
        let told = generation.thinks() && !(Generation(407)..Generation(500)).contains(&generation);
        plan.config = told.then(|| json!({"type": "disabled"}));
        return plan;
    }
    if !generation.thinks() {
        losses.push(Loss::dropped("reasoning"));
        return plan;
    }
    let mut config = Map::new();
    match wish {
        Wish::Budget(budget) if generation.takes_budgets() => {
            budgeted(&mut plan, &mut config, budget, false, limit, losses);
            plan.effort =
                options.effort.filter(|_| plan.on && generation.adapts()).map(|e| level(&e, generation, losses));
        }
        Wish::Effort(effort) if !generation.adapts() => {
            losses.push(Loss::approximated("reasoning.effort"));
            budgeted(&mut plan, &mut config, budget_of(&effort), true, limit, losses);
        }
        Wish::On if !generation.adapts() => {
            losses.push(Loss::approximated("reasoning.enabled"));
            budgeted(&mut plan, &mut config, budget_of("medium"), true, limit, losses);
        }
        wish => {
            adaptive(&mut plan, &mut config, wish, generation, losses);
        }
    }
    if plan.on {
        show(&mut config, options.summary.as_deref(), generation, losses);
        restore(&mut config, &options.native);
        plan.config = Some(config.into());
    }
    plan
}

/// Thinking by a budget, which must leave room for the answer. `ours` tells that the budget comes from the table: it
/// then takes at most half of the client's limit.
fn budgeted(
    plan: &mut Thinking,
    config: &mut Map<String, Value>,
    wanted: u64,
    ours: bool,
    limit: Option<u64>,
    losses: &mut Vec<Loss>,
) {
    let mut budget = wanted.max(MIN_BUDGET);
    match limit {
        Some(limit) if limit <= MIN_BUDGET => {
            losses.push(Loss::dropped("reasoning"));
            return;
        }
        Some(limit) => {
            let share = (limit / 2).max(MIN_BUDGET);
            if ours || budget >= limit {
                budget = budget.min(share);
            }
        }
        // Our own limit is for the answer alone.
        None if budget >= plan.max_tokens => plan.max_tokens = plan.max_tokens.saturating_add(budget),
        None => {}
    }
    if !ours && budget != wanted {
        losses.push(Loss::approximated("reasoning.budget_tokens"));
    }
    plan.on = true;
    config.insert("type".into(), "enabled".into());
    config.insert("budget_tokens".into(), budget.into());
}

fn adaptive(
    plan: &mut Thinking,
    config: &mut Map<String, Value>,
    wish: Wish,
    generation: Generation,
    losses: &mut Vec<Loss>,
) {
    plan.effort = match wish {
        Wish::Effort(effort) => Some(level(&effort, generation, losses)),
        Wish::Budget(budget) => {
            losses.push(Loss::approximated("reasoning.budget_tokens"));
            Some(effort_of(budget).to_owned())
        }
        Wish::Nothing | Wish::Off | Wish::On => None,
    };
    plan.on = true;
    config.insert("type".into(), "adaptive".into());
}

fn budget_of(effort: &str) -> u64 {
    BUDGETS.iter().find(|(name, _)| *name == effort).map_or(8192, |(_, budget)| *budget)
}

fn effort_of(budget: u64) -> &'static str {
    match budget {
        0..=2048 => "low",
        2049..=8192 => "medium",
        _ => "high",
    }
}

/// Anthropic's word for an effort: it has no `minimal`, and `xhigh` only since Claude Opus 4.7.
fn level(effort: &str, generation: Generation, losses: &mut Vec<Loss>) -> String {
    let level = match effort {
        "minimal" => "low",
        "xhigh" if generation < Generation(407) => "high",
        other => other,
    };
    if level != effort {
        losses.push(Loss::approximated("reasoning.effort"));
    }
    level.to_owned()
}

/// Newer models hide their thoughts unless they are asked for.
fn show(config: &mut Map<String, Value>, summary: Option<&str>, generation: Generation, losses: &mut Vec<Loss>) {
    let display = match summary {
        None => None,
        Some("none") if generation.adapts() => Some("omitted"),
        Some("none") => {
            losses.push(Loss::dropped("reasoning.summary"));
            None
        }
        Some(_) => (!generation.takes_budgets()).then_some("summarized"),
    };
    put(config, "display", display);
}
