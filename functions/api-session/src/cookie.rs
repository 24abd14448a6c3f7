//! The cookie that holds the refresh token.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

const NAME: &str = "gpb_refresh";
/// As long as the user pool keeps a refresh token.
const MAX_AGE_SECS: u32 = 30 * 24 * 3_600;
const ATTRIBUTES: &str = "Path=/api/v2/auth; HttpOnly; Secure; SameSite=Strict";

/// A cookie that keeps `token`.
pub(crate) fn keep(token: &str) -> String {
    format!("{NAME}={token}; Max-Age={MAX_AGE_SECS}; {ATTRIBUTES}")
}

/// A cookie that makes the browser forget the token.
pub(crate) fn forget() -> String {
    format!("{NAME}=; Max-Age=0; {ATTRIBUTES}")
}

/// The token that came with a request.
pub(crate) fn read(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, token)| *name == NAME && !token.is_empty())
        .map(|(_, token)| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_token_reads_back_from_among_other_cookies() {
        let kept = keep("abc.def");
        let pair = kept.split(';').next().unwrap_or_default();
        let mut headers = HeaderMap::new();
        let cookies = format!("theme=dark; {pair}; x=y");
        headers.insert(COOKIE, cookies.parse().expect("a header"));
        assert_eq!(read(&headers).as_deref(), Some("abc.def"));
    }

    #[test]
    fn no_script_and_no_other_site_sees_the_token() {
        for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v2/auth"] {
            assert!(keep("t").contains(part) && forget().contains(part), "{part}");
        }
        assert_eq!(read(&HeaderMap::new()), None);
    }
}
