//! The Python environment of the two scripts that host and fill the local AWS.
//!
//! A marker, written last, tells which requirements a finished environment holds; one without it
//! is half-built and is built again.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::layout::Layout;
use crate::lock::Lock;
use crate::process::{cannot_start, run_to_end};
use crate::{BoxError, say};

/// The environment's own Python.
pub(crate) fn interpreter(layout: &Layout) -> PathBuf {
    layout.venv().join("bin/python")
}

/// Makes sure that the environment is there and holds what `requirements.txt` says.
pub(crate) async fn prepare(layout: &Layout) -> Result<(), BoxError> {
    let _alone = Lock::wait(&layout.shared().join("venv.lock")).await?;
    let requirements = layout.scripts().join("requirements.txt");
    let bytes = fs::read(&requirements)
        .map_err(|error| format!("{} cannot be read: {error}", requirements.display()))?;
    let wanted = format!("{:x}", Sha256::digest(bytes));
    let marker = layout.venv().join("holds");
    if fs::read_to_string(&marker).is_ok_and(|held| held == wanted) && works(layout).await {
        return Ok(());
    }
    check(layout).await?;
    say::detail("Fetching Python packages, which happens once and takes about half a minute …");
    if let Err(error) = fs::remove_dir_all(layout.venv())
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error.into());
    }
    let log = layout.log("python");
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(layout.venv());
    run_to_end(&mut create, &log, false)
        .await
        .map_err(|error| format!("the Python environment could not be created: {error}"))?;
    let mut install = Command::new(interpreter(layout));
    install.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
    install.arg("--requirement").arg(&requirements);
    run_to_end(&mut install, &log, false)
        .await
        .map_err(|error| format!("the Python packages could not be installed: {error}"))?;
    Ok(fs::write(marker, wanted)?)
}

/// Whether the environment's Python still starts: an upgrade of the system's may break it.
async fn works(layout: &Layout) -> bool {
    let started = Command::new(interpreter(layout)).args(["-c", "pass"]).status().await;
    started.is_ok_and(|status| status.success())
}

/// Whether this machine's Python will do; the script knows what to do otherwise.
async fn check(layout: &Layout) -> Result<(), BoxError> {
    let script = layout.scripts().join("needs.sh");
    let program = script.display().to_string();
    let checked = Command::new(script).args(["python3", "python3-venv"]).output().await;
    let checked = checked.map_err(|error| cannot_start(&program, &error))?;
    if checked.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&checked.stderr).trim_end().into())
}
