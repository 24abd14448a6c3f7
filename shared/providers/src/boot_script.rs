//! What a machine does when it first boots, at clouds that take a script and no cloud-init.

use domain::market::quote::Configuration;

use crate::cloud_init::{ENVIRONMENT, command, environment};

/// The script, which root runs; it lets the keys in as `user`.
pub(crate) fn script(
    configuration: &Configuration,
    jupyter_token: Option<&str>,
    user: &str,
) -> String {
    let mut lines = vec!["#!/bin/sh".to_owned(), "umask 077".to_owned()];
    let keys: Vec<_> = configuration.ssh_public_keys.iter().map(|key| quoted(key)).collect();
    if !keys.is_empty() {
        let home = if user == "root" { "/root".to_owned() } else { format!("/home/{user}") };
        let keys = keys.join(" ");
        lines.push(format!("mkdir -p {home}/.ssh"));
        lines.push(format!("printf '%s\\n' {keys} >> {home}/.ssh/authorized_keys"));
        lines.push(format!("chown -R {user}: {home}/.ssh"));
    }
    let environment = quoted(&environment(jupyter_token));
    lines.push(format!("printf '%s' {environment} > {ENVIRONMENT}"));
    if let Some(words) = command(&configuration.template) {
        let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
        lines.push(words.join(" "));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::sample;

    #[test]
    fn a_template_runs_with_its_ports_and_its_token() -> Result<(), serde_json::Error> {
        let told = script(&sample::configuration()?, Some("its-token"), "root");
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines.first(), Some(&"#!/bin/sh"));
        assert!(
            told.contains("'ssh-ed25519 AAAA' 'ssh-ed25519 BBBB' >> /root/.ssh/auth"),
            "{told}"
        );
        assert!(told.contains("'JUPYTER_TOKEN=its-token\n' > /etc/gpubroker.env"), "{told}");
        let run = lines.last().copied().unwrap_or_default();
        assert!(run.starts_with("'docker' 'run' '--detach'"), "{run}");
        assert!(run.contains("'--publish' '8888:8888'"), "{run}");
        assert!(run.ends_with("'sh' '-c' 'start --token=$JUPYTER_TOKEN'"), "{run}");
        Ok(())
    }

    #[test]
    fn a_plain_machine_runs_no_container() -> Result<(), serde_json::Error> {
        let mut configuration = sample::configuration()?;
        configuration.template.ports.clear();
        configuration.template.start_command.clear();
        configuration.ssh_public_keys.clear();
        let told = script(&configuration, None, "root");
        assert!(!told.contains("docker") && !told.contains("authorized_keys"), "{told}");
        Ok(())
    }

    #[test]
    fn keys_are_let_in_as_the_user_of_the_image() -> Result<(), serde_json::Error> {
        let told = script(&sample::configuration()?, None, "ubuntu");
        assert!(
            told.contains("' >> /home/ubuntu/.ssh/authorized_keys\nchown -R ubuntu: "),
            "{told}"
        );
        Ok(())
    }

    #[test]
    fn a_shell_reads_a_word_as_it_was() -> std::io::Result<()> {
        for word in ["it's $HOME", "a\nb", "`id` \\ \"x\"", "''"] {
            let line = format!("printf '%s' {}", quoted(word));
            let printed = Command::new("sh").args(["-c", &line]).output()?.stdout;
            assert_eq!(String::from_utf8_lossy(&printed), word);
        }
        Ok(())
    }
}
