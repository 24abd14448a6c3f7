//! Tests change no feature of an outside crate, so none is compiled twice.

use std::collections::BTreeSet;
use std::process::Command;

use crate::root;

/// Each crate with the features it is built with, along these kinds of dependencies.
fn features(edges: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--locked", "--prefix", "none"])
        .args(["--edges", edges, "--format", "{p} [{f}]"])
        .current_dir(root())
        .output()
        .expect("cargo tree");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("a text");
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)").to_owned());
    lines.filter(|line| line.contains('[')).collect()
}

#[test]
fn a_build_without_tests_has_the_features_of_one_with_them() {
    let (production, all) = (features("normal,build"), features("normal,build,dev"));
    let more: Vec<_> = all.difference(&production).collect();
    assert!(more.is_empty(), "only tests need {more:#?}");
}
