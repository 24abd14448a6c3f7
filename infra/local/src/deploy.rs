//! The deployment: `deploy.py`, and the outputs of the stack it deploys.

use std::collections::BTreeMap;
use std::fs;

use runtime::config::Config;
use serde::Deserialize;
use tokio::process::Command;

use crate::layout::Layout;
use crate::process::run_to_end;
use crate::{BoxError, python};

/// The stack's name, which begins the name of each function and machine.
pub(crate) const STACK: &str = "gpubroker";

/// The outputs of the deployed stack, by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Outputs(BTreeMap<String, String>);

impl Outputs {
    /// What the deployed functions work with, as far as the outputs tell it.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::of_outputs(&self.0)
    }

    /// The output of this name.
    ///
    /// # Errors
    ///
    /// The template has no such output.
    pub fn get(&self, name: &str) -> Result<&str, BoxError> {
        match self.0.get(name) {
            Some(value) => Ok(value),
            None => Err(format!("template.yaml has no output {name}").into()),
        }
    }
}

/// Deploys `template.yaml` and the functions that were built along with this program.
pub(crate) async fn deploy(layout: &Layout, endpoint: &str) -> Result<Outputs, BoxError> {
    let program = std::env::current_exe()?;
    let binaries = program.parent().ok_or("this program lies in no folder")?;
    let mut command = Command::new(python::interpreter(layout));
    command
        .current_dir(layout.checkout())
        .env("PYTHONUNBUFFERED", "1")
        .arg(layout.scripts().join("deploy.py"))
        .args(["--endpoint", endpoint, "--template", "template.yaml", "--stack", STACK])
        .arg("--binaries")
        .arg(binaries)
        .arg("--state")
        .arg(layout.state())
        .args(["--parameter", &format!("Architecture={}", architecture()?)]);
    run_to_end(&mut command, &layout.log("deploy"), true)
        .await
        .map_err(|error| format!("the deployment failed: {error}"))?;
    let path = layout.outputs();
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// This machine's architecture, as Lambda names it.
fn architecture() -> Result<&'static str, BoxError> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("x86_64"),
        "aarch64" => Ok("arm64"),
        other => {
            Err(format!("Lambda has no {other} machines, so nothing is built for them").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_output_is_named() -> Result<(), BoxError> {
        let outputs: Outputs = serde_json::from_str(r#"{"HttpApiId":"abc"}"#)?;
        assert_eq!(outputs.get("HttpApiId")?, "abc");
        let refusal = outputs.get("UserPoolId").map_err(|error| error.to_string());
        assert_eq!(refusal, Err("template.yaml has no output UserPoolId".to_owned()));
        Ok(())
    }
}
