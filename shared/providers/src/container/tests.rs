//! What the container is told, and what the script does with it.

use std::process::Command;

use super::*;
use crate::sample;

fn container(
    ports: &[u16],
    command: &str,
    token: Option<&str>,
) -> Result<Container, serde_json::Error> {
    let mut configuration = sample::configuration()?;
    configuration.template.ports = ports.to_vec();
    command.clone_into(&mut configuration.template.start_command);
    Ok(Container::of(&configuration, token, Some("OUR_API_KEY")))
}

#[test]
fn a_template_runs_with_its_token_and_the_keys_of_its_user() -> Result<(), serde_json::Error> {
    let told = container(&[8_888], "start --token=$JUPYTER_TOKEN", Some("tok\"en"))?;
    assert!(told.runs_script);
    assert_eq!(told.env["PUBLIC_KEY"], "ssh-ed25519 AAAA\nssh-ed25519 BBBB");
    assert_eq!(told.env["JUPYTER_TOKEN"], "tok\"en");
    assert_eq!(told.env["POD_COMMAND"], "start --token=$JUPYTER_TOKEN");
    let boot = &told.env["POD_BOOT"];
    assert!(boot.ends_with("exec sh -c \"$POD_COMMAND\"\n"), "{boot}");
    Ok(())
}

#[test]
fn a_plain_machine_idles_and_an_image_that_serves_is_left_alone() -> Result<(), serde_json::Error> {
    let told = container(&[], "", None)?;
    assert_eq!((told.runs_script, told.env.contains_key("JUPYTER_TOKEN")), (true, false));
    assert!(told.env["POD_BOOT"].ends_with("exec sleep infinity\n"), "{told:?}");
    let told = container(&[8_000], "", None)?;
    assert_eq!((told.runs_script, told.env.len()), (false, 1), "{told:?}");
    Ok(())
}

#[test]
fn the_script_runs_the_command_without_the_key_of_our_account() -> std::io::Result<()> {
    let told = container(&[8_888], "echo \"[$JUPYTER_TOKEN|$OUR_API_KEY]\"", Some("it's $HOME"))
        .map_err(std::io::Error::other)?;
    // Everything but the SSH server, which would change the machine this runs on.
    let boot = &told.env["POD_BOOT"];
    let (_, command) = boot.split_once("fi\ncd").ok_or(std::io::ErrorKind::NotFound)?;
    let script = format!("unset OUR_API_KEY\ncd{command}");
    assert!(boot.starts_with("unset OUR_API_KEY\n"));
    let shell = Command::new("sh")
        .args(["-c", EVALUATE])
        .envs(&told.env)
        .env("POD_BOOT", script)
        .env("OUR_API_KEY", "ours")
        .output()?;
    assert_eq!(String::from_utf8_lossy(&shell.stdout), "[it's $HOME|]\n");
    let syntax = Command::new("sh").args(["-n", "-c", boot]).status()?;
    assert!(syntax.success());
    Ok(())
}
