//! The source keeps its shape: sizes, names, and the direction crates may depend in.

#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

mod circles;
mod documents;
mod features;

use std::fs;
use std::path::{Path, PathBuf};

const SOURCE_LINES_MAX: usize = 400;
const MAIN_LINES_MAX: usize = 40;
/// Two screens.
const README_LINES_MAX: usize = 120;
/// Folders of files that nobody wrote.
const MADE: [&str; 3] = ["dist", "node_modules", "target"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(dir: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !MADE.contains(&name.as_str()) {
                files(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn all(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root(), ending, &mut found);
    assert!(!found.is_empty(), "no {ending}");
    found
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).expect("a text").lines().count()
}

/// The names of the workspace's own crates that a manifest depends on, in production.
fn dependencies(manifest: &Path) -> Vec<String> {
    let text = fs::read_to_string(manifest).expect("a manifest");
    let production = text.split("[dev-dependencies]").next().unwrap_or_default();
    let section = production.split("[dependencies]").nth(1).unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let ours =
        ["domain", "contracts", "adapters", "providers", "runtime", "testkit", "fakes", "local"];
    names.filter(|name| ours.contains(name)).map(str::to_owned).collect()
}

#[test]
fn no_source_file_is_longer_than_four_hundred_lines() {
    let all = [".rs", ".py", ".js", ".ts", ".tsx", ".css"].map(all).concat();
    // `schema.d.ts` is made from the OpenAPI document.
    for path in all.into_iter().filter(|path| !path.ends_with("schema.d.ts")) {
        assert!(lines(&path) <= SOURCE_LINES_MAX, "{}: {}", path.display(), lines(&path));
    }
}

#[test]
fn every_main_only_wires() {
    for path in all("main.rs").into_iter().filter(|path| path.ends_with("src/main.rs")) {
        assert!(lines(&path) <= MAIN_LINES_MAX, "{}: {}", path.display(), lines(&path));
    }
}

#[test]
fn every_readme_fits_on_two_screens() {
    for path in all("README.md") {
        assert!(lines(&path) <= README_LINES_MAX, "{}: {}", path.display(), lines(&path));
    }
}

#[test]
fn crates_depend_only_in_the_direction_of_the_design() {
    let allowed: [(&str, &[&str]); 7] = [
        ("shared/domain", &[]),
        ("shared/contracts", &["domain"]),
        ("shared/adapters", &["contracts", "domain", "providers"]),
        ("shared/providers", &["domain"]),
        ("shared/runtime", &["domain"]),
        ("shared/testkit", &["adapters", "contracts", "domain", "fakes", "providers", "runtime"]),
        ("infra/fakes", &["runtime"]),
    ];
    for (name, may) in allowed {
        for dependency in dependencies(&root().join(name).join("Cargo.toml")) {
            assert!(may.contains(&dependency.as_str()), "{name} must not use {dependency}");
        }
    }
    for entry in fs::read_dir(root().join("functions")).expect("functions") {
        let manifest = entry.expect("an entry").path().join("Cargo.toml");
        if manifest.exists() {
            let used = dependencies(&manifest);
            for never in ["testkit", "fakes", "local"] {
                assert!(!used.iter().any(|name| name == never), "{}", manifest.display());
            }
        }
    }
}

#[test]
fn every_function_is_one_folder_one_package_and_one_row_of_the_journey() {
    let table = fs::read_to_string(root().join("functions/README.md")).expect("a table");
    for entry in fs::read_dir(root().join("functions")).expect("functions") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let manifest = fs::read_to_string(path.join("Cargo.toml")).expect("a manifest");
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            assert!(table.contains(&format!("`{name}`")), "functions/README.md lacks {name}");
        }
    }
}

#[test]
fn nothing_asks_whether_it_runs_locally() {
    let mut found = Vec::new();
    files(&root().join("functions"), ".rs", &mut found);
    files(&root().join("shared"), ".rs", &mut found);
    for path in found {
        let text = fs::read_to_string(&path).expect("a text");
        for word in ["ministack", "is_local", "4566"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn every_cloud_has_a_fake_with_its_wire_format() {
    let text = fs::read_to_string(root().join("shared/providers/src/clouds.rs")).expect("a text");
    let table = text.split("const KNOWN").nth(1).and_then(|rest| rest.split("];").next());
    let words = table.expect("a table of clouds").split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let modules = words.windows(2).filter(|pair| pair[1] == "connect").map(|pair| pair[0]);
    let modules: Vec<_> = modules.collect();
    assert!(!modules.is_empty(), "no cloud");
    let fakes = root().join("infra/fakes/src/clouds");
    let pretended = fs::read_to_string(fakes.with_extension("rs")).expect("a text");
    for module in modules {
        assert!(fakes.join(module).with_extension("rs").exists(), "{module} has no wire format");
        assert!(pretended.contains(&format!("&{module}::WIRE")), "{module} is not served");
    }
}

#[test]
fn a_library_has_a_test_binary_only_where_it_has_unit_tests() {
    for entry in fs::read_dir(root().join("functions")).expect("functions") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let mut sources = Vec::new();
            files(&path.join("src"), ".rs", &mut sources);
            let is_tested = |path: &PathBuf| {
                fs::read_to_string(path).expect("a source").contains("#[cfg(test)]")
            };
            let manifest = fs::read_to_string(path.join("Cargo.toml")).expect("a manifest");
            let library = manifest.split("[[bin]]").next().unwrap_or_default();
            let builds_tests = !library.contains("[lib]\ntest = false");
            assert_eq!(builds_tests, sources.iter().any(is_tested), "{}", path.display());
        }
    }
}
