//! Hiding secrets in the lines that a diagnostic shows.
//!
//! It works on the text and not on the tree, so that a file with a syntax error gives nothing away either. The length
//! in bytes stays, because spans point into the text.

use std::ops::Range;

#[cfg(test)]
mod tests;

/// How the names of keys end whose values are secrets.
const SECRET_ENDINGS: [&str; 8] =
    ["key", "token", "secret", "password", "passwd", "authorization", "cookie", "credential"];

/// The text with the values of secret-looking keys, and whatever stands in `spans`, replaced by asterisks.
pub(crate) fn hide(text: &str, spans: &[Range<usize>]) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut deeper_than = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if deeper_than.is_some_and(|outer| indent > outer) {
            hidden.push_str(&starred(line));
            continue;
        }
        let start = secret_value(line);
        // The value of a secret key may go on below, indented.
        deeper_than = start.map(|_| indent);
        let (shown, secret) = line.split_at_checked(start.unwrap_or(line.len())).unwrap_or((line, ""));
        hidden.push_str(shown);
        hidden.push_str(&starred(secret));
    }
    spans.iter().fold(hidden, |text, span| star_range(&text, span))
}

/// Where the value of the line's first secret-looking key begins, unless it is a mere reference to a variable.
fn secret_value(line: &str) -> Option<usize> {
    line.match_indices(':').find_map(|(colon, _)| {
        let (before, value) = line.split_at_checked(colon)?;
        let word = before.trim_end_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let word = word.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next()?;
        (is_secret(word) && !is_reference(value.trim_start_matches(':'))).then_some(colon + 1)
    })
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    SECRET_ENDINGS.iter().any(|ending| key.ends_with(ending)) || strsim::damerau_levenshtein(&key, "api_key") <= 2
}

/// True of `${NAME}`, quoted or not, with nothing behind it but a comment.
fn is_reference(value: &str) -> bool {
    let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']);
    value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).is_some_and(crate::interpolate::is_variable_name)
}

fn starred(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) }).collect()
}

fn star_range(text: &str, range: &Range<usize>) -> String {
    match (text.get(..range.start), text.get(range.clone()), text.get(range.end..)) {
        (Some(before), Some(secret), Some(after)) => [before, &starred(secret), after].concat(),
        _ => text.to_owned(),
    }
}
