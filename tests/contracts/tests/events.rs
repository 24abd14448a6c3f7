//! Every function that is given messages has golden ones, and a type in `contracts` reads them.

#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of what lies in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_function_of_a_queue_or_a_state_machine_has_golden_events() {
    let golden = names(&root().join("events"));
    let functions = names(&root().join("functions"));
    let given = |name: &&String| name.starts_with("on-") || name.starts_with("step-");
    for function in functions.iter().filter(given) {
        assert!(golden.contains(function), "events/{function} is missing");
    }
    for name in &golden {
        assert!(functions.contains(name), "events/{name} is no function's");
    }
}

#[test]
fn every_golden_event_is_read_by_the_test_of_its_type() {
    let contracts = root().join("shared/contracts/src");
    let read = |name: String| fs::read_to_string(contracts.join(name)).expect("a source");
    let sources: String = names(&contracts).into_iter().map(read).collect();
    for function in names(&root().join("events")) {
        assert!(sources.contains(&format!("\"{function}\"")), "nothing reads events/{function}");
    }
}
