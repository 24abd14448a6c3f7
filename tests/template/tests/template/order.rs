//! The order in which `template.yaml` is written, which is the journey's.

use crate::resources::owner;
use crate::source::{Template, pascal_case, read, root};

/// The logical ids of the resources in the order in which they are written.
fn written() -> Vec<String> {
    let source = read(&root().join("template.yaml"));
    let resources = source.split("\nResources:\n").nth(1).unwrap_or_default();
    let resources = resources.split("\nOutputs:\n").next().unwrap_or_default();
    let ids = resources.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    ids.filter(|id| id.starts_with(char::is_alphanumeric)).map(str::to_owned).collect()
}

/// The functions in the order in which the table in `functions/README.md` first names them.
fn journey() -> Vec<String> {
    let readme = read(&root().join("functions/README.md"));
    let rows = readme.lines().filter(|line| line.starts_with("| "));
    let last = rows.filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next());
    let names = last.filter_map(|cell| cell.strip_prefix('`')?.strip_suffix('`'));
    let mut journey: Vec<String> = Vec::new();
    for name in names.map(pascal_case) {
        if !journey.contains(&name) {
            journey.push(name);
        }
    }
    journey
}

#[test]
fn functions_stand_in_the_order_of_the_journey() {
    let journey = journey();
    let written: Vec<String> = written().into_iter().filter(|id| journey.contains(id)).collect();
    assert_eq!(written, journey);
    let template = Template::read();
    assert_eq!(written.len(), template.of_type("AWS::Lambda::Function").count());
}

#[test]
fn what_is_a_functions_alone_stands_right_behind_it() {
    let template = Template::read();
    let mut before: Option<String> = None;
    for id in written() {
        let function = owner(&template, &id);
        if let Some(function) = &function {
            assert!(*function == id || before.as_ref() == Some(function), "{id}");
        }
        before = function;
    }
}
