//! What a refusal says, in whichever of the usual shapes of JSON it says it.

use serde_json::Value;

/// Where texts stand, in the order in which they are read.
const TEXTS: [&str; 10] = [
    "title",
    "message",
    "msg",
    "error",
    "errors",
    "error_message",
    "detail",
    "details",
    "reason",
    "error_reason",
];
/// Where codes stand.
const CODES: [&str; 5] = ["error_code", "errorCode", "code", "id", "type"];

/// As much of a refusal's text as a log line needs.
const REFUSAL_LEN_MAX: usize = 200;

/// As much of a cloud's text as is kept.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(REFUSAL_LEN_MAX).collect()
}

/// The code of a refusal, empty if it has none, and its text.
pub(crate) fn usual(body: &[u8]) -> (String, String) {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let (mut code, mut texts) = (String::new(), Vec::new());
    read(&told, &mut code, &mut texts);
    (code, texts.join(": "))
}

fn read<'a>(told: &'a Value, code: &mut String, texts: &mut Vec<&'a str>) {
    match told {
        Value::String(text) => texts.push(text),
        Value::Array(all) => all.iter().for_each(|it| read(it, code, texts)),
        Value::Object(fields) => {
            let first = CODES.iter().find_map(|key| fields.get(*key)?.as_str());
            if code.is_empty() {
                code.push_str(first.unwrap_or_default());
            }
            TEXTS.iter().filter_map(|key| fields.get(*key)).for_each(|it| read(it, code, texts));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(cut(&"é".repeat(201)), "é".repeat(200));
        assert_eq!(cut("short"), "short");
    }

    #[test]
    fn code_and_text_are_found_wherever_they_stand() {
        for (body, code, text) in [
            (r#"{"error":"Invalid API token.","status":401}"#, "", "Invalid API token."),
            (r#"{"code":"not_found","message":"No such thing"}"#, "not_found", "No such thing"),
            (r#"{"id":"unprocessable_entity","message":"m"}"#, "unprocessable_entity", "m"),
            (r#"{"error":{"code":"a/b","message":"m","suggestion":null}}"#, "a/b", "m"),
            (r#"{"errors":[{"reason":"Limit.","field":"type"},{"reason":"b"}]}"#, "", "Limit.: b"),
            (
                r#"{"title":"Bad Request","detail":"d","errors":["e","f"]}"#,
                "",
                "Bad Request: e: f: d",
            ),
            (r#"{"error":{"error_code":"A_B","error_message":"m"}}"#, "A_B", "m"),
            (r#"{"status":false,"error_reason":"bad_request"}"#, "", "bad_request"),
            ("<html>", "", ""),
            ("", "", ""),
            ("[[[]]]", "", ""),
        ] {
            assert_eq!(usual(body.as_bytes()), (code.to_owned(), text.to_owned()), "{body}");
        }
    }
}
