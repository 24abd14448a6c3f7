//! Golden events: every type reads those it stands for and writes them back as they were, so that
//! two functions deployed at different times understand each other.

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn or_panic<T, E: Debug>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error:?}"))
}

fn folder(function: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events").join(function)
}

/// The golden event of `function` in `file`.
pub(crate) fn read<T: DeserializeOwned>(function: &str, file: &str) -> T {
    let text = or_panic(fs::read_to_string(folder(function).join(file)), file);
    or_panic(serde_json::from_str(&text), file)
}

/// Reads and writes each golden event of `function` whose name begins with `prefix`; counts them.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize>(function: &str, prefix: &str) -> usize {
    let mut seen = 0;
    for file in or_panic(fs::read_dir(folder(function)), function) {
        let path = or_panic(file, function).path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(prefix) {
            let text = or_panic(fs::read_to_string(&path), &name);
            let golden: Value = or_panic(serde_json::from_str(&text), &name);
            let event: T = or_panic(serde_json::from_value(golden.clone()), &name);
            let written = or_panic(serde_json::to_value(&event), &name);
            assert_eq!(written, golden, "{function}/{name}");
            seen += 1;
        }
    }
    seen
}
