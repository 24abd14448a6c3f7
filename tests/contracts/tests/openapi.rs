//! `web/openapi.json` says what the handlers do.

use std::fs;
use std::path::PathBuf;

use domain::market::browse;
use domain::market::quote::SSH_KEYS_PER_POD_MAX;
use domain::money::billing::{TOP_UP_MAX, TOP_UP_MIN};
use domain::people::account::{EMAIL_LEN_MAX, NAME_LEN_MAX, PASSWORD_LEN_MAX, PASSWORD_LEN_MIN};
use domain::people::ssh_key::{KEY_LEN_MAX, KEY_NAME_LEN_MAX, KEYS_MAX};
use domain::pod::draft::POD_NAME_LEN_MAX;
use serde_json::{Value, json};

fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi.json")
}

#[test]
fn the_committed_openapi_document_is_what_the_handlers_say() {
    let document = contract_tests::openapi().expect("a document");
    let text = serde_json::to_string_pretty(&document).expect("JSON") + "\n";
    let found = fs::read_to_string(committed()).unwrap_or_default();
    assert!(found == text, "web/openapi.json is out of date: run `make openapi`");
}

#[test]
fn every_operation_documents_its_errors_and_its_access() {
    let document = contract_tests::openapi().expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() >= 20, "{} paths", paths.len());
    for (path, operations) in paths {
        assert!(path.starts_with("/api/v2/"), "{path}");
        for (method, operation) in operations.as_object().expect("operations") {
            let name = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{name} has no name");
            assert!(operation["summary"].is_string(), "{name} says nothing");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.contains_key("404"), "{name} knows no other tenant");
            let public = operation["security"].is_null();
            assert_eq!(
                responses.contains_key("403"),
                !public || path.ends_with("/login"),
                "{name}"
            );
            if operation["requestBody"].is_object() {
                assert!(responses.contains_key("413"), "{name} has no size limit");
            }
        }
    }
}

#[test]
fn every_shape_that_is_named_is_described() {
    let document = contract_tests::openapi().expect("a document");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let text = document.to_string();
    let named = text.split("\"#/components/schemas/").skip(1);
    let mut count = 0;
    for name in named.filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(name), "{name} is named and not described");
        count += 1;
    }
    assert!(count > 100, "{count} names");
}

/// Every schema inside `value`, with the path that leads to it.
fn each_schema(value: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => {
            look(path, value);
            for (name, inner) in object {
                each_schema(inner, &format!("{path}/{name}"), look);
            }
        }
        Value::Array(values) => {
            for (number, inner) in values.iter().enumerate() {
                each_schema(inner, &format!("{path}/{number}"), look);
            }
        }
        _ => {}
    }
}

#[test]
fn no_unsigned_number_is_said_to_be_signed() {
    let document = contract_tests::openapi().expect("a document");
    let mut unsigned = 0;
    each_schema(&document, "", &mut |path, schema| {
        let format = schema["format"].as_str().unwrap_or_default();
        let is_unsigned = schema["minimum"].as_i64().is_some_and(|minimum| minimum >= 0);
        assert!(!(is_unsigned && format == "int32"), "{path}: {schema}");
        assert!(!format.starts_with("u-"), "{path}: {format} is no registered name");
        if matches!(format, "uint8" | "uint16" | "uint32" | "uint64") {
            assert!(schema["minimum"].is_number() && schema["maximum"].is_number(), "{path}");
            unsigned += 1;
        }
    });
    assert!(unsigned > 20, "{unsigned} unsigned numbers");
}

#[test]
fn the_limits_of_bodies_are_those_that_the_handlers_keep() {
    let document = contract_tests::openapi().expect("a document");
    let is = |schema: &str, field: &str, limit: &str, value: Value| {
        let said = &document["components"]["schemas"][schema]["properties"][field][limit];
        assert_eq!(said, &value, "{schema}.{field} {limit}");
    };
    for schema in ["Register", "Resend", "Verify", "Forgot", "Reset"] {
        is(schema, "email", "maxLength", json!(EMAIL_LEN_MAX));
    }
    for (schema, field) in
        [("Register", "password"), ("Verify", "password"), ("Reset", "new_password")]
    {
        is(schema, field, "minLength", json!(PASSWORD_LEN_MIN));
        is(schema, field, "maxLength", json!(PASSWORD_LEN_MAX));
    }
    for (schema, max) in [
        ("Register", NAME_LEN_MAX),
        ("AddKey", KEY_NAME_LEN_MAX),
        ("CreatePod", POD_NAME_LEN_MAX),
        ("Fields", POD_NAME_LEN_MAX),
    ] {
        is(schema, "name", "minLength", json!(1));
        is(schema, "name", "maxLength", json!(max));
    }
    is("AddKey", "public_key", "maxLength", json!(KEY_LEN_MAX));
    is("SshKeysPage", "items", "maxItems", json!(KEYS_MAX));
    for schema in ["Fields", "ConfigurationRequest"] {
        is(schema, "ssh_key_ids", "maxItems", json!(SSH_KEYS_PER_POD_MAX));
    }
    is("CreateTopUp", "amount_usd_micros", "minimum", json!(TOP_UP_MIN.0));
    is("CreateTopUp", "amount_usd_micros", "maximum", json!(TOP_UP_MAX.0));
    for schema in ["CreateTopUp", "Subscribe", "AddCard"] {
        is(schema, "payment_method_id", "maxLength", json!(255));
    }
}

#[test]
fn the_limits_of_parameters_are_those_that_the_handlers_keep() {
    let document = contract_tests::openapi().expect("a document");
    let is = |operation: &str, parameter: &str, limit: &str, value: Value| {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        let all = document["paths"][path][method]["parameters"].as_array().expect("parameters");
        let found = all.iter().find(|one| one["name"] == parameter).expect("the parameter");
        assert_eq!(found["schema"][limit], value, "{operation} {parameter} {limit}");
    };
    for (operation, max) in [
        ("get /api/v2/offers", json!(browse::LIMIT_MAX)),
        ("get /api/v2/pods", json!(50)),
        ("get /api/v2/activity", json!(100)),
        ("get /api/v2/notifications", json!(50)),
        ("get /api/v2/billing/statement", json!(100)),
    ] {
        is(operation, "limit", "minimum", json!(1));
        is(operation, "limit", "maximum", max);
    }
    is("get /api/v2/billing/charges", "limit", "minimum", json!(2));
    is("get /api/v2/billing/charges", "limit", "maximum", json!(100));
    for operation in
        ["post /api/v2/pods", "post /api/v2/billing/top-ups", "post /api/v2/billing/subscribe"]
    {
        is(operation, "Idempotency-Key", "minLength", json!(8));
        is(operation, "Idempotency-Key", "maxLength", json!(64));
    }
}
