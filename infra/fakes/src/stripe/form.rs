//! Form-encoded input with nested names: `items[0][price]=price_1`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The parameters of a request, by their whole name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        };
        Self(pairs.map(pair).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// The last part of each name under `name`, with its value: `metadata[plan]` is `plan`.
    pub(super) fn under(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let inner = move |whole: &str| {
            let rest = whole.strip_prefix(name)?.strip_prefix('[')?;
            rest.strip_suffix(']').map(str::len)
        };
        self.0.iter().filter_map(move |(whole, value)| {
            let len = inner(whole)?;
            let start = name.len() + 1;
            Some((whole.get(start..start + len)?, value.as_str()))
        })
    }

    pub(super) fn metadata(&self) -> Value {
        let pairs = self.under("metadata").map(|(key, text)| (key.to_owned(), text.into()));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Whether an expansion of something at or below `name` is asked for.
    pub(super) fn expands(&self, name: &str) -> bool {
        self.under("expand").any(|(_, path)| path == name || path.starts_with(&format!("{name}.")))
    }

    /// Everything as text, in one order.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:?}", self.0)
    }

    pub(super) fn to_json(&self) -> Value {
        let pairs = self.0.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        Value::Object(pairs.collect())
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let decoded = match byte {
            b'+' => Some(b' '),
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            }
            other => Some(other),
        };
        bytes.extend(decoded);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_are_found_by_their_parts() {
        let form = Form::parse(
            "amount=500&metadata%5Btop_up_id%5D=top_1&metadata[a%20b]=c+d&expand[]=latest_invoice.x\
             &items[0][price]=price_1&confirm=true",
        );
        assert_eq!(form.number("amount"), Some(500));
        assert!(form.is("confirm") && !form.is("off_session"));
        assert_eq!(form.get("items[0][price]"), Some("price_1"));
        assert_eq!(form.metadata(), serde_json::json!({"top_up_id": "top_1", "a b": "c d"}));
        assert!(form.expands("latest_invoice") && !form.expands("latest"));
    }
}
