//! `local reset`: forgets all state, except the Python environment, which holds none.

use std::fs;
use std::io::ErrorKind;

use crate::layout::Layout;
use crate::{BoxError, say};

/// What a reset keeps; the locks are held meanwhile.
const KEPT: [&str; 5] = ["cargo", "venv", "venv.lock", "run.lock", "test.lock"];

/// Forgets all state of the checkout; returns the exit code.
///
/// # Errors
///
/// A run is going on, or the disk's.
pub fn reset(layout: &Layout) -> Result<u8, BoxError> {
    let _alone = (layout.lock_run()?, layout.lock_test()?);
    for entry in fs::read_dir(layout.shared())? {
        let entry = entry?;
        if KEPT.iter().any(|kept| entry.file_name() == *kept) {
            continue;
        }
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    say::line("All local data is deleted.");
    Ok(0)
}
