//! A file that one process at a time may hold.
//!
//! The kernel holds the lock and frees it when the process ends, however it ends, so a file left
//! behind means nothing; the process id in it only serves the message.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use crate::BoxError;

/// How often a waiting process tries again: a person does not notice it, nor does the machine.
const TRY_EVERY: Duration = Duration::from_millis(200);

/// A held lock; freed when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path` for `command`, the words a person typed.
    ///
    /// # Errors
    ///
    /// Another process holds it: the message names that process.
    pub fn take(path: &Path, command: &str) -> Result<Self, BoxError> {
        match Self::attempt(path)? {
            Ok(lock) => Ok(lock),
            Err(pid) => Err(format!(
                "`{command}` is already running in this checkout (process {pid}): \
                 stop it with Ctrl-C in its terminal, or with `kill {pid}`"
            )
            .into()),
        }
    }

    /// Takes the lock at `path` as soon as nobody else holds it.
    pub(crate) async fn wait(path: &Path) -> Result<Self, BoxError> {
        loop {
            if let Ok(lock) = Self::attempt(path)? {
                return Ok(lock);
            }
            tokio::time::sleep(TRY_EVERY).await;
        }
    }

    /// The lock, or the id of the process that holds it.
    fn attempt(path: &Path) -> Result<Result<Self, String>, BoxError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                write!(file, "{}", std::process::id())?;
                Ok(Ok(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid)?;
                Ok(Err(pid))
            }
            Err(TryLockError::Error(error)) => {
                Err(format!("{} cannot be locked: {error}", path.display()).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_and_told_who_holds_the_lock() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.lock");
        let held = Lock::take(&path, "local run")?;
        let refusal = Lock::take(&path, "local run").map_err(|error| error.to_string());
        let pid = std::process::id();
        assert!(refusal.is_err_and(|message| {
            message.contains("`local run` is already running")
                && message.contains(&format!("(process {pid})"))
        }));
        drop(held);
        Lock::take(&path, "local run")?;
        Ok(())
    }

    #[test]
    fn a_lock_file_left_by_a_dead_process_holds_nobody_back() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.lock");
        fs::write(&path, "4194304000")?;
        let _held = Lock::take(&path, "local run")?;
        assert_eq!(fs::read_to_string(&path)?, std::process::id().to_string());
        Ok(())
    }
}
