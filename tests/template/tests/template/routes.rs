//! The routes of the HTTP API and the functions that answer them.

use std::collections::BTreeSet;

use crate::source::{Template, object, text};

/// What lets the HTTP API call a function; which path reaches it is for the routes to say.
const MAY: &str = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:\
                   ${HttpApi}/*/*/api/v2/*";

/// The routes that need no session.
const PUBLIC_ROUTES: [&str; 11] = [
    "ANY /api/v2/auth/register",
    "ANY /api/v2/auth/resend",
    "ANY /api/v2/auth/verify",
    "ANY /api/v2/auth/{proxy+}",
    "ANY /api/v2/billing/plans",
    "ANY /api/v2/offers",
    "ANY /api/v2/offers/{id}",
    "ANY /api/v2/providers",
    "ANY /api/v2/providers/featured",
    "ANY /api/v2/tenant",
    "ANY /api/v2/webhooks/stripe/{tenant}/{mode}",
];

#[test]
fn only_the_listed_routes_need_no_session() {
    let template = Template::read();
    let mut public = BTreeSet::new();
    let apis = template.of_type("AWS::ApiGatewayV2::Api");
    for (_, api) in apis.filter(|(_, api)| !api["Body"].is_null()) {
        for (path, methods) in object(&api["Body"]["paths"]) {
            for (method, operation) in object(methods) {
                let any = method == "x-amazon-apigateway-any-method";
                let verb = if any { "ANY".to_owned() } else { method.to_uppercase() };
                if operation["security"] != serde_json::json!([{ "Session": [] }]) {
                    public.insert(format!("{verb} {path}"));
                }
            }
        }
    }
    assert_eq!(public, BTreeSet::from(PUBLIC_ROUTES.map(str::to_owned)));
}

#[test]
fn every_route_reaches_a_function_that_the_api_may_call_and_no_other_may_be_called() {
    let template = Template::read();
    let routes = template.routes();
    for (path, function) in &routes {
        assert!(path.starts_with("/api/v2/"), "{path}");
        let function = template.resources.get(function).map(|function| &function["Type"]);
        assert_eq!(function, Some(&"AWS::Lambda::Function".into()), "{path}");
    }
    let reached: BTreeSet<String> = routes.into_iter().map(|(_, function)| function).collect();
    let mut callable = BTreeSet::new();
    for (id, permission) in template.of_type("AWS::Lambda::Permission") {
        let source = permission["SourceArn"]["Fn::Sub"].as_str().unwrap_or_default();
        if source.contains("${HttpApi}") {
            assert_eq!(source, MAY, "{id}");
            assert_eq!(permission["Principal"], "apigateway.amazonaws.com", "{id}");
            let function = text(&permission["FunctionName"]["Ref"]);
            assert!(callable.insert(function), "{id} is not the only one");
        }
    }
    assert_eq!(callable, reached);
}
