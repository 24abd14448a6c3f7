//! How a cloud has its requests signed, where no key is sent.

use reqwest::Url;

/// A request that is to be signed.
#[derive(Debug)]
pub(crate) struct Unsigned<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a Url,
    /// Empty without one.
    pub(crate) body: &'a str,
    /// Seconds since 1970.
    pub(crate) at_secs: u64,
}

/// The headers that tell who sends a request.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// Signs a request as who has this name and this key.
pub(crate) type Sign = fn(&Unsigned<'_>, (&str, &str)) -> Headers;
