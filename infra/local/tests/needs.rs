//! `needs.sh` on machines that have, lack, or have old tools: folders that stand in for `PATH`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use local::BoxError;

/// What answers each tool's question on a machine that is ready.
const READY: [(&str, &str); 5] = [
    ("cargo", "echo 'cargo 1.95.0 (f2d3ce0bd 2026-03-21)'"),
    ("cc", "echo 'cc (Debian 12.2.0-14) 12.2.0'"),
    ("node", "echo v22.4.1"),
    ("npm", "echo 10.8.1"),
    ("python3", "echo Python 3.10.12"),
];
/// What the script itself is made of.
const ITS_OWN: [&str; 4] = ["bash", "grep", "head", "sort"];

fn machine(folder: &Path, tools: &[(&str, &str)]) -> Result<(), BoxError> {
    let path: String = runtime::config::required("PATH")?;
    for name in ITS_OWN {
        let mut found = path.split(':').map(|folder| Path::new(folder).join(name));
        let found = found.find(|file| file.is_file()).ok_or("this machine lacks a tool")?;
        symlink(found, folder.join(name))?;
    }
    for (name, answer) in tools {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{answer}\n"))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn checked(folder: &Path, names: &[&str]) -> Result<Output, BoxError> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("needs.sh");
    Ok(Command::new(script).args(names).env("PATH", folder).output()?)
}

/// What is said of a machine with `tools` instead of the ready ones of these names.
fn told(tools: &[(&str, &str)], without: &str) -> Result<String, BoxError> {
    let folder = tempfile::tempdir()?;
    let mut there = READY.to_vec();
    there.retain(|(name, _)| *name != without && tools.iter().all(|(other, _)| other != name));
    there.extend(tools);
    machine(folder.path(), &there)?;
    let output = checked(folder.path(), &[])?;
    assert_eq!(output.status.code(), Some(1));
    Ok(String::from_utf8(output.stderr)?)
}

#[test]
fn a_ready_machine_is_told_nothing() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    machine(folder.path(), &READY)?;
    let output = checked(folder.path(), &[])?;
    assert_eq!(String::from_utf8(output.stderr)?, "");
    assert!(output.status.success() && output.stdout.is_empty());
    Ok(())
}

#[test]
fn what_is_missing_is_named_with_what_mends_it() -> Result<(), BoxError> {
    let mends = [
        ("cargo", "sh.rustup.rs"),
        ("cc", "build-essential"),
        ("node", "install 22"),
        ("npm", "install Node.js again"),
        ("python3", "apt-get install python3"),
    ];
    for (name, mend) in mends {
        let told = told(&[], name)?;
        assert!(told.contains(&format!("{name} is missing")) && told.contains(mend), "{told}");
    }
    Ok(())
}

#[test]
fn what_is_too_old_is_named_with_its_version() -> Result<(), BoxError> {
    let old = [
        ("cargo", "echo 'cargo 1.94.1 (abc 2026-01-01)'", "cargo is 1.94.1; 1.95 or newer"),
        ("node", "echo v20.9.0", "node is 20.9.0; 20.19 or newer"),
        ("npm", "echo 9.9.9", "npm is 9.9.9; 10 or newer"),
        ("python3", "echo Python 3.9.18", "python3 is 3.9.18; 3.10 or newer"),
    ];
    for (name, answer, said) in old {
        let told = told(&[(name, answer)], "")?;
        assert!(told.contains(said), "{told}");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
    Ok(())
}

#[test]
fn a_python_without_venv_is_named_and_other_tools_are_not_asked_when_one_is() -> Result<(), BoxError>
{
    let folder = tempfile::tempdir()?;
    let bare = "[ \"$1\" = --version ] && echo Python 3.12.1";
    machine(folder.path(), &[("python3", bare)])?;
    let told = String::from_utf8(checked(folder.path(), &["python3", "python3-venv"])?.stderr)?;
    assert!(told.contains("python3-venv is missing") && !told.contains("cargo"), "{told}");
    assert!(checked(folder.path(), &["python3"])?.status.success());
    Ok(())
}
