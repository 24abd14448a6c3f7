//! The signature that Tencent asks for, version 3:
//! <https://www.tencentcloud.com/document/api/213/31574>.

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The type of every body.
pub(super) const JSON: &str = "application/json; charset=utf-8";

const SIGNED: &str = "content-type;host";

/// What authorises a request with this body to this host at this moment.
pub(super) fn authorization(
    (id, key): (&str, &str),
    (host, body): (&str, &str),
    at: Timestamp,
) -> String {
    let day: String = at.to_string().chars().take("YYYY-MM-DD".len()).collect();
    let scope = format!("{day}/cvm/tc3_request");
    let headers = format!("content-type:{JSON}\nhost:{host}\n");
    let canonical = format!("POST\n/\n\n{headers}\n{SIGNED}\n{}", digest(body));
    let text = format!("TC3-HMAC-SHA256\n{}\n{scope}\n{}", at.as_second(), digest(&canonical));
    let mut signing = format!("TC3{key}").into_bytes();
    for step in [day.as_str(), "cvm", "tc3_request"] {
        signing = signed(&signing, step);
    }
    let made = HEXLOWER.encode(&signed(&signing, &text));
    format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={SIGNED}, Signature={made}")
}

fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

fn signed(key: &[u8], text: &str) -> Vec<u8> {
    // A key may have any length, so this always makes one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Tencent's own page.
    #[test]
    fn a_request_is_signed_as_its_documentation_says() -> Result<(), jiff::Error> {
        let ours = ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
        let body = r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let at = Timestamp::from_second(1_551_113_065)?;
        let made = authorization(ours, ("cvm.tencentcloudapi.com", body), at);
        let expected = "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/\
            cvm/tc3_request, SignedHeaders=content-type;host, Signature=\
            72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";
        assert_eq!(made, expected);
        Ok(())
    }
}
