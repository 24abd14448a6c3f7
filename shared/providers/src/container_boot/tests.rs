//! What the container is told, and what the script does with it.

use std::process::Command;

use super::*;
use crate::sample;

fn configuration(ports: &[u16], command: &str) -> Result<Configuration, serde_json::Error> {
    let mut configuration = sample::configuration()?;
    configuration.template.ports = ports.to_vec();
    command.clone_into(&mut configuration.template.start_command);
    Ok(configuration)
}

#[test]
fn a_template_runs_with_its_token_and_the_keys_of_its_user() -> Result<(), serde_json::Error> {
    let configuration = configuration(&[8_888], "start --token=$JUPYTER_TOKEN")?;
    let (args, env) = container(&configuration, Some("tok\"en"));
    assert_eq!(args, Some(ARGS));
    assert_eq!(env["PUBLIC_KEY"], "ssh-ed25519 AAAA\nssh-ed25519 BBBB");
    assert_eq!(env["JUPYTER_TOKEN"], "tok\"en");
    assert_eq!(env["POD_COMMAND"], "start --token=$JUPYTER_TOKEN");
    assert!(env["POD_BOOT"].ends_with("exec sh -c \"$POD_COMMAND\"\n"), "{}", env["POD_BOOT"]);
    Ok(())
}

#[test]
fn a_plain_machine_idles_and_an_image_that_serves_is_left_alone() -> Result<(), serde_json::Error> {
    let (args, env) = container(&configuration(&[], "")?, None);
    assert_eq!((args, env.contains_key("JUPYTER_TOKEN")), (Some(ARGS), false));
    assert!(env["POD_BOOT"].ends_with("exec sleep infinity\n"), "{}", env["POD_BOOT"]);
    let (args, env) = container(&configuration(&[8_000], "")?, None);
    assert_eq!((args, env.len()), (None, 1), "{env:?}");
    Ok(())
}

#[test]
fn the_arguments_run_the_command_without_the_key_of_our_account() -> std::io::Result<()> {
    let configuration = configuration(&[8_888], "echo \"[$JUPYTER_TOKEN|$RUNPOD_API_KEY]\"")
        .map_err(std::io::Error::other)?;
    let (args, env) = container(&configuration, Some("it's $HOME"));
    // Everything but the SSH server, which would change the machine this runs on.
    let (_, command) = env["POD_BOOT"].split_once("fi\ncd").ok_or(std::io::ErrorKind::NotFound)?;
    let script = format!("unset RUNPOD_API_KEY\ncd{command}");
    assert!(env["POD_BOOT"].starts_with("unset RUNPOD_API_KEY\n"));
    let shell = Command::new("sh")
        .args(["-c", args.unwrap_or_default()])
        .envs(&env)
        .env("POD_BOOT", script)
        .env("RUNPOD_API_KEY", "ours")
        .output()?;
    assert_eq!(String::from_utf8_lossy(&shell.stdout), "[it's $HOME|]\n");
    let syntax = Command::new("sh").args(["-n", "-c", &env["POD_BOOT"]]).status()?;
    assert!(syntax.success());
    Ok(())
}
