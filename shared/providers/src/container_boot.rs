//! What a pod's container does when it starts, at clouds whose machines are containers: it lets its
//! user's keys in and runs the template.
//!
//! A container has no cloud-init. Runpod takes its arguments as one string, and ECS the same command
//! from a task definition. So the script lies in the environment, where nothing has to be quoted, and
//! the command only evaluates it. An image that serves by itself gets no command at all, since it
//! would go to its own program.

use std::collections::BTreeMap;

use domain::market::quote::Configuration;

/// Runs the script.
const ARGS: &str = r#"sh -c 'eval "$POD_BOOT"'"#;

/// Brings the SSH server up if the container's user may, and never keeps the template from running.
/// The key that Runpod puts into every container is our account's, so it goes first.
const SCRIPT: &str = r#"unset RUNPOD_API_KEY
if [ "$(id -u)" = 0 ]; then
  if ! command -v sshd > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends openssh-server
  fi
  mkdir -p /run/sshd ~/.ssh
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

/// Arguments and environment of the container.
pub(crate) fn container(
    configuration: &Configuration,
    jupyter_token: Option<&str>,
) -> (Option<&'static str>, BTreeMap<&'static str, String>) {
    let template = &configuration.template;
    let mut env = BTreeMap::from([("PUBLIC_KEY", configuration.ssh_public_keys.join("\n"))]);
    if let Some(token) = jupyter_token {
        env.insert("JUPYTER_TOKEN", token.to_owned());
    }
    let last = match (template.start_command.as_str(), template.ports.is_empty()) {
        ("", false) => return (None, env),
        ("", true) => IDLE,
        (command, _) => {
            env.insert("POD_COMMAND", command.to_owned());
            COMMAND
        }
    };
    env.insert("POD_BOOT", format!("{SCRIPT}{last}\n"));
    (Some(ARGS), env)
}

#[cfg(test)]
mod tests;
