//! The functions that `template.yaml` deploys, and what each finds in its environment.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::{Outcome, checkout};

/// The template after the SAM transform, as `make bench` writes it.
const TEMPLATE: &str = ".local/template.json";
const NAME_PREFIX: &str = "${AWS::StackName}-";

/// A function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// Its name: that of its folder and of its binary.
    pub(crate) name: String,
    /// Its binary, built along with this program.
    pub(crate) binary: PathBuf,
    /// Its environment variables: the name of each, and the logical id the template fills it from.
    pub(crate) variables: Vec<(String, Option<String>)>,
}

impl Function {
    /// Every function, by name.
    pub(crate) fn all() -> Outcome<Vec<Self>> {
        let program = std::env::current_exe()?;
        let folder = program.parent().ok_or("this program lies in no folder")?;
        let template: Value = serde_json::from_slice(&fs::read(checkout().join(TEMPLATE))?)?;
        let resources = template["Resources"].as_object().ok_or("a template without resources")?;
        let functions = resources.values().filter(|each| each["Type"] == "AWS::Lambda::Function");
        let mut all: Vec<Self> = functions
            .map(|function| {
                let properties = &function["Properties"];
                let name = properties["FunctionName"]["Fn::Sub"].as_str().unwrap_or_default();
                let name = name.trim_start_matches(NAME_PREFIX).to_owned();
                let variables = properties["Environment"]["Variables"].as_object();
                Self {
                    binary: folder.join(&name),
                    variables: variables.into_iter().flatten().map(variable).collect(),
                    name,
                }
            })
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }

    /// The function called `name`.
    pub(crate) fn named(name: &str) -> Outcome<Self> {
        let found = Self::all()?.into_iter().find(|function| function.name == name);
        found.ok_or_else(|| format!("the template has no function {name}").into())
    }

    /// An environment in which it starts; what an address should be looks like one.
    pub(crate) fn plausible(&self) -> Vec<(String, String)> {
        let value = |name: &str| match name {
            "RUST_LOG" => "info".to_owned(),
            "MAIL_FROM" => "no-reply@gpubroker.invalid".to_owned(),
            _ if name.ends_with("_URL") => "https://gpubroker.invalid/it".to_owned(),
            _ if name.ends_with("_ARN") => "arn:aws:states:us-east-1:000000000000:it".to_owned(),
            _ => "gpubroker-it".to_owned(),
        };
        self.variables.iter().map(|(name, _)| (name.clone(), value(name))).collect()
    }
}

fn variable((name, value): (&String, &Value)) -> (String, Option<String>) {
    let from = value["Ref"].as_str().or(value["Fn::GetAtt"][0].as_str());
    (name.clone(), from.map(str::to_owned))
}
