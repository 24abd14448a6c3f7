//! The distribution: what browsers see, and the functions at its edge, run by Node.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::source::{Template, attribute_of, each_of, text};

/// AWS's own policies that behaviours name: identifier and name.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>
const MANAGED: [(&str, &str); 3] = [
    ("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "CachingDisabled"),
    ("658327ea-f89d-4fab-a63d-7e88639e58f6", "CachingOptimized"),
    ("b689b0a8-53d0-40ab-baf2-68738e2966ac", "AllViewerExceptHostHeader"),
];

fn distribution(template: &Template) -> &Value {
    &template.resources["WebDistribution"]["Properties"]["DistributionConfig"]
}

/// The behaviours by path; the default one's is `*`.
fn behaviours(template: &Template) -> BTreeMap<String, Value> {
    let config = distribution(template);
    let others = each_of(&config["CacheBehaviors"]);
    let mut found: BTreeMap<_, _> =
        others.map(|each| (text(&each["PathPattern"]), each.clone())).collect();
    found.insert("*".to_owned(), config["DefaultCacheBehavior"].clone());
    found
}

/// The name of a policy, AWS's or our own.
fn policy(value: &Value) -> String {
    let own = || value["Ref"].as_str().unwrap_or_default();
    let managed = MANAGED.iter().find(|(id, _)| value == id).map(|(_, name)| *name);
    managed.unwrap_or_else(own).to_owned()
}

/// What a function at the edge makes of each request.
fn requests(function: &str, requests: &[Value]) -> Vec<Value> {
    let template = Template::read();
    let function = &template.resources[function]["Properties"];
    assert_eq!(function["FunctionConfig"]["Runtime"], "cloudfront-js-2.0");
    assert_eq!(function["AutoPublish"], true);
    let code = text(&function["FunctionCode"]);
    let all = "JSON.parse(process.argv[1]).map((request) => handler({ request }))";
    let script = format!("{code}\nconsole.log(JSON.stringify({all}))");
    let events = Value::from(requests).to_string();
    let run = Command::new("node").args(["--eval", &script, &events]).output();
    let run = run.unwrap_or_else(|error| panic!("node: {error}"));
    serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)))
}

#[test]
fn each_path_reaches_its_origin_with_what_that_needs() {
    let template = Template::read();
    let found: BTreeMap<String, [String; 4]> = behaviours(&template)
        .into_iter()
        .map(|(path, behaviour)| {
            let [cache, request] = ["CachePolicyId", "OriginRequestPolicyId"];
            let function = behaviour["FunctionAssociations"][0]["FunctionARN"].clone();
            let function = if function.is_null() {
                String::new()
            } else {
                attribute_of(&function, "FunctionARN")
            };
            let origin = text(&behaviour["TargetOriginId"]);
            (path, [origin, policy(&behaviour[cache]), policy(&behaviour[request]), function])
        })
        .collect();
    let expected = [
        ("*", ["web", "CachingOptimized", "", "WebPages"]),
        ("/api/v2/*", ["api", "WebApiCaching", "AllViewerExceptHostHeader", "WebHost"]),
        ("/assets/*", ["web", "CachingOptimized", "", ""]),
        ("/ws", ["realtime", "CachingDisabled", "AllViewerExceptHostHeader", "WebHost"]),
    ];
    let expected = expected.map(|(path, names)| (path.to_owned(), names.map(str::to_owned)));
    assert_eq!(found, BTreeMap::from(expected));
}

#[test]
fn nothing_is_answered_over_an_open_line_and_only_the_api_takes_what_writes() {
    let template = Template::read();
    for (path, behaviour) in behaviours(&template) {
        let viewer = text(&behaviour["ViewerProtocolPolicy"]);
        assert!(["https-only", "redirect-to-https"].contains(&viewer.as_str()), "{path}");
        let writes = each_of(&behaviour["AllowedMethods"]).any(|method| method == "POST");
        assert_eq!(writes, path.starts_with("/api/"), "{path}");
        if path != "/ws" {
            assert_eq!(behaviour["ResponseHeadersPolicyId"], json!({ "Ref": "WebHeaders" }));
            assert_eq!(behaviour["Compress"], true, "{path}");
        }
    }
    for origin in each_of(&distribution(&template)["Origins"]) {
        let custom = &origin["CustomOriginConfig"]["OriginProtocolPolicy"];
        assert!(origin["Id"] == "web" || custom == "https-only", "{origin}");
    }
    let certificate = &distribution(&template)["ViewerCertificate"]["Fn::If"];
    assert_eq!(certificate[0], "HasCertificate");
    assert_eq!(certificate[1]["MinimumProtocolVersion"], "TLSv1.3_2025");
    assert_eq!(certificate[2], json!({ "CloudFrontDefaultCertificate": true }));
}

#[test]
fn an_answer_of_the_api_is_cached_for_its_host_person_and_query_only_if_it_says_so() {
    let template = Template::read();
    let caching = &template.resources["WebApiCaching"]["Properties"]["CachePolicyConfig"];
    assert_eq!((&caching["MinTTL"], &caching["DefaultTTL"]), (&json!(0), &json!(0)));
    let key = &caching["ParametersInCacheKeyAndForwardedToOrigin"];
    assert_eq!(key["HeadersConfig"]["Headers"], json!(["Authorization", "X-Forwarded-Host"]));
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "all");
}

/// What a function at the edge makes of 200 as the status of the answer to each path.
fn statuses(function: &str, paths: &[&str], status: u16) -> Vec<Value> {
    let template = Template::read();
    let code = text(&template.resources[function]["Properties"]["FunctionCode"]);
    let all = format!(
        "JSON.parse(process.argv[1]).map((uri) => \
         handler({{ request: {{ uri }}, response: {{ statusCode: {status} }} }}).statusCode)"
    );
    let script = format!("{code}\nconsole.log(JSON.stringify({all}))");
    let run = Command::new("node").args(["--eval", &script, &json!(paths).to_string()]).output();
    let run = run.unwrap_or_else(|error| panic!("node: {error}"));
    serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)))
}

#[test]
fn a_page_that_the_console_does_not_have_is_a_404_whichever_path_the_edge_is_shown() {
    let template = Template::read();
    let associated = &distribution(&template)["DefaultCacheBehavior"]["FunctionAssociations"];
    let events: Vec<_> = each_of(associated).map(|each| text(&each["EventType"])).collect();
    assert_eq!(events, ["viewer-request", "viewer-response"]);
    // CloudFront shows the path as it was asked for, or as the function rewrote it.
    let nowhere =
        ["/nowhere", "/pods/pod_1/more", "/review/", "/assets", "/gpus/no-such-gpu/", "/404.html"];
    let there = ["/", "/pods/pod_1", "/app.html", "/gpus/h100-sxm/", "/robots.txt", "/gone.txt"];
    assert_eq!(statuses("WebPages", &nowhere, 200), vec![404; nowhere.len()]);
    assert_eq!(statuses("WebPages", &there, 200), vec![200; there.len()]);
    assert_eq!(statuses("WebPages", &nowhere, 304), vec![304; nowhere.len()]);
    let asked: Vec<_> = nowhere[..5].iter().map(|uri| json!({ "uri": uri })).collect();
    assert_eq!(requests("WebPages", &asked), vec![json!({ "uri": "/404.html" }); asked.len()]);
}

#[test]
fn the_local_origin_knows_the_same_pages() {
    let pages = local::origin::files::PAGES.map(|page| page.replace('*', "a.b"));
    let asked = pages.map(|page| json!({ "uri": format!("{page}/") }));
    assert_eq!(requests("WebPages", &asked), vec![json!({ "uri": "/app.html" }); asked.len()]);
}

#[test]
fn the_console_is_one_file_each_gpu_has_its_own_and_every_other_path_is_itself() {
    let paths = [
        ("/", "/"),
        ("/login", "/app.html"),
        ("/pods/pod_1", "/app.html"),
        ("/pods/a.b/", "/app.html"),
        ("/gpus", "/gpus/index.html"),
        ("/gpus/", "/gpus/index.html"),
        ("/gpus/h100-sxm", "/gpus/h100-sxm/index.html"),
        ("/gpus/h100-sxm//", "/gpus/h100-sxm/index.html"),
        ("/index.html", "/index.html"),
        ("/openapi.json", "/openapi.json"),
        ("/assets/app-1a2b.js", "/assets/app-1a2b.js"),
        ("/brands/aws.svg", "/brands/aws.svg"),
    ];
    let asked = paths.map(|(path, _)| json!({ "uri": path, "querystring": { "a": 1 } }));
    let expected = paths.map(|(_, file)| json!({ "uri": file, "querystring": { "a": 1 } }));
    assert_eq!(requests("WebPages", &asked), expected);
}

#[test]
fn the_api_learns_the_host_the_browser_used_and_not_the_one_it_claims() {
    let host = json!({ "value": "acme.example" });
    let cookie = json!({ "value": "a" });
    let claimed = json!({ "value": "other.example", "multiValue": [{ "value": "third.example" }] });
    let honest = json!({ "host": host, "cookie": cookie });
    let lying = json!({ "host": host, "cookie": cookie, "x-forwarded-host": claimed });
    let told = json!({ "host": host, "cookie": cookie, "x-forwarded-host": host });
    let request = |headers| json!({ "uri": "/api/v2/offers", "headers": headers });
    let asked = [honest, lying].map(request);
    let expected = request(told);
    assert_eq!(requests("WebHost", &asked), [expected.clone(), expected]);
}

#[test]
fn the_local_origin_sends_the_same_guarding_headers() {
    let template = Template::read();
    let policy = &template.resources["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
    let guards = &policy["SecurityHeadersConfig"];
    let mut sent = BTreeMap::from([
        ("content-security-policy", &guards["ContentSecurityPolicy"]["ContentSecurityPolicy"]),
        ("referrer-policy", &guards["ReferrerPolicy"]["ReferrerPolicy"]),
    ]);
    let nosniff = Value::from("nosniff");
    assert_eq!(guards["ContentTypeOptions"], json!({ "Override": true }));
    sent.insert("x-content-type-options", &nosniff);
    for custom in each_of(&policy["CustomHeadersConfig"]["Items"]) {
        sent.insert(custom["Header"].as_str().unwrap_or_default(), &custom["Value"]);
    }
    let local = local::origin::files::HEADERS.map(|(name, value)| (name, Value::from(value)));
    assert_eq!(sent, local.iter().map(|(name, value)| (*name, value)).collect());
    // The local origin has no TLS to be strict about.
    let strict_secs = guards["StrictTransportSecurity"]["AccessControlMaxAgeSec"].as_u64();
    assert!(strict_secs >= Some(31_536_000));
}

#[test]
fn only_the_distribution_reads_the_web_apps_files() {
    let template = Template::read();
    let bucket = &template.resources["WebBucketPolicy"]["Properties"];
    assert_eq!(bucket["Bucket"], json!({ "Ref": "WebBucket" }));
    for statement in each_of(&bucket["PolicyDocument"]["Statement"]) {
        assert_eq!(statement["Principal"], json!({ "Service": "cloudfront.amazonaws.com" }));
        let source = text(&statement["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]);
        assert!(source.ends_with(":distribution/${WebDistribution}"), "{source}");
    }
}
