//! The unsigned integers of the document: their formats by the names of OpenAPI's registry
//! (<https://spec.openapis.org/registry/format/>), and how large they may be, since a generator of
//! clients or of tests knows a `maximum` and hardly any of these formats.

use serde_json::{Value, json};

/// The largest integer that every reader of JSON keeps exactly.
const EXACT_MAX: u64 = (1 << 53) - 1;

/// The registered name of a format as `utoipa` spells it, and its largest number.
fn unsigned(format: &str) -> Option<(&'static str, u64)> {
    match format {
        "u-int8" => Some(("uint8", u64::from(u8::MAX))),
        "u-int16" => Some(("uint16", u64::from(u16::MAX))),
        "u-int32" => Some(("uint32", u64::from(u32::MAX))),
        "u-int64" => Some(("uint64", EXACT_MAX)),
        _ => None,
    }
}

/// Names the format of each unsigned integer, and states its largest number where none is stated.
pub(crate) fn spell(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let known = object.get("format").and_then(Value::as_str).and_then(unsigned);
            if let Some((name, largest)) = known {
                object.insert("format".into(), json!(name));
                object.entry("maximum").or_insert_with(|| json!(largest));
            }
            object.values_mut().for_each(spell);
        }
        Value::Array(values) => values.iter_mut().for_each(spell),
        _ => {}
    }
}
