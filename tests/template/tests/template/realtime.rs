//! Streams and the WebSocket API.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::source::{Template, attribute_of, text};

/// Tries of a change before it is given up: a frame that is later than some minutes tells nothing.
const RETRIES_MAX: u64 = 10;
const AGE_SECS_MAX: u64 = 600;

#[test]
fn a_change_that_fails_is_narrowed_down_and_given_up_soon() {
    let template = Template::read();
    let mut streams = 0;
    for (id, stream) in template.streams() {
        assert_eq!(stream["BisectBatchOnFunctionError"], true, "{id}");
        assert_eq!(stream["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{id}");
        let retries = stream["MaximumRetryAttempts"].as_u64().unwrap_or(u64::MAX);
        assert!((1..=RETRIES_MAX).contains(&retries), "{id}");
        let age = stream["MaximumRecordAgeInSeconds"].as_u64().unwrap_or(u64::MAX);
        assert!(age <= AGE_SECS_MAX, "{id}");
        let dead = attribute_of(&stream["DestinationConfig"]["OnFailure"]["Destination"], "Arn");
        let function = text(&stream["FunctionName"]["Ref"]);
        assert_eq!(dead, format!("{function}Dlq"), "{id}");
        streams += 1;
    }
    assert_eq!(streams, 3);
}

#[test]
fn every_stream_is_of_a_table_that_has_one_and_wakes_the_function_for_its_rows_only() {
    let template = Template::read();
    let mut rows = BTreeMap::new();
    for (id, stream) in template.streams() {
        let table = attribute_of(&stream["EventSourceArn"], "StreamArn");
        let kept = &template.resources[&table]["Properties"]["StreamSpecification"];
        assert_eq!(kept["StreamViewType"], "NEW_AND_OLD_IMAGES", "{id}");
        let pattern = text(&stream["FilterCriteria"]["Filters"][0]["Pattern"]);
        let pattern: Value = serde_json::from_str(&pattern).unwrap_or_default();
        rows.insert(table, text(&pattern["dynamodb"]["Keys"]["sk"]["S"][0]));
    }
    let told = [("ConnectionsTable", "snapshot"), ("LedgerTable", "wallet"), ("PodsTable", "pod")];
    assert_eq!(rows, told.map(|(table, row)| (table.to_owned(), row.to_owned())).into());
}

#[test]
fn every_websocket_route_reaches_its_function_and_only_that_route_may() {
    let template = Template::read();
    let mut routes = BTreeMap::new();
    for (id, route) in template.of_type("AWS::ApiGatewayV2::Route") {
        let function = id.trim_end_matches("Route");
        let target = text(&route["Target"]["Fn::Sub"]);
        assert_eq!(target, format!("integrations/${{{function}Integration}}"), "{id}");
        let integration = &template.resources[&format!("{function}Integration")]["Properties"];
        let uri = text(&integration["IntegrationUri"]["Fn::Sub"]);
        assert!(uri.contains(&format!("${{{function}.Arn}}")), "{id}: {uri}");
        let key = text(&route["RouteKey"]);
        let permission = &template.resources[&format!("{function}Permission")]["Properties"];
        let may = text(&permission["SourceArn"]["Fn::Sub"]);
        assert!(may.ends_with(&format!("${{RealtimeApi}}/${{RealtimeStage}}/{key}")), "{may}");
        routes.insert(key, function.to_owned());
    }
    let expected =
        [("$connect", "WsConnect"), ("$default", "WsMessage"), ("$disconnect", "WsDisconnect")];
    assert_eq!(routes, expected.map(|(key, name)| (key.to_owned(), name.to_owned())).into());
    let answered: Vec<_> = template.of_type("AWS::ApiGatewayV2::RouteResponse").collect();
    assert_eq!(answered.len(), 1, "only a message is answered over the connection");
}

#[test]
fn the_websocket_has_the_path_that_tickets_name_and_browsers_use() {
    let template = Template::read();
    let stages: Vec<_> = template.of_type("AWS::ApiGatewayV2::Stage").collect();
    let sockets = stages.iter().find(|(id, _)| *id == "RealtimeStage").map(|(_, stage)| stage);
    assert_eq!(sockets.map(|stage| &stage["StageName"]), Some(&json!("ws")));
    assert_eq!(sockets.map(|stage| &stage["AutoDeploy"]), Some(&json!(true)));
}
