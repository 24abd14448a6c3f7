//! The routes of the HTTP API and the functions that answer them.

use std::collections::BTreeSet;

use crate::source::{Route, Template, json, object, root, text};

/// What lets the HTTP API call a function; which path reaches it is for the routes to say.
const MAY: &str = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:\
                   ${HttpApi}/*/*/api/v2/*";

/// A route for every method.
const ANY: &str = "x-amazon-apigateway-any-method";

/// The routes that need no session.
const PUBLIC_ROUTES: [&str; 12] = [
    "ANY /api/v2/auth/register",
    "ANY /api/v2/auth/resend",
    "ANY /api/v2/auth/verify",
    "ANY /api/v2/auth/{proxy+}",
    "ANY /api/v2/billing/plans",
    "ANY /api/v2/offers",
    "ANY /api/v2/offers/{id}",
    "ANY /api/v2/offers/{id}/prices",
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
                let any = method == ANY;
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
    for Route { path, function, .. } in &routes {
        assert!(path.starts_with("/api/v2/"), "{path}");
        let function = template.resources.get(function).map(|function| &function["Type"]);
        assert_eq!(function, Some(&"AWS::Lambda::Function".into()), "{path}");
    }
    let reached: BTreeSet<String> = routes.into_iter().map(|route| route.function).collect();
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

/// How well a route's path fits that of a request, part by part; the greater wins, as in
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>.
fn fit(route: &str, asked: &str) -> Option<Vec<u8>> {
    let mut asked = asked.split('/');
    let mut fit = Vec::new();
    for part in route.split('/') {
        let next = asked.next()?;
        match part {
            "{proxy+}" => {
                fit.push(0);
                return Some(fit);
            }
            _ if part.starts_with('{') => fit.push(1),
            _ if part == next => fit.push(2),
            _ => return None,
        }
    }
    asked.next().is_none().then_some(fit)
}

#[test]
fn every_documented_operation_has_a_route_and_both_agree_on_who_may_call_it() {
    let routes = Template::read().routes();
    let document = json(&root().join("web/openapi.json"));
    let mut used = BTreeSet::new();
    for (path, operations) in object(&document["paths"]) {
        for (method, operation) in object(operations) {
            let fits = routes.iter().filter(|route| [ANY, method].contains(&&*route.method));
            let fits = fits.filter_map(|route| Some((fit(&route.path, path)?, route)));
            let best = fits.max_by_key(|(fit, route)| (fit.clone(), route.method != ANY));
            let Some((_, route)) = best else { panic!("{method} {path} has no route") };
            assert_eq!(route.public, operation["security"].is_null(), "{method} {path}");
            used.insert(&route.path);
        }
    }
    let unused = routes.iter().map(|route| &route.path).filter(|path| !used.contains(path));
    let webhooks = "/api/v2/webhooks/stripe/{tenant}/{mode}";
    assert_eq!(unused.collect::<Vec<_>>(), [webhooks], "a webhook is for Stripe alone");
}
