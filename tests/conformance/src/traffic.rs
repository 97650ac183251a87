//! Recorded exchanges.

use std::path::PathBuf;

use serde_json::Value;

/// The recorded exchanges of a wire format; none, and a line that says so, where they are not at hand.
pub(crate) fn recorded(wire: &str) -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traffic");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded traffic in {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let records = texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["wire"] == wire).collect()
}

/// Name and data of each server-sent event of `body`.
pub(crate) fn frames(body: &str) -> Vec<(String, String)> {
    let (mut name, mut data) = (String::new(), Vec::new());
    let mut frames = Vec::new();
    for line in body.lines().chain([""]) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => data.push(value),
            "" if line.is_empty() && !data.is_empty() => {
                frames.push((std::mem::take(&mut name), data.join("\n")));
                data.clear();
            }
            _ => {}
        }
    }
    frames
}
