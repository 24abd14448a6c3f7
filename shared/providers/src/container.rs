//! What a container does when it starts, at clouds whose machines are containers: it lets its user's
//! keys in and runs the template.
//!
//! A container has no cloud-init, and its arguments are one string at some clouds. So the script lies
//! in the environment, where nothing has to be quoted, and the arguments only evaluate it. An image
//! that serves by itself gets no arguments at all, since they would go to its own program.

use std::collections::BTreeMap;

use domain::market::quote::Configuration;

/// What a shell does to run the script.
pub(crate) const EVALUATE: &str = r#"eval "$POD_BOOT""#;
/// Where the disk is that its user works on.
pub(crate) const KEPT_AT: &str = "/workspace";

/// Brings the SSH server up if the container's user may, and never keeps the template from running.
const SCRIPT: &str = r#"if [ "$(id -u)" = 0 ]; then
  if ! command -v sshd > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends openssh-server
  fi
  mkdir -p /run/sshd ~/.ssh /workspace
  chmod 700 ~/.ssh
  printf '%s\n' "$PUBLIC_KEY" > ~/.ssh/authorized_keys
  chmod 600 ~/.ssh/authorized_keys
  ssh-keygen -A
  "$(command -v sshd)"
fi
cd /workspace
"#;

/// What keeps a container up that starts nothing else.
const IDLE: &str = "exec sleep infinity";
/// The template's command, in the container's own shell, which fills in the token.
const COMMAND: &str = r#"exec sh -c "$POD_COMMAND""#;

/// A container to be started.
#[derive(Debug)]
pub(crate) struct Container {
    /// Whether its arguments are a shell that is to [`EVALUATE`]; else it has none.
    pub(crate) runs_script: bool,
    pub(crate) env: BTreeMap<&'static str, String>,
}

impl Container {
    /// Runs the template. `our_key` names the variable in which the cloud leaves a key of our own
    /// account in each container, if it does; it goes first.
    pub(crate) fn of(
        configuration: &Configuration,
        jupyter_token: Option<&str>,
        our_key: Option<&str>,
    ) -> Self {
        let template = &configuration.template;
        let mut env = BTreeMap::from([("PUBLIC_KEY", configuration.ssh_public_keys.join("\n"))]);
        if let Some(token) = jupyter_token {
            env.insert("JUPYTER_TOKEN", token.to_owned());
        }
        let last = match (template.start_command.as_str(), template.ports.is_empty()) {
            ("", false) => return Self { runs_script: false, env },
            ("", true) => IDLE,
            (command, _) => {
                env.insert("POD_COMMAND", command.to_owned());
                COMMAND
            }
        };
        let first = our_key.map(|our_key| format!("unset {our_key}\n")).unwrap_or_default();
        env.insert("POD_BOOT", format!("{first}{SCRIPT}{last}\n"));
        Self { runs_script: true, env }
    }
}

#[cfg(test)]
mod tests;
