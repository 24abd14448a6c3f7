//! What the documents name exists.

use std::fs;

use crate::root;

/// The texts between backticks in a document.
fn quoted(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).expect("a document");
    let is_fence = |line: &&str| !line.starts_with("```") && !line.starts_with("    ");
    let prose = text.lines().filter(is_fence).collect::<Vec<_>>().join("\n");
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether a text is spelled like a path of this repository, and one without a gap to fill in.
fn is_path(text: &str) -> bool {
    let folders =
        ["functions/", "shared/", "infra/", "tests/", "web/", "docs/", "events/", "adapters/src/"];
    folders.iter().any(|folder| text.starts_with(folder)) && !text.contains(['<', '*', '{', ' '])
}

#[test]
fn every_path_in_a_document_leads_somewhere() {
    for document in ["README.md", "docs/ARCHITECTURE.md", "functions/README.md"] {
        for path in quoted(document).into_iter().filter(|text| is_path(text)) {
            let from = if path.starts_with("adapters/") { root().join("shared") } else { root() };
            let made = path.starts_with("web/dist")
                || path.starts_with("web/screenshots")
                || path.starts_with("web/test-results");
            assert!(made || from.join(&path).exists(), "{document}: {path}");
        }
    }
}

#[test]
fn every_function_a_document_names_exists() {
    let prefixes = ["api-", "hook-", "on-", "step-", "every-", "ws-"];
    for document in ["README.md", "docs/ARCHITECTURE.md", "functions/README.md"] {
        for text in quoted(document) {
            let is_name = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                && !text.ends_with('-')
                && prefixes.iter().any(|prefix| text.starts_with(prefix));
            let folder = root().join("functions").join(&text);
            assert!(!is_name || folder.is_dir(), "{document}: {text}");
        }
    }
}

#[test]
fn the_architecture_fits_on_three_screens() {
    let text = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("the page");
    assert!(text.lines().count() <= 150, "{} lines", text.lines().count());
    assert!(text.lines().all(|line| line.chars().count() <= 140), "a line is too wide");
}
