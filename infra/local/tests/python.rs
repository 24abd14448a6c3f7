//! The tests of what is written in Python, run by its own test runner.

use std::path::PathBuf;
use std::process::Command;

use local::BoxError;

#[test]
fn the_journal_keeps_what_was_written() -> Result<(), BoxError> {
    let test = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python/test_journal.py");
    let output = Command::new("python3").arg("-B").arg(test).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
