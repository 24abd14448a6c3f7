//! The functions that `template.yaml` deploys, and what each finds in its environment.

use std::fs;
use std::path::PathBuf;

use runtime::config::Config;
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
    /// Its environment variables with what the template says of their values.
    pub(crate) variables: Vec<(String, Value)>,
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
                    variables: variables
                        .into_iter()
                        .flatten()
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
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

    /// An environment in which it starts; what `deployed` does not know is made up, and what should
    /// be an address looks like one.
    pub(crate) fn environment(&self, deployed: Option<&Config>) -> Vec<(String, String)> {
        let filled = self.variables.iter().map(|(name, value)| {
            let known = deployed.and_then(|config| config.get(name));
            let text = value.as_str().or(known).map(str::to_owned);
            (name.clone(), text.unwrap_or_else(|| plausible(name)))
        });
        filled.collect()
    }
}

fn plausible(name: &str) -> String {
    let text = match name {
        "DEPLOYMENT" => "000000000000/us-east-1/gpubroker",
        "MAIL_FROM" => "no-reply@gpubroker.invalid",
        _ if name.ends_with("_URL") => "https://gpubroker.invalid/it",
        _ if name.ends_with("_ARN") => "arn:aws:states:us-east-1:000000000000:it",
        _ => "gpubroker-it",
    };
    text.to_owned()
}
