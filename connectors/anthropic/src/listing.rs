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
    struct Page {
        data: Vec<Map<String, Value>>,
        #[serde(default)]
        has_more: bool,
        last_id: Option<String>,
    }
    let page: Page = serde_json::from_str(body).map_err(|error| unreadable("a listing of models", &error))?;
    Ok(ModelList {
        models: page.data.into_iter().map(model).collect(),
        next: page.last_id.filter(|_| page.has_more),
        ..ModelList::default()
    })
}

fn model(mut map: Map<String, Value>) -> ModelInfo {
    let mut count = |name: &str| map.remove(name).and_then(|value| value.as_u64());
    let (max_input_tokens, max_output_tokens) = (count("max_input_tokens"), count("max_tokens"));
    let created = map.remove("created_at").and_then(|value| value.as_str().and_then(seconds));
    map.remove("type");
    ModelInfo {
        id: take_text(&mut map, "id").unwrap_or_default(),
        name: take_text(&mut map, "display_name"),
        created,
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
    let input_tokens = map.remove("input_tokens").and_then(|value| value.as_u64());
    Ok(TokenCount { input_tokens, native: rest(map), ..TokenCount::default() })
}

/// The seconds since 1970 of a time like `2026-02-04T00:00:00Z`; `None` for one before that or of another form.
fn seconds(time: &str) -> Option<u64> {
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
