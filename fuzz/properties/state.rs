use hedgehog::cli::{self, Format};
use hedgehog::fabric::catalog::Catalog;
use serde_json::{Deserializer, Value};

use super::DEVICES_MAX;

/// A text is refused with words, or answered with one whole document for each plan.
pub fn hold(text: &str) {
    let Ok(document) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if document["format_version"].is_null() || is_large(&document) {
        return;
    }
    let answer = cli::plan(text, Format::Json, Catalog::builtin());
    assert_ne!(answer.stdout.is_empty(), answer.stderr.is_empty());
    let documents = Deserializer::from_str(&answer.stdout).into_iter::<Value>();
    let mut has_errors = false;
    for document in documents {
        let document = document.expect("what is printed is JSON");
        let problems = document["problems"].as_array().expect("a list of problems");
        assert!(
            problems.iter().all(|problem| problem["code"] != "internal"),
            "{problems:?}"
        );
        let errors = problems
            .iter()
            .any(|problem| problem["severity"] == "error");
        assert!(
            errors || !document["cables"].is_null(),
            "no cables, and no reason"
        );
        has_errors |= errors;
    }
    let ending = match (answer.stdout.is_empty(), has_errors) {
        (true, _) => cli::Ending::NoInput,
        (false, true) => cli::Ending::DesignErrors,
        (false, false) => cli::Ending::Good,
    };
    assert_eq!(answer.ending, ending);
}

/// Whether a number of devices in it is large.
fn is_large(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let counts = name.ends_with("quantity");
            // Terraform once wrote numbers as text.
            let text = value.as_str().unwrap_or_default().parse().ok();
            let number = value.as_u64().or(text);
            counts && number.is_some_and(|number| number > DEVICES_MAX) || is_large(value)
        }),
        Value::Array(elements) => elements.iter().any(is_large),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
