//! What a machine does when it first boots, at clouds that take a script and no cloud-init.

use data_encoding::BASE64;
use domain::market::quote::Configuration;

use crate::cloud_init::{ENVIRONMENT, command, environment};

/// The script, which root runs; it lets the keys in as `user`.
pub(crate) fn script(
    configuration: &Configuration,
    jupyter_token: Option<&str>,
    user: &str,
) -> String {
    let home = if user == "root" { "/root".to_owned() } else { format!("/home/{user}") };
    let letting_in = letting_in(configuration, user, &home);
    lines(letting_in.into_iter().chain(running(configuration, jupyter_token)))
}

/// The same where the image's own user is not known by name: it is the first ordinary one.
pub(crate) fn script_for_first_user(
    configuration: &Configuration,
    jupyter_token: Option<&str>,
) -> String {
    let who = ["user=$(id -un 1000)", "home=$(getent passwd 1000 | cut -d: -f6)"];
    let letting_in = letting_in(configuration, "\"$user\"", "\"$home\"");
    let who = who.map(str::to_owned).into_iter();
    lines(who.chain(letting_in).chain(running(configuration, jupyter_token)))
}

/// The same where the cloud itself lets the keys in.
pub(crate) fn template(configuration: &Configuration, jupyter_token: Option<&str>) -> String {
    lines(running(configuration, jupyter_token).into_iter())
}

fn lines(body: impl Iterator<Item = String>) -> String {
    let head = ["#!/bin/sh", "umask 077"].map(str::to_owned).into_iter();
    let mut lines: Vec<_> = head.chain(body).collect();
    lines.push(String::new());
    lines.join("\n")
}

fn letting_in(configuration: &Configuration, user: &str, home: &str) -> Vec<String> {
    let keys: Vec<_> = configuration.ssh_public_keys.iter().map(|key| quoted(key)).collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let keys = keys.join(" ");
    vec![
        format!("mkdir -p {home}/.ssh"),
        format!("printf '%s\\n' {keys} >> {home}/.ssh/authorized_keys"),
        format!("chown -R {user}: {home}/.ssh"),
    ]
}

fn running(configuration: &Configuration, jupyter_token: Option<&str>) -> Vec<String> {
    let environment = quoted(&environment(jupyter_token));
    let mut lines = vec![format!("printf '%s' {environment} > {ENVIRONMENT}")];
    if let Some(words) = command(&configuration.template) {
        let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
        lines.push(words.join(" "));
    }
    lines
}

/// The same on one line, at clouds that take a command, which an ordinary user of the image runs.
pub(crate) fn on_one_line(script: &str) -> String {
    format!("echo {} | base64 -d | sudo -n sh", BASE64.encode(script.as_bytes()))
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
    fn keys_are_let_in_as_the_first_user_or_not_at_all() -> Result<(), serde_json::Error> {
        let configuration = sample::configuration()?;
        let told = script_for_first_user(&configuration, Some("its-token"));
        assert!(
            told.contains(" >> \"$home\"/.ssh/authorized_keys\nchown -R \"$user\": "),
            "{told}"
        );
        assert!(told.contains("its-token") && told.contains("'docker' 'run'"), "{told}");
        let told = template(&configuration, Some("its-token"));
        assert!(!told.contains("authorized_keys"), "{told}");
        assert!(told.contains("its-token") && told.contains("'docker' 'run'"), "{told}");
        Ok(())
    }

    #[test]
    fn on_one_line_it_is_the_same_script() -> std::io::Result<()> {
        let line = on_one_line("#!/bin/sh\necho 'it is' \"$HOME\" || true\n");
        assert_eq!(line.lines().count(), 1);
        let (decoded, run) = line.rsplit_once(" | ").ok_or(std::io::ErrorKind::NotFound)?;
        assert_eq!(run, "sudo -n sh");
        let printed = Command::new("sh").args(["-c", decoded]).output()?.stdout;
        let printed = String::from_utf8_lossy(&printed);
        assert_eq!(printed, "#!/bin/sh\necho 'it is' \"$HOME\" || true\n");
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
