//! Models and token counts.

use dragoman_connector::model::Failure;
use dragoman_connector::model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_connector::unreadable;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::members::{rest, take_text};

/// Reads a page of the listing of models.
pub(crate) fn models(body: &str) -> Result<ModelList, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        #[serde(default)]
        models: Vec<Map<String, Value>>,
        next_page_token: Option<String>,
    }
    let page: Page = serde_json::from_str(body).map_err(|error| unreadable("a listing of models", &error))?;
    Ok(ModelList {
        models: page.models.into_iter().map(model).collect(),
        next: page.next_page_token.filter(|token| !token.is_empty()),
        ..ModelList::default()
    })
}

fn model(mut map: Map<String, Value>) -> ModelInfo {
    let mut count = |name: &str| map.remove(name).and_then(|value| value.as_u64());
    let (max_input_tokens, max_output_tokens) = (count("inputTokenLimit"), count("outputTokenLimit"));
    let name = take_text(&mut map, "name").unwrap_or_default();
    ModelInfo {
        id: name.strip_prefix("models/").unwrap_or(&name).to_owned(),
        name: take_text(&mut map, "displayName"),
        description: take_text(&mut map, "description"),
        max_input_tokens,
        max_output_tokens,
        native: rest(map),
        ..ModelInfo::default()
    }
}

/// Reads a token count.
pub(crate) fn token_count(body: &str) -> Result<TokenCount, Failure> {
    let mut map: Map<String, Value> =
        serde_json::from_str(body).map_err(|error| unreadable("a token count", &error))?;
    let mut count = |name: &str| map.remove(name).and_then(|value| value.as_u64());
    let (input_tokens, cached_tokens) = (count("totalTokens"), count("cachedContentTokenCount"));
    Ok(TokenCount { input_tokens, cached_tokens, native: rest(map), ..TokenCount::default() })
}

/// The seconds since 1970 of a time like `2026-02-04T00:00:00Z`; `None` for one before that or of another form.
pub(crate) fn seconds(time: &str) -> Option<u64> {
    let mut numbers =
        time.split(|letter: char| !letter.is_ascii_digit()).map_while(|digits| digits.parse::<u64>().ok());
    let mut next = |range: std::ops::RangeInclusive<u64>| numbers.next().filter(|number| range.contains(number));
    let (year, month, day) = (next(1970..=9999)?, next(1..=12)?, next(1..=31)?);
    let (hour, minute, second) = (next(0..=23)?, next(0..=59)?, next(0..=60)?);
    // Years begin in March, so that the day that leaps is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let since = days.checked_sub(719_468)?;
    Some(((since * 24 + hour) * 60 + minute) * 60 + second)
}
