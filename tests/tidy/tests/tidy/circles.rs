//! No module of a crate imports another one that, by whatever way, imports it.
//!
//! What counts is what a module names by `use` or by a path from `crate`. A re-export counts where
//! the module works with the name itself; one that only passes it on does not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::{all, root};

type Graph = BTreeMap<String, BTreeSet<String>>;

/// The production part of a source: its unit tests stand at the end.
fn production(text: &str) -> String {
    let kept = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    kept.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// `pod/launch.rs` is `pod::launch`; the root of the crate is the empty text.
fn module_of(file: &Path, src: &Path) -> String {
    let name = file.strip_prefix(src).unwrap_or(file).with_extension("");
    let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let path = parts.join("::");
    if path == "lib" || path == "main" { String::new() } else { path }
}

/// Every path of a `use` tree such as `a::{b, c::{self, d}}`.
fn leaves(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            let path = format!("{prefix}{name}");
            found.push(path.trim_end_matches("::self").to_owned());
        }
        return;
    };
    let (mut depth, mut start) = (0_usize, 0);
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                leaves(&format!("{prefix}{}", head.trim()), &inner[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
    leaves(&format!("{prefix}{}", head.trim()), &inner[start..], found);
}

/// The `use` statements of a source, each with whether it passes its names on, and the rest.
fn statements(code: &str) -> (Vec<(bool, String)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    let mut open: Option<(bool, String)> = None;
    for line in code.lines() {
        let (passes_on, text) = match line.trim().split_once("use ") {
            Some(("", tree)) => (false, tree),
            Some((before, tree)) if before.starts_with("pub") => (true, tree),
            _ => (false, line),
        };
        let begins = text.len() < line.trim().len() && open.is_none();
        match &mut open {
            Some((_, tree)) => tree.push_str(line),
            None if begins => open = Some((passes_on, text.to_owned())),
            None => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
        if open.as_ref().is_some_and(|(_, tree)| tree.contains(';')) {
            let ended = open.take().map(|(on, tree)| (on, tree.replace(';', "")));
            uses.extend(ended);
        }
    }
    (uses, rest)
}

/// The paths a module uses, as they are written.
fn paths(code: &str) -> Vec<String> {
    let (uses, rest) = statements(code);
    let words: BTreeSet<&str> =
        rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let mut found = Vec::new();
    for (passes_on, tree) in uses {
        let mut named = Vec::new();
        leaves("", &tree, &mut named);
        let name = |path: &String| path.rsplit("::").next().unwrap_or_default().to_owned();
        named.retain(|path| !passes_on || words.contains(name(path).as_str()));
        found.extend(named);
    }
    for part in rest.split("crate::").skip(1) {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        found.push(format!("crate::{}", &part[..end.unwrap_or(part.len())]));
    }
    found
}

/// The module of the crate that a path leads into, if it does.
fn target(path: &str, from: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut base: Vec<&str> = from.split("::").filter(|part| !part.is_empty()).collect();
    let mut parts = path.split("::").peekable();
    match parts.peek() {
        Some(&"crate") => {
            base.clear();
            parts.next();
        }
        Some(&"self") => drop(parts.next()),
        Some(&"super") => {
            while parts.next_if_eq(&"super").is_some() {
                base.pop();
            }
        }
        _ => {}
    }
    base.extend(parts);
    loop {
        let name = base.join("::");
        if modules.contains(&name) {
            return Some(name);
        }
        base.pop()?;
    }
}

fn graph_of(src: &Path) -> Graph {
    let mut texts = BTreeMap::new();
    for file in all(".rs").into_iter().filter(|file| file.starts_with(src)) {
        if !file.ends_with("tests.rs") && !file.ends_with("main.rs") {
            let text = fs::read_to_string(&file).expect("a text");
            texts.insert(module_of(&file, src), production(&text));
        }
    }
    let modules: BTreeSet<String> = texts.keys().cloned().collect();
    let uses = |(module, code): (&String, &String)| {
        let targets = paths(code).into_iter().filter_map(|path| {
            let relative = ["crate", "self", "super"].contains(&path.split("::").next()?);
            let child = path.split("::").next().map(|head| {
                if module.is_empty() { head.to_owned() } else { format!("{module}::{head}") }
            });
            let is_ours = relative || child.is_some_and(|child| modules.contains(&child));
            target(&path, module, &modules).filter(|other| is_ours && other != module)
        });
        // The root passes everything on; it is nobody's part.
        (module.clone(), targets.filter(|name| !name.is_empty()).collect())
    };
    texts.iter().map(uses).collect()
}

/// A way from `to` back to `from`, if there is one.
fn way_back(graph: &Graph, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![to.to_owned()]);
    while let Some(module) = next.pop() {
        if module == from {
            return true;
        }
        if seen.insert(module.clone()) {
            next.extend(graph.get(&module).into_iter().flatten().cloned());
        }
    }
    false
}

fn circles(graph: &Graph) -> Vec<String> {
    let edges = graph.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)));
    let circular = edges.filter(|(from, to)| way_back(graph, from, to));
    circular.map(|(from, to)| format!("{from} → {to}")).collect()
}

#[test]
fn no_module_imports_what_imports_it() {
    let mut found = Vec::new();
    for folder in ["shared", "functions", "infra", "tests"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder") {
            let src = entry.expect("an entry").path().join("src");
            if src.is_dir() {
                let name = src.display().to_string();
                found
                    .extend(circles(&graph_of(&src)).into_iter().map(|at| format!("{name}: {at}")));
            }
        }
    }
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_by_whatever_way_a_module_is_named() {
    let modules: BTreeSet<String> = ["", "a", "a::b", "c"].map(str::to_owned).into();
    let to = |path: &str, from: &str| target(path, from, &modules);
    assert_eq!(to("crate::a::b::Thing", "c").as_deref(), Some("a::b"));
    assert_eq!(to("super::Thing", "a::b").as_deref(), Some("a"));
    assert_eq!(to("b::Thing", "a").as_deref(), Some("a::b"));
    let text = "use crate::{a::{self, b::X}, c};\npub use d::Y;\nfn f() { crate::e::g() }";
    assert_eq!(paths(text), ["crate::a", "crate::a::b::X", "crate::c", "crate::e::g"]);
    let graph: Graph = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]
        .map(|(from, to)| (from.to_owned(), BTreeSet::from([to.to_owned()])))
        .into();
    assert_eq!(circles(&graph), ["a → b", "b → c", "c → a"]);
}
