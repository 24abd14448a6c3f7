//! `web/openapi.json` says what the handlers do.

use std::fs;
use std::path::PathBuf;

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
