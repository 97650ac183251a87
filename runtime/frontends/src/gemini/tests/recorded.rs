use std::path::Path;

use dragoman_model::Request;
use serde_json::Value;

use super::{Gemini, decode};
use crate::Frontend;

/// The recorded exchanges of this dialect that succeeded; none where they are not at hand.
fn recorded() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traffic");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded traffic at {}", folder.display());
        return Vec::new();
    };
    let files = files.filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok());
    let records = files
        .flat_map(|text| text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect::<Vec<_>>());
    records.filter(|one| one["wire"] == "gemini" && one["response"]["status"] == 200).collect()
}

#[test]
fn every_recorded_request_is_read_and_survives_as_json() {
    for record in recorded().iter().filter(|record| record["request"]["body"].is_object()) {
        let request =
            decode(&record["request"]["body"]).unwrap_or_else(|failure| panic!("{}: {failure}", record["id"]));
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), request, "{}", record["id"]);
    }
}

#[test]
fn the_sniffer_sees_the_end_of_every_recorded_answer() {
    for record in recorded() {
        let truncated = record["features"].as_array().unwrap().iter().any(|word| word == "truncated_stream");
        let body = record["response"]["body"].as_str().unwrap_or_default();
        // Fixtures may have been cut by hand.
        if truncated || body.is_empty() || record["capture"] == "response_fixture" {
            continue;
        }
        let mut sniffer = Gemini.sniffer(record["stream"] == true);
        if body.trim_start().starts_with(['{', '[']) {
            sniffer.see("", body.as_bytes());
        }
        for data in body.lines().filter_map(|line| line.strip_prefix("data:")) {
            sniffer.see("", data.trim().as_bytes());
        }
        assert!(sniffer.complete(), "{}", record["id"]);
    }
}
