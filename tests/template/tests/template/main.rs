//! What `template.yaml` deploys, read after the official SAM transform.
//!
//! `infra/local/deploy.py --print` writes that; `TRANSFORMED_TEMPLATE` names the file, which is
//! `.local/template.json` where it is not set.

mod ecs;
mod edge;
mod order;
mod realtime;
mod resources;
mod routes;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::source::{
    Template, attribute_of, each_of, function_folders, object, pascal_case, read, root, tasks, text,
};

/// AWS asks for six, so that a batch still in work is not handed out again.
const VISIBILITY_PER_TIMEOUT: u64 = 6;
/// An unwind outlives a provider's or a table's outage of some minutes.
const UNWIND_ATTEMPTS_MIN: u64 = 12;

/// Where open WebSockets are managed.
macro_rules! connections {
    () => {
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:\
         ${RealtimeApi}/${RealtimeStage}"
    };
}

/// The executions of `deploy-pod`.
macro_rules! executions {
    () => {
        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:\
         execution:${AWS::StackName}-deploy-pod:*"
    };
}

/// What there is in our own cluster, named by what stands behind its name.
macro_rules! ecs {
    ($kind:literal, $name:literal) => {
        concat!(
            "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:",
            $kind,
            "/${EcsCluster}",
            $name
        )
    };
}

/// Resources with a wildcard: role or policy, resource, and why it is no narrower.
const WILDCARDS: [(&str, &str, &str); 21] = [
    ("ApiConfigureRole", "${MarketBucket.Arn}/offers/*", "one object a platform region"),
    ("ApiNotificationsRole", "${MarketBucket.Arn}/offers/*", "one object a platform region"),
    ("ApiOffersRole", "${MarketBucket.Arn}/offers/*", "one object a platform region"),
    ("DeployPodRole", "*", "log delivery knows no narrower resource"),
    ("EcsHostRole", "*", "a host is told by it where its cluster is"),
    ("EcsHostRole", ecs!("container-instance", "/*"), "one a host"),
    ("EcsLaunchPolicy", ecs!("task", "/*"), "one task a pod"),
    ("EcsLaunchPolicy", ecs!("task-definition", "-*:*"), "one a template, with revisions"),
    ("EcsMachinesPolicy", "*", "lists have no resource; a condition names the cluster of tasks"),
    ("EcsMachinesPolicy", ecs!("capacity-provider", "-*"), "one a type of instance"),
    ("EcsMachinesPolicy", ecs!("container-instance", "/*"), "one a host"),
    ("EcsMachinesPolicy", ecs!("task", "/*"), "one task a pod"),
    ("EcsOffersPolicy", ecs!("capacity-provider", "-*"), "one a type of instance"),
    ("EveryOfferRefreshRole", "${MarketBucket.Arn}/offers/live/*", "one object a snapshot"),
    ("EveryOfferRefreshRole", "${MarketBucket.Arn}/offers/sandbox/*", "one object a snapshot"),
    ("OnOffersDueRole", "${MarketBucket.Arn}/offers/live/clouds/*", "one object a cloud"),
    ("OnSweepDueRole", executions!(), "one execution a deploy"),
    ("OnChangeRole", concat!(connections!(), "/DELETE/@connections/*"), "one path a connection"),
    ("OnChangeRole", concat!(connections!(), "/POST/@connections/*"), "one path a connection"),
    ("StepLaunchPodRole", "${MarketBucket.Arn}/offers/*", "one object a platform region"),
    ("WebBucketPolicy", "${WebBucket.Arn}/*", "one object a file"),
];

/// AWS's own policies, all with wildcards: name, and why it is used.
const MANAGED_POLICIES: [(&str, &str); 4] = [
    ("AWSLambdaBasicExecutionRole", "writes the function's log"),
    ("AWSLambdaDynamoDBExecutionRole", "reads the streams of the function's tables"),
    ("AWSLambdaSQSQueueExecutionRole", "polls the function's queue"),
    ("AWSXrayWriteOnlyAccess", "writes traces, which have no resource"),
];

/// The names under which our steps refuse: the codes of their errors in `PascalCase`
/// (`runtime::step::error_name`). Trying again changes none of them.
const VERDICTS: [&str; 10] = [
    "NoCapacity",
    "ProbeTimedOut",
    "PriceRaised",
    "InsufficientFunds",
    "IdempotencyMismatch",
    "PodOver",
    "PodState",
    "NoLiveProvider",
    "NotFound",
    "Internal",
];

/// The other names of errors that a state machine may match, besides `Lambda.*`.
const ERROR_NAMES: [&str; 5] =
    ["States.ALL", "States.TaskFailed", "States.Timeout", "Unavailable", "Busy"];

#[test]
fn every_folder_of_functions_is_one_function_of_its_name_and_no_other_exists() {
    let expected: BTreeMap<String, String> = function_folders()
        .map(|name| (pascal_case(&name), format!("${{AWS::StackName}}-{name}")))
        .collect();
    let deployed: BTreeMap<String, String> = Template::read()
        .of_type("AWS::Lambda::Function")
        .map(|(id, function)| (id.to_owned(), text(&function["FunctionName"]["Fn::Sub"])))
        .collect();
    assert_eq!(deployed, expected);
}

#[test]
fn every_function_package_bears_the_name_of_its_folder() {
    for name in function_folders() {
        let manifest = read(&root().join("functions").join(&name).join("Cargo.toml"));
        let line = format!("name = \"{name}\"");
        assert!(manifest.lines().any(|each| each == line), "functions/{name}/Cargo.toml");
    }
}

#[test]
fn every_function_has_a_role_of_its_own() {
    let template = Template::read();
    let functions: Vec<_> = template.of_type("AWS::Lambda::Function").collect();
    let roles: BTreeSet<String> =
        functions.iter().map(|(_, function)| attribute_of(&function["Role"], "Arn")).collect();
    assert_eq!(roles.len(), functions.len());
}

#[test]
fn every_function_writes_to_the_log_of_an_area_and_no_log_is_kept_for_ever() {
    let template = Template::read();
    for (id, function) in template.of_type("AWS::Lambda::Function") {
        let log = &template.resources[&text(&function["LoggingConfig"]["LogGroup"]["Ref"])];
        let area = text(&log["Properties"]["LogGroupName"]["Fn::Sub"]);
        assert!(area.starts_with("/aws/lambda/${AWS::StackName}/"), "{id}: {area}");
        assert_eq!(function["LoggingConfig"]["LogFormat"], "JSON", "{id}");
    }
    for (id, log) in template.of_type("AWS::Logs::LogGroup") {
        assert!(!log["RetentionInDays"].is_null(), "{id}");
    }
}

#[test]
fn no_action_is_a_wildcard() {
    for (role, statement) in Template::read().statements() {
        for action in each_of(&statement["Action"]) {
            assert!(!text(action).contains('*'), "{role}: {action}");
        }
    }
}

#[test]
fn every_wildcard_resource_has_a_reason_and_every_reason_a_wildcard() {
    let mut found = BTreeSet::new();
    for (role, statement) in Template::read().statements() {
        for resource in each_of(&statement["Resource"]) {
            let written = resource["Fn::Sub"].as_str().or(resource.as_str()).map(str::to_owned);
            let written = written.unwrap_or_else(|| resource.to_string());
            if written.contains('*') {
                found.insert((role.clone(), written));
            }
        }
    }
    let reasoned = WILDCARDS.map(|(role, resource, _)| (role.to_owned(), resource.to_owned()));
    assert_eq!(found, BTreeSet::from(reasoned));
}

#[test]
fn every_managed_policy_has_a_reason() {
    for (id, role) in Template::read().of_type("AWS::IAM::Role") {
        for policy in each_of(&role["ManagedPolicyArns"]) {
            let arn = policy["Fn::Sub"].as_str().or(policy.as_str()).unwrap_or_default();
            let name = arn.rsplit('/').next().unwrap_or_default();
            assert!(MANAGED_POLICIES.iter().any(|(known, _)| *known == name), "{id}: {policy}");
        }
    }
}

#[test]
fn every_queue_gives_up_into_a_dead_letter_queue_that_raises_an_alarm() {
    let template = Template::read();
    let mut dead_letters: BTreeSet<String> = template
        .of_type("AWS::SQS::Queue")
        .filter(|(_, queue)| !queue["RedrivePolicy"].is_null())
        .map(|(_, queue)| attribute_of(&queue["RedrivePolicy"]["deadLetterTargetArn"], "Arn"))
        .collect();
    dead_letters.extend(template.streams().map(|(_, stream)| {
        attribute_of(&stream["DestinationConfig"]["OnFailure"]["Destination"], "Arn")
    }));
    for (id, queue) in template.of_type("AWS::SQS::Queue") {
        let redriven = queue["RedrivePolicy"]["maxReceiveCount"].as_u64().is_some();
        assert_ne!(redriven, dead_letters.contains(id), "{id}");
        let name = text(&queue["QueueName"]["Fn::Sub"]);
        assert_ne!(redriven, name.ends_with("-dlq"), "{id}: {name}");
    }
    let alarmed: BTreeSet<String> = template
        .of_type("AWS::CloudWatch::Alarm")
        .filter(|(_, alarm)| alarm["MetricName"] == "ApproximateNumberOfMessagesVisible")
        .filter(|(_, alarm)| alarm["Threshold"] == 1)
        .map(|(_, alarm)| attribute_of(&alarm["Dimensions"][0]["Value"], "QueueName"))
        .collect();
    assert_eq!(alarmed, dead_letters);
}

#[test]
fn every_queue_function_reports_failures_message_by_message_and_has_time_to() {
    let template = Template::read();
    for (id, source) in template.of_type("AWS::Lambda::EventSourceMapping") {
        assert_eq!(
            source["FunctionResponseTypes"],
            serde_json::json!(["ReportBatchItemFailures"]),
            "{id}"
        );
        if source["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn" {
            continue;
        }
        let queue = &template.resources[&attribute_of(&source["EventSourceArn"], "Arn")];
        let function = &template.resources[&text(&source["FunctionName"]["Ref"])];
        let visibility = queue["Properties"]["VisibilityTimeout"].as_u64().unwrap_or(30);
        let timeout = function["Properties"]["Timeout"].as_u64().unwrap_or(3);
        assert!(visibility >= VISIBILITY_PER_TIMEOUT * timeout, "{id}: {visibility} s");
    }
}

#[test]
fn every_table_is_paid_by_use_encrypted_restorable_and_outlives_the_stack() {
    let template = Template::read();
    for (id, table) in template.of_type("AWS::DynamoDB::Table") {
        assert_eq!(table["BillingMode"], "PAY_PER_REQUEST", "{id}");
        assert_eq!(table["SSESpecification"]["SSEEnabled"], true, "{id}");
        let recovery = &table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
        assert_eq!(*recovery, true, "{id}");
        assert_eq!(template.resources[id]["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(template.resources[id]["UpdateReplacePolicy"], "Retain", "{id}");
    }
}

#[test]
fn every_bucket_is_private_encrypted_and_outlives_the_stack() {
    let template = Template::read();
    for (id, bucket) in template.of_type("AWS::S3::Bucket") {
        for (name, blocked) in object(&bucket["PublicAccessBlockConfiguration"]) {
            assert_eq!(*blocked, true, "{id}: {name}");
        }
        let encrypted = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"];
        assert!(encrypted.is_array(), "{id}");
        assert_eq!(template.resources[id]["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(template.resources[id]["UpdateReplacePolicy"], "Retain", "{id}");
    }
}

#[test]
fn a_state_machine_matches_only_error_names_that_are_known() {
    for (file, _, state) in tasks() {
        for rule in each_of(&state["Retry"]).chain(each_of(&state["Catch"])) {
            for name in each_of(&rule["ErrorEquals"]).map(text) {
                let ours =
                    VERDICTS.contains(&name.as_str()) || ERROR_NAMES.contains(&name.as_str());
                let known = ours || name.starts_with("Lambda.");
                assert!(known, "{file}: {name}");
            }
        }
    }
}

#[test]
fn every_step_is_retried_and_what_still_fails_is_unwound() {
    let (mut steps, mut unwinds) = (0, 0);
    for (file, name, state) in tasks() {
        let last = &state["Retry"].as_array().and_then(|all| all.last()).unwrap_or(&Value::Null);
        assert_eq!(last["ErrorEquals"], serde_json::json!(["States.ALL"]), "{file}: {name}");
        let attempts = last["MaxAttempts"].as_u64().unwrap_or(3);
        if name.starts_with("Unwind") {
            assert!(attempts >= UNWIND_ATTEMPTS_MIN, "{file}: {name}");
            unwinds += 1;
        } else {
            assert!(attempts > 0, "{file}: {name}");
            let catch = &state["Catch"][0];
            assert_eq!(catch["ErrorEquals"], serde_json::json!(["States.ALL"]), "{file}: {name}");
            assert_eq!(catch["ResultPath"], "$.error", "{file}: {name}");
            assert!(text(&catch["Next"]).starts_with("Unwind"), "{file}: {name}");
            steps += 1;
        }
    }
    assert!(steps > 0 && unwinds > 0);
}

#[test]
fn a_refusal_is_not_tried_again() {
    for (file, name, state) in tasks().into_iter().filter(|(_, name, _)| name != "UnwindPod") {
        let first = &state["Retry"][0];
        assert_eq!(first["ErrorEquals"], serde_json::json!(VERDICTS), "{file}: {name}");
        assert_eq!(first["MaxAttempts"], 0, "{file}: {name}");
    }
}

#[test]
fn every_state_machine_knows_its_functions_logs_errors_and_raises_an_alarm() {
    let template = Template::read();
    for (id, machine) in template.of_type("AWS::StepFunctions::StateMachine") {
        assert_eq!(machine["LoggingConfiguration"]["Level"], "ERROR", "{id}");
        let given: BTreeSet<String> = object(&machine["DefinitionSubstitutions"])
            .map(|(name, _)| format!("${{{name}}}"))
            .collect();
        let used: BTreeSet<String> = tasks()
            .into_iter()
            .map(|(_, _, state)| text(&state["Parameters"]["FunctionName"]))
            .collect();
        assert_eq!(given, used, "{id}");
        for metric in ["ExecutionsFailed", "ExecutionsTimedOut"] {
            let alarmed = template.of_type("AWS::CloudWatch::Alarm").any(|(_, alarm)| {
                alarm["MetricName"] == metric && alarm["Dimensions"][0]["Value"]["Ref"] == *id
            });
            assert!(alarmed, "{id}: {metric}");
        }
    }
}
