//! The provider block: what is wrong is told at its argument before any request, and no secret is in
//! what is told.

use hedgehog::provider::{Environment, HedgehogProvider};
use hedgehog::tf::json;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json as json_value};

const SECRET: &str = "canary-4711";

fn block(arguments: &Json) -> Value {
    let provider = HedgehogProvider::new(Environment::default());
    let schema = provider.schema();
    let mut value = json::from_json(arguments, &schema.ty()).unwrap();
    schema.block.complete(&mut value);
    value
}

/// What validation says of a block that is right but for these arguments, under these variables.
fn said(wrong: &Json, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let environment = Environment::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    assert!(!format!("{environment:?}").contains(SECRET));
    let mut arguments = json_value!({"server_url": "https://nb.example.com", "api_token": SECRET});
    for (name, value) in wrong.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    let provider = HedgehogProvider::new(environment);
    let diagnostics = provider.validate(&block(&arguments));
    let told = diagnostics.iter().map(|found| {
        let path = found.path.as_ref().map(ToString::to_string);
        let text = format!("{}: {}", found.summary, found.detail);
        assert!(!text.contains(SECRET), "{text}");
        (path.unwrap_or_default(), text)
    });
    told.collect()
}

#[track_caller]
fn check(wrong: &Json, variables: &[(&str, &str)], path: &str, words: &[&str]) {
    let told = said(wrong, variables);
    let [(at, text)] = told.as_slice() else {
        panic!("{wrong}: {told:?}")
    };
    assert_eq!(at, path, "{text}");
    for part in words {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
}

type Case = (Json, &'static str, &'static [&'static str]);

#[expect(clippy::too_many_lines, reason = "a table")]
fn wrong_arguments() -> [Case; 19] {
    [
        (
            json_value!({"server_url": "nb.example.com"}),
            "server_url",
            &["nb.example.com", "https://"],
        ),
        (
            json_value!({"server_url": "https://me:canary-4711@nb"}),
            "server_url",
            &["user name or password"],
        ),
        (
            json_value!({"server_url": "https://me:canary-4711#@nb"}),
            "server_url",
            &["(not shown)"],
        ),
        (
            json_value!({"server_url": "me:canary-4711@nb"}),
            "server_url",
            &["(not shown)", "https://"],
        ),
        (
            json_value!({"server_url": "https://nb/?token=canary-4711"}),
            "server_url",
            &["(not shown)", "query"],
        ),
        (
            json_value!({"api_token": "canary-4711\ntwo"}),
            "api_token",
            &["line breaks"],
        ),
        (
            json_value!({"parallelism": 0}),
            "parallelism",
            &["is 0", "1 to 16"],
        ),
        (
            json_value!({"parallelism": 17}),
            "parallelism",
            &["is 17", "1 to 16"],
        ),
        (
            json_value!({"batch_size": 201}),
            "batch_size",
            &["is 201", "1 to 200"],
        ),
        (
            json_value!({"request_timeout": "5"}),
            "request_timeout",
            &["\"5\"", "90s", "1s to 1h"],
        ),
        (
            json_value!({"request_timeout": "2h"}),
            "request_timeout",
            &["\"2h\"", "1s to 1h"],
        ),
        (
            json_value!({"retry_timeout": "-1m"}),
            "retry_timeout",
            &["\"-1m\"", "0s to 1h"],
        ),
        (
            json_value!({"lease": "10s"}),
            "lease",
            &["\"10s\"", "30s to 1h"],
        ),
        (
            json_value!({"ca_certificate": "canary-4711"}),
            "ca_certificate",
            &["BEGIN CERTIFICATE", "file("],
        ),
        (
            json_value!({"headers": {"bad name": SECRET}}),
            "headers[\"bad name\"]",
            &["bad name", "ASCII"],
        ),
        (
            json_value!({"headers": {"x-key": "canary-4711\n"}}),
            "headers[\"x-key\"]",
            &["x-key", "its value"],
        ),
        (
            json_value!({"headers": {"Authorization": SECRET}}),
            "headers[\"Authorization\"]",
            &["itself"],
        ),
        (
            json_value!({"headers": {"X-NetBox-Branch": "b"}}),
            "headers[\"X-NetBox-Branch\"]",
            &["itself"],
        ),
        (
            json_value!({"client_key": "canary-4711"}),
            "client_key",
            &["private key"],
        ),
    ]
}

#[test]
fn each_wrong_argument_is_told_at_its_place() {
    for (wrong, path, words) in wrong_arguments() {
        if path == "client_key" {
            let told = said(&wrong, &[]);
            assert_eq!(told.len(), 2, "not a key, and alone: {told:?}");
        } else {
            check(&wrong, &[], path, words);
        }
    }
}

#[test]
fn a_variable_stands_in_for_an_argument_and_is_named() {
    check(
        &json_value!({}),
        &[("NETBOX_PARALLELISM", "many")],
        "parallelism",
        &["many", "NETBOX_PARALLELISM"],
    );
    check(
        &json_value!({"lease": null}),
        &[("NETBOX_LEASE", "1s")],
        "lease",
        &["\"1s\"", "NETBOX_LEASE"],
    );
    check(
        &json_value!({}),
        &[("NETBOX_REGISTER", "maybe")],
        "register",
        &["maybe", "true or false", "NETBOX_REGISTER"],
    );
    // The block wins, and an empty variable counts as not set.
    let fine = [("NETBOX_PARALLELISM", "many"), ("NETBOX_BATCH_SIZE", "")];
    assert_eq!(said(&json_value!({"parallelism": 4}), &fine), []);
    let good = [("NETBOX_PARALLELISM", "4"), ("NETBOX_REGISTER", "false")];
    assert_eq!(said(&json_value!({}), &good), []);
}

/// Every argument but the map has a variable, and its description says so.
#[test]
fn every_variable_is_documented() {
    let provider = HedgehogProvider::new(Environment::default());
    for attribute in provider.schema().block.attributes {
        let variable = format!("NETBOX_{}", attribute.name.to_uppercase());
        let expected = attribute.name != "headers";
        let told = attribute.description.contains(&format!("`{variable}`"));
        assert_eq!(told, expected, "{variable}");
    }
}
