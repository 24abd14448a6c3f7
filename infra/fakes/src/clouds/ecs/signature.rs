//! Whether a request bears the signature that AWS asks for, worked out anew:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::fmt::Write;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::super::wire::Request;

/// Whether `key` signed it for this region and service.
pub(super) fn is_good(
    request: &Request,
    (key_id, key): (&str, &str),
    (region, service): (&str, &str),
) -> bool {
    expected(request, key, (region, service)).is_some_and(|(id, day, told, made)| {
        id == format!("{key_id}/{day}/{region}/{service}/aws4_request") && told == made
    })
}

/// The scope, the day and the signature that it tells, and the signature that it should have.
fn expected(
    request: &Request,
    key: &str,
    (region, service): (&str, &str),
) -> Option<(String, String, String, String)> {
    let header = |name: &str| request.headers.get(name)?.to_str().ok();
    let told = header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let part = |name: &str| {
        let mut parts = told.split(", ").filter_map(|part| part.split_once('='));
        parts.find(|(told, _)| *told == name).map(|(_, value)| value)
    };
    let (scope, names, signature) =
        (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
    let at = header("x-amz-date")?;
    let day = at.get(..8)?;

    let mut headers = String::new();
    for name in names.split(';') {
        writeln!(headers, "{name}:{}", header(name)?.trim()).ok()?;
    }
    let body = format!("{:x}", Sha256::digest(&request.body));
    let (method, path) = (&request.method, request.uri.path());
    let canonical = format!("{method}\n{path}\n\n{headers}\n{names}\n{body}");
    let digest = format!("{:x}", Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{at}\n{day}/{region}/{service}/aws4_request\n{digest}");

    let mut signing = format!("AWS4{key}").into_bytes();
    for step in [day, region, service, "aws4_request"] {
        signing = signed(&signing, step)?;
    }
    let made = data_encoding::HEXLOWER.encode(&signed(&signing, &text)?);
    Some((scope.to_owned(), day.to_owned(), signature.to_owned(), made))
}

fn signed(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use http::{HeaderMap, HeaderValue, Method, Uri};

    use super::*;

    /// The example `post-x-www-form-urlencoded` of AWS's test suite for signatures.
    fn example() -> Request {
        let told = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date, \
                    Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", told),
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let body = Bytes::from_static(b"Param1=value1");
        Request { method: Method::POST, uri: Uri::from_static("/"), headers, body }
    }

    const KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const OURS: (&str, &str) = ("AKIDEXAMPLE", KEY);

    #[test]
    fn only_a_whole_signature_of_the_right_key_is_good() {
        let here = ("us-east-1", "service");
        assert!(is_good(&example(), OURS, here));
        assert!(!is_good(&example(), ("AKIDEXAMPLE", "another"), here));
        assert!(!is_good(&example(), ("ANOTHER", KEY), here));
        assert!(!is_good(&example(), OURS, ("eu-west-1", "service")));
        let changed = Request { body: Bytes::from_static(b"Param1=value2"), ..example() };
        assert!(!is_good(&changed, OURS, here));
        let unsigned = Request { headers: HeaderMap::new(), ..example() };
        assert!(!is_good(&unsigned, OURS, here));
    }
}
