//! The files of the repository that the tests read, and the template as data.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The transformed template's resources by logical id, and what is made under which conditions.
pub(crate) struct Template {
    pub(crate) resources: BTreeMap<String, Value>,
    pub(crate) parameters: Value,
    pub(crate) conditions: Value,
}

impl Template {
    #[expect(clippy::disallowed_methods, reason = "make says where it wrote the template")]
    pub(crate) fn read() -> Self {
        let path = std::env::var_os("TRANSFORMED_TEMPLATE")
            .map_or_else(|| root().join(".local/template.json"), PathBuf::from);
        let template = json(&path);
        let resources = object(&template["Resources"]);
        Self {
            resources: resources.map(|(id, each)| (id.clone(), each.clone())).collect(),
            parameters: template["Parameters"].clone(),
            conditions: template["Conditions"].clone(),
        }
    }

    /// Logical id and properties of each resource of a type.
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    /// Logical id and properties of each mapping that reads a table's stream.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.of_type("AWS::Lambda::EventSourceMapping")
            .filter(|(_, source)| source["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn")
    }

    /// The routes of the HTTP API.
    pub(crate) fn routes(&self) -> Vec<Route> {
        let body = &self.resources["HttpApi"]["Properties"]["Body"];
        let mut routes = Vec::new();
        for (path, methods) in object(&body["paths"]) {
            for (method, operation) in object(methods) {
                let shared = text(&operation["x-amazon-apigateway-integration"]["$ref"]);
                let Some(integration) = body.pointer(shared.trim_start_matches('#')) else {
                    panic!("{method} {path}: there is no {shared}")
                };
                let uri = text(&integration["uri"]["Fn::Sub"]);
                let function = uri.split("functions/${").nth(1).unwrap_or_default();
                routes.push(Route {
                    method: method.clone(),
                    path: path.clone(),
                    function: function.split(".Arn}").next().unwrap_or_default().to_owned(),
                    public: operation["security"] != serde_json::json!([{ "Session": [] }]),
                });
            }
        }
        assert!(!routes.is_empty());
        routes
    }

    /// Each statement of each role's own policies, of those that several roles share, and of each
    /// bucket's, with the logical id.
    pub(crate) fn statements(&self) -> Vec<(String, Value)> {
        let mut statements = Vec::new();
        for (id, role) in self.of_type("AWS::IAM::Role") {
            for policy in each_of(&role["Policies"]) {
                for statement in each_of(&policy["PolicyDocument"]["Statement"]) {
                    statements.push((id.to_owned(), statement.clone()));
                }
            }
        }
        let policies = ["AWS::S3::BucketPolicy", "AWS::IAM::Policy"];
        for (id, policy) in policies.into_iter().flat_map(|kind| self.of_type(kind)) {
            let all = each_of(&policy["PolicyDocument"]["Statement"]);
            statements.extend(all.map(|statement| (id.to_owned(), statement.clone())));
        }
        assert!(!statements.is_empty());
        statements
    }
}

/// A route of the HTTP API.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// In lower case, or what stands for any.
    pub(crate) method: String,
    pub(crate) path: String,
    /// The logical id of the function that answers.
    pub(crate) function: String,
    /// Whether it needs no session.
    pub(crate) public: bool,
}

/// File, name and definition of every task state of every state machine.
pub(crate) fn tasks() -> Vec<(String, String, Value)> {
    let mut tasks = Vec::new();
    for path in entries(&root().join("infra/statemachines")) {
        let file = path.display().to_string();
        for (name, state) in object(&json(&path)["States"]) {
            if state["Type"] == "Task" {
                tasks.push((file.clone(), name.clone(), state.clone()));
            }
        }
    }
    assert!(!tasks.is_empty());
    tasks
}

/// The names of the functions' folders.
pub(crate) fn function_folders() -> impl Iterator<Item = String> {
    entries(&root().join("functions"))
        .into_iter()
        .filter(|path| path.join("Cargo.toml").exists())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
}

pub(crate) fn pascal_case(name: &str) -> String {
    let capitalised = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capitalised).collect()
}

/// The logical id in a `Fn::GetAtt` of this attribute.
pub(crate) fn attribute_of(value: &Value, attribute: &str) -> String {
    assert_eq!(value["Fn::GetAtt"][1], attribute, "{value}");
    text(&value["Fn::GetAtt"][0])
}

/// The items of a list, or the one value that stands for it; nothing for null.
pub(crate) fn each_of(value: &Value) -> impl Iterator<Item = &Value> {
    let one = if value.is_array() || value.is_null() { None } else { Some(value) };
    value.as_array().into_iter().flatten().chain(one)
}

pub(crate) fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let Value::Object(fields) = value else { panic!("not an object: {value}") };
    fields.iter()
}

pub(crate) fn text(value: &Value) -> String {
    let Value::String(text) = value else { panic!("not a string: {value}") };
    text.clone()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { panic!("{} is missing", folder.display()) };
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn json(path: &Path) -> Value {
    let parsed = serde_json::from_str(&read(path));
    parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
