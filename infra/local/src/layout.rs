//! Where a run keeps its files: under `.local/` of the checkout, unless it was told otherwise.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::BoxError;
use crate::lock::Lock;

/// The file by which a checkout is recognised.
const LANDMARK: &str = "infra/local/Cargo.toml";

/// The folders of one run.
#[derive(Debug, Clone)]
pub struct Layout {
    checkout: PathBuf,
    dir: PathBuf,
    keeps_state: bool,
}

impl Layout {
    /// The layout of `local run`: its state survives, in `state` if a folder is named.
    ///
    /// # Errors
    ///
    /// The current directory lies outside a checkout.
    pub fn of_run(state: Option<&Path>) -> Result<Self, BoxError> {
        let checkout = checkout_of(&std::env::current_dir()?)?;
        let dir = match state {
            Some(state) => std::path::absolute(state)?,
            None => checkout.join(".local"),
        };
        Ok(Self { checkout, dir, keeps_state: true })
    }

    /// The layout of `local with`: emptied at each start.
    ///
    /// # Errors
    ///
    /// The current directory lies outside a checkout.
    pub fn of_test() -> Result<Self, BoxError> {
        let checkout = checkout_of(&std::env::current_dir()?)?;
        Ok(Self { dir: checkout.join(".local/test"), checkout, keeps_state: false })
    }

    /// The root of the checkout.
    #[must_use]
    pub fn checkout(&self) -> &Path {
        &self.checkout
    }

    /// What this run may write to, except what all runs share.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the local AWS saves its state; without it, nothing outlives the run.
    #[must_use]
    pub fn keeps_state(&self) -> bool {
        self.keeps_state
    }

    /// What all runs of this checkout share.
    #[must_use]
    pub fn shared(&self) -> PathBuf {
        self.checkout.join(".local")
    }

    /// The Python environment.
    #[must_use]
    pub fn venv(&self) -> PathBuf {
        self.shared().join("venv")
    }

    /// The Python files and the list of what they require.
    #[must_use]
    pub fn scripts(&self) -> PathBuf {
        self.checkout.join("infra/local")
    }

    /// The state of the local AWS and of the deployment.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.dir.join("state")
    }

    /// The outputs of the deployed stack.
    #[must_use]
    pub fn outputs(&self) -> PathBuf {
        self.state().join("outputs.json")
    }

    /// The mails sent, a file each.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.dir.join("mail")
    }

    /// The web app as it was built.
    #[must_use]
    pub fn web(&self) -> PathBuf {
        self.checkout.join("web/dist")
    }

    /// The log of one process.
    #[must_use]
    pub fn log(&self, process: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{process}.log"))
    }

    /// Takes the lock of `local run` on its state.
    ///
    /// # Errors
    ///
    /// Another `local run` holds it.
    pub fn lock_run(&self) -> Result<Lock, BoxError> {
        Lock::take(&self.dir.join("run.lock"), "local run")
    }

    /// Takes the lock of `local with`.
    ///
    /// # Errors
    ///
    /// Another `local with` holds it.
    pub fn lock_test(&self) -> Result<Lock, BoxError> {
        Lock::take(&self.shared().join("test.lock"), "local with")
    }

    /// Makes the folders of this run.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn create(&self) -> io::Result<()> {
        for folder in [self.state(), self.mail(), self.dir.join("logs")] {
            fs::create_dir_all(folder)?;
        }
        Ok(())
    }

    /// Removes every file of this run.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn empty(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn checkout_of(start: &Path) -> Result<PathBuf, BoxError> {
    start
        .ancestors()
        .find(|folder| folder.join(LANDMARK).is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{} is not inside a checkout of GPUBROKER", start.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_found_from_any_folder_in_it() -> Result<(), BoxError> {
        let root = tempfile::tempdir()?;
        let deep = root.path().join("infra/local/src");
        fs::create_dir_all(&deep)?;
        assert!(checkout_of(&deep).is_err());
        fs::write(root.path().join(LANDMARK), "")?;
        assert_eq!(checkout_of(&deep)?, root.path());
        Ok(())
    }
}
