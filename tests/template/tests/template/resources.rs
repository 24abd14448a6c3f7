//! How many resources the stack has, and whose they are; infra/decisions/0014 says why it matters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::source::{Template, attribute_of, each_of, text};

/// A stack may have 500; what is left is for what nobody foresaw.
const RESOURCES_MAX: usize = 450;
/// What the product will grow to.
const FUNCTIONS_EXPECTED: usize = 70;
/// The most resources that a queue needs of its own, on average: itself, its event source, its dead
/// letters and their alarm. Its function adds itself and its role.
const PER_QUEUE: usize = 4;
const PER_QUEUE_FUNCTION: usize = 2;
/// The most resources that a function of the HTTP API has of its own, on average.
const PER_API_FUNCTION: usize = 4;

/// The resources that are a function's alone, itself among them, by function: what begins with its
/// logical id, and a log that no other function writes to.
fn belongings(template: &Template) -> BTreeMap<String, BTreeSet<String>> {
    let functions = template.of_type("AWS::Lambda::Function").map(|(id, _)| id.to_owned());
    let mut all: BTreeMap<_, _> = functions.map(|id| (id, BTreeSet::new())).collect();
    for id in template.resources.keys() {
        if let Some(own) = owner(template, id).and_then(|function| all.get_mut(&function)) {
            own.insert(id.clone());
        }
    }
    let mut writers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (id, function) in template.of_type("AWS::Lambda::Function") {
        writers.entry(text(&function["LoggingConfig"]["LogGroup"]["Ref"])).or_default().push(id);
    }
    for (log, writers) in writers {
        if let [only] = writers[..] {
            all.entry(only.to_owned()).or_default().insert(log);
        }
    }
    all
}

/// The function whose logical id `id` begins with, up to the end of a word.
pub(crate) fn owner(template: &Template, id: &str) -> Option<String> {
    let functions = template.of_type("AWS::Lambda::Function").map(|(function, _)| function);
    let begun = functions.filter(|function| {
        let rest = id.strip_prefix(function);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_lowercase()))
    });
    begun.max_by_key(|function| function.len()).map(str::to_owned)
}

/// The logical ids that a value names, at any depth, by `Ref`, `Fn::GetAtt` or `Fn::Sub`.
fn named(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match value {
        Value::Array(items) => items.iter().for_each(|item| found.extend(named(item))),
        Value::Object(fields) => {
            found.extend(fields.get("Ref").and_then(Value::as_str).map(str::to_owned));
            let attribute = fields.get("Fn::GetAtt").and_then(|attribute| attribute[0].as_str());
            found.extend(attribute.map(str::to_owned));
            if let Some(sub) = fields.get("Fn::Sub") {
                let pattern = sub.as_str().or(sub[0].as_str()).unwrap_or_default();
                let names = pattern.split("${").skip(1).filter_map(|part| part.split('}').next());
                found.extend(names.map(|name| name.split('.').next().unwrap_or(name).to_owned()));
            }
            fields.values().for_each(|field| found.extend(named(field)));
        }
        _ => {}
    }
    found
}

/// The average of what these functions have of their own, as a sum and a count.
fn owned_by(functions: &BTreeSet<String>) -> (usize, usize) {
    assert!(!functions.is_empty());
    let all = belongings(&Template::read());
    (functions.iter().map(|function| all[function].len()).sum(), functions.len())
}

#[test]
fn the_stack_stays_well_below_the_limit_of_resources() {
    let template = Template::read();
    let count = template.resources.len();
    assert!(count <= RESOURCES_MAX, "{count} resources");
    let all = belongings(&template);
    let owned: usize = all.values().map(BTreeSet::len).sum();
    let expected = (count - owned) + (owned * FUNCTIONS_EXPECTED).div_ceil(all.len());
    assert!(expected <= RESOURCES_MAX, "{FUNCTIONS_EXPECTED} functions: {expected} resources");
}

#[test]
fn a_function_of_a_queue_has_two_resources_of_its_own_and_four_a_queue_on_average() {
    let template = Template::read();
    let sources = template.of_type("AWS::Lambda::EventSourceMapping");
    let queues = sources.filter(|(_, source)| source["EventSourceArn"]["Fn::GetAtt"][1] == "Arn");
    let of_queues: Vec<_> =
        queues.map(|(_, source)| text(&source["FunctionName"]["Ref"])).collect();
    let queues = of_queues.len();
    let (owned, count) = owned_by(&of_queues.into_iter().collect());
    let expected = count * PER_QUEUE_FUNCTION + queues * PER_QUEUE;
    assert!(owned <= expected, "{owned} resources of {count} functions and {queues} queues");
}

#[test]
fn a_function_of_the_http_api_has_at_most_four_resources_of_its_own_on_average() {
    let template = Template::read();
    let functions = template.routes().into_iter().map(|route| route.function).collect();
    let (owned, count) = owned_by(&functions);
    assert!(owned <= count * PER_API_FUNCTION, "{owned} resources of {count} functions");
}

#[test]
fn what_serves_one_function_bears_its_name() {
    let template = Template::read();
    let served = |id: &str, function: String| {
        assert_eq!(owner(&template, id), Some(function), "{id}");
    };
    for (id, function) in template.of_type("AWS::Lambda::Function") {
        served(&attribute_of(&function["Role"], "Arn"), id.to_owned());
    }
    for (id, permission) in template.of_type("AWS::Lambda::Permission") {
        served(id, text(&permission["FunctionName"]["Ref"]));
    }
    for (id, source) in template.of_type("AWS::Lambda::EventSourceMapping") {
        let function = text(&source["FunctionName"]["Ref"]);
        served(id, function.clone());
        if source["EventSourceArn"]["Fn::GetAtt"][1] == "Arn" {
            served(&attribute_of(&source["EventSourceArn"], "Arn"), function);
        }
    }
    for (id, rule) in template.of_type("AWS::Events::Rule") {
        for target in each_of(&rule["Targets"]) {
            served(id, attribute_of(&target["Arn"], "Arn"));
        }
    }
    for (id, queue) in template.of_type("AWS::SQS::Queue") {
        let function = owner(&template, id).unwrap_or_else(|| panic!("{id} is nobody's"));
        for letters in named(&queue["RedrivePolicy"]) {
            served(&letters, function.clone());
        }
    }
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let watched = named(&alarm["Dimensions"]);
        let of_functions = watched.iter().filter_map(|watched| owner(&template, watched));
        of_functions.for_each(|function| served(id, function));
    }
}
