//! What a machine does when it first boots: it lets all keys of its user in and runs the template.
//!
//! A `#cloud-config` is YAML, and JSON is YAML, so nothing has to be quoted by hand:
//! <https://cloudinit.readthedocs.io/en/latest/reference/modules.html>.

use domain::market::quote::Configuration;
use domain::market::template::Template;
use serde_json::{Value, json};

/// Where the container's environment lies, readable by root alone: it may hold a token.
pub(crate) const ENVIRONMENT: &str = "/etc/gpubroker.env";

/// A key that opens nothing, for clouds that want one where the user has none: nobody knows its other
/// half, since it is the SHA-256 of `nobody`.
pub(crate) const NOBODY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGOCs8yIFBK3e/yu7QJgAcANnjAl5mwg9ufpLweYUUYq nobody";

/// As whom the user logs in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Login {
    /// The user that the image makes for it.
    Default,
    /// Root, whom images let nobody be unless they are told to.
    Root,
}

/// What the file with the container's environment holds.
pub(crate) fn environment(jupyter_token: Option<&str>) -> String {
    jupyter_token.map(|token| format!("JUPYTER_TOKEN={token}\n")).unwrap_or_default()
}

/// The text for `user_data`.
pub(crate) fn user_data(
    configuration: &Configuration,
    jupyter_token: Option<&str>,
    login: Login,
) -> String {
    let template = &configuration.template;
    let keys = &configuration.ssh_public_keys;
    let mut config = json!({
        "write_files": [{
            "path": ENVIRONMENT,
            "permissions": "0600",
            "content": environment(jupyter_token),
        }],
        "runcmd": command(template).into_iter().collect::<Vec<_>>(),
    });
    let logins = match login {
        Login::Default => json!({ "ssh_authorized_keys": keys }),
        Login::Root => json!({
            "disable_root": false,
            "users": [{ "name": "root", "ssh_authorized_keys": keys }],
        }),
    };
    if let (Value::Object(config), Value::Object(logins)) = (&mut config, logins) {
        config.extend(logins);
    }
    format!("#cloud-config\n{config}\n")
}

/// Runs the container; `None` for a template that opens no port and starts nothing: its user wants
/// the machine itself, and its image only matters to clouds that run nothing but containers.
pub(crate) fn command(template: &Template) -> Option<Vec<String>> {
    if template.ports.is_empty() && template.start_command.is_empty() {
        return None;
    }
    let mut words: Vec<String> = ["docker", "run", "--detach", "--name", "pod", "--gpus", "all"]
        .into_iter()
        .chain(["--restart", "unless-stopped", "--env-file", ENVIRONMENT])
        .map(str::to_owned)
        .collect();
    for port in &template.ports {
        words.extend(["--publish".to_owned(), format!("{port}:{port}")]);
    }
    words.push(template.image.clone());
    if !template.start_command.is_empty() {
        // The container's own shell fills in the token.
        words.extend(["sh".to_owned(), "-c".to_owned(), template.start_command.clone()]);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn told(configuration: &Configuration, token: Option<&str>) -> Value {
        let text = user_data(configuration, token, Login::Default);
        let json = text.strip_prefix("#cloud-config\n").unwrap_or_default();
        serde_json::from_str(json).unwrap_or_default()
    }

    #[test]
    fn a_template_runs_with_its_ports_and_its_token() -> Result<(), serde_json::Error> {
        let configuration = sample::configuration()?;
        let config = told(&configuration, Some("tok\"en: {}"));
        assert_eq!(config["ssh_authorized_keys"], json!(["ssh-ed25519 AAAA", "ssh-ed25519 BBBB"]));
        let file = &config["write_files"][0];
        assert_eq!(file["permissions"], "0600");
        assert_eq!(file["content"], "JUPYTER_TOKEN=tok\"en: {}\n");
        let words: Vec<String> = serde_json::from_value(config["runcmd"][0].clone())?;
        let line = words.join(" ");
        assert!(line.starts_with("docker run --detach"), "{line}");
        assert!(line.contains("--env-file /etc/gpubroker.env --publish 8888:8888"), "{line}");
        assert!(line.ends_with("quay.io/jupyter sh -c start --token=$JUPYTER_TOKEN"), "{line}");
        assert!(!line.contains("tok\"en"), "{line}");
        Ok(())
    }

    #[test]
    fn root_is_let_in_where_the_image_would_not() -> Result<(), serde_json::Error> {
        let text = user_data(&sample::configuration()?, None, Login::Root);
        let config: Value = serde_json::from_str(text.trim_start_matches("#cloud-config\n"))?;
        let keys = json!(["ssh-ed25519 AAAA", "ssh-ed25519 BBBB"]);
        assert_eq!(config["users"], json!([{"name": "root", "ssh_authorized_keys": keys}]));
        assert_eq!(config["disable_root"], false);
        assert_eq!(config.get("ssh_authorized_keys"), None::<&Value>);
        Ok(())
    }

    #[test]
    fn a_plain_machine_runs_no_container() -> Result<(), serde_json::Error> {
        let mut configuration = sample::configuration()?;
        configuration.template.ports.clear();
        configuration.template.start_command.clear();
        assert_eq!(told(&configuration, None)["runcmd"], json!([]));
        Ok(())
    }
}
