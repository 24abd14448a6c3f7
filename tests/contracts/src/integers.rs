//! How large the unsigned integers of the document may be. A generator of clients or of tests knows
//! a `maximum`; the formats `uint8` to `uint32` are known to few.

use serde_json::{Value, json};

/// The largest number of a format that has one which JSON readers keep exactly.
fn largest(format: &str) -> Option<u32> {
    match format {
        "uint8" => Some(u32::from(u8::MAX)),
        "uint16" => Some(u32::from(u16::MAX)),
        "uint32" => Some(u32::MAX),
        _ => None,
    }
}

/// States the largest number of each schema that names none.
pub(crate) fn bound(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let largest = object.get("format").and_then(Value::as_str).and_then(largest);
            if let Some(largest) = largest.filter(|_| !object.contains_key("maximum")) {
                object.insert("maximum".into(), json!(largest));
            }
            object.values_mut().for_each(bound);
        }
        Value::Array(values) => values.iter_mut().for_each(bound),
        _ => {}
    }
}
