//! The Python environment of the two scripts that host and fill the local AWS.
//!
//! A marker, written last, tells which requirements a finished environment holds; one without it
//! is half-built and is built again.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;

use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::layout::Layout;
use crate::lock::Lock;
use crate::process::{cannot_start, run_to_end};
use crate::{BoxError, say};

/// What a usable Python answers with success: it has the modules, and the emulator's version.
const CHECK: &str = "\
import sys
if sys.version_info < (3, 10): sys.exit(3)
import ensurepip, venv
";

/// The exit code of [`CHECK`] under a Python that is too old.
const TOO_OLD: i32 = 3;

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
    check().await?;
    say::detail("Fetching the Python packages; this is needed once …");
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
        .map_err(|error| format!("the Python environment was not created: {error}"))?;
    let mut install = Command::new(interpreter(layout));
    install.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
    install.arg("--requirement").arg(&requirements);
    run_to_end(&mut install, &log, false)
        .await
        .map_err(|error| format!("the Python packages were not installed: {error}"))?;
    Ok(fs::write(marker, wanted)?)
}

/// Whether the environment's Python still starts: an upgrade of the system's may break it.
async fn works(layout: &Layout) -> bool {
    let started = Command::new(interpreter(layout)).args(["-c", "pass"]).status().await;
    started.is_ok_and(|status| status.success())
}

async fn check() -> Result<(), BoxError> {
    let status =
        Command::new("python3").args(["-c", CHECK]).stderr(Stdio::null()).status().await.map_err(
            |error| format!("{}; Python 3.10 or newer is needed", cannot_start("python3", &error)),
        )?;
    match status.code() {
        Some(0) => Ok(()),
        Some(TOO_OLD) => Err("`python3` is older than 3.10: install a newer one".into()),
        _ => Err("`python3` lacks its venv module: install it (on Debian and Ubuntu: \
                  apt-get install python3-venv)"
            .into()),
    }
}
