//! Whether a request bears the signature that Tencent asks for, worked out anew:
//! <https://www.tencentcloud.com/document/api/213/31574>.

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::super::wire::Request;

/// Whether this key signed it.
pub(super) fn is_good(request: &Request, (id, key): (&str, &str)) -> bool {
    made(request, (id, key)).is_some_and(|(told, made)| told == made)
}

/// What authorises it, and what should.
fn made(request: &Request, (id, key): (&str, &str)) -> Option<(String, String)> {
    let header = |name: &str| request.headers.get(name)?.to_str().ok();
    let told = header("authorization")?;
    let (_, rest) = told.split_once(&format!("Credential={id}/"))?;
    let (day, _) = rest.split_once('/')?;
    let signed_headers = "content-type;host";
    let (kind, host) = (header("content-type")?, header("host")?);
    let body = HEXLOWER.encode(&Sha256::digest(&request.body));
    let canonical = [
        request.method.as_str(),
        "/",
        "",
        &format!("content-type:{kind}"),
        &format!("host:{host}"),
        "",
        signed_headers,
        &body,
    ];
    let digest = HEXLOWER.encode(&Sha256::digest(canonical.join("\n")));
    let scope = format!("{day}/cvm/tc3_request");
    let text = ["TC3-HMAC-SHA256", header("x-tc-timestamp")?, &scope, &digest].join("\n");
    let mut secret = format!("TC3{key}").into_bytes();
    for part in scope.split('/').chain([text.as_str()]) {
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).ok()?;
        mac.update(part.as_bytes());
        secret = mac.finalize().into_bytes().to_vec();
    }
    let signature = HEXLOWER.encode(&secret);
    let made = format!(
        "TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed_headers}, \
         Signature={signature}"
    );
    Some((told.to_owned(), made))
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use http::{HeaderMap, HeaderValue, Method, Uri};

    use super::*;

    const OURS: (&str, &str) =
        ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");

    /// The example of Tencent's own page.
    fn example() -> Request {
        let told = "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/\
                    cvm/tc3_request, SignedHeaders=content-type;host, Signature=\
                    72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", told),
            ("content-type", "application/json; charset=utf-8"),
            ("host", "cvm.tencentcloudapi.com"),
            ("x-tc-timestamp", "1551113065"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let body = r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let body = Bytes::from_static(body.as_bytes());
        Request { method: Method::POST, uri: Uri::from_static("/"), headers, body }
    }

    #[test]
    fn only_a_whole_signature_of_the_right_key_is_good() {
        assert!(is_good(&example(), OURS));
        assert!(!is_good(&example(), (OURS.0, "another")));
        assert!(!is_good(&example(), ("another", OURS.1)));
        let changed = Request { body: Bytes::from_static(b"{}"), ..example() };
        assert!(!is_good(&changed, OURS));
        let unsigned = Request { headers: HeaderMap::new(), ..example() };
        assert!(!is_good(&unsigned, OURS));
    }
}
