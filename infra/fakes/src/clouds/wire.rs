//! What a vendor's wire format has to say: a [`Wire`] is all that a further cloud adds.

use axum::body::Bytes;
use http::{HeaderMap, Method, Uri};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::act::{Act, Done, Problem};
use super::catalogue::{InstanceType, Sold, instance_types};
use super::machine::SSH_PORT;
use crate::faults::Answer;

const USD_MICROS_PER_USD: u32 = 1_000_000;

/// A request to a cloud.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// Whether it bears this key in this header, after these words.
    pub(super) fn bears(&self, (header, before): (&str, &str), key: &str) -> bool {
        let borne = self.headers.get(header).and_then(|value| value.to_str().ok());
        borne.and_then(|borne| borne.strip_prefix(before)) == Some(key)
    }

    /// The parts of its path after `path`.
    pub(super) fn words(&self, path: &str) -> Vec<&str> {
        let rest = self.uri.path().trim_start_matches(path);
        rest.split('/').filter(|word| !word.is_empty()).collect()
    }

    /// A part of its query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.uri.query().unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split_once('=')).find(|it| it.0 == name).map(|it| it.1)
    }

    /// A part of its query that is a number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.query(name)?.parse().ok()
    }

    /// Its body.
    pub(super) fn parsed<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|error| Problem::Invalid(error.to_string()))
    }
}

/// The name of the first type that fits a vendor's words.
pub(super) fn fitting(
    sold: &Sold,
    fits: impl FnMut(&InstanceType) -> bool,
) -> Result<String, Problem> {
    let found = instance_types(sold).find(fits);
    found.map(|it| it.name).ok_or(Problem::Missing("type of instance"))
}

/// An answer without a body.
pub(super) fn empty(status: u16) -> Answer {
    Answer { status, body: String::new() }
}

/// Micro-dollars as a JSON number of dollars.
pub(super) fn dollars(usd_micros: u32) -> Value {
    let (whole, rest) = (usd_micros / USD_MICROS_PER_USD, usd_micros % USD_MICROS_PER_USD);
    serde_json::from_str(&format!("{whole}.{rest:06}")).unwrap_or_default()
}

/// Most clouds' header for a key, and what stands there before it.
pub(super) const BEARER: (&str, &str) = ("authorization", "Bearer ");
/// The most on one page: less than any cloud's, so that lists have several.
const PER_PAGE_MAX: usize = 10;

/// A part of a list.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    /// How many are on each.
    pub(super) size: usize,
    pub(super) total: usize,
    pub(super) pages: usize,
}

/// The page of this number, from 1, as large as the request asks by `size` in its query.
pub(super) fn page_of(request: &Request, size: &str, (number, all): (usize, Vec<Value>)) -> Page {
    let size = request.number(size).unwrap_or(PER_PAGE_MAX).clamp(1, PER_PAGE_MAX);
    let total = all.len();
    let begins_at = size.saturating_mul(number.saturating_sub(1));
    let items = all.into_iter().skip(begins_at).take(size).collect();
    Page { items, size, total, pages: total.div_ceil(size).max(1) }
}

/// Why nothing was done: the HTTP status, a code for it, and a sentence.
pub(super) type Words = (u16, &'static str, String);

/// The words of most clouds.
fn usual(problem: &Problem) -> Words {
    let (status, code, text) = match problem {
        Problem::Unauthorized => (401, "unauthorized", "Unable to authenticate you."),
        Problem::Missing(what) => {
            return (404, "not_found", format!("There is no such {what}."));
        }
        Problem::Invalid(why) => (400, "bad_request", why.as_str()),
        Problem::State(why) => (409, "conflict", *why),
        Problem::Quota => (400, "limit_reached", "Instance limit reached."),
        Problem::NoCapacity => (400, "out_of_stock", "Not enough resources."),
        Problem::TooSoon => (429, "too_many_requests", "Slow down."),
        Problem::Declined => (402, "payment_required", "Insufficient funds."),
        Problem::Fails(status) => (*status, "internal_error", "Something went wrong."),
        Problem::Broken(why) => (500, "internal_error", why.as_str()),
    };
    (status, code, text.to_owned())
}

/// How one vendor speaks.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is peculiar to some vendors")]
pub(super) struct Wire {
    /// The cloud's name in offers and accounts.
    pub(super) cloud: &'static str,
    /// What every path begins with, and the base URL ends with.
    pub(super) path: &'static str,
    /// Names the one account where a token is had for its key.
    pub(super) client_id: Option<&'static str>,
    /// The part of the account that machines are in.
    pub(super) project: Option<&'static str>,
    /// What machines boot from, where the cloud's own images will not do.
    pub(super) image: Option<&'static str>,
    /// Where its prices are listed, as a part of its own path, if that is not its API.
    pub(super) prices: Option<&'static str>,
    /// What a euro is worth in dollars, where its prices are in euros.
    pub(super) euro: Option<&'static str>,
    /// What a rupee is worth in dollars, where its prices are in rupees.
    pub(super) rupee: Option<&'static str>,
    /// Opens the one account. It opens nothing else, so it is no secret.
    pub(super) api_key: &'static str,
    /// The header that bears the key, and what stands there before it; `None` where a token does.
    pub(super) authorized_by: Option<(&'static str, &'static str)>,
    /// What it sells; no other cloud sells any of these models.
    pub(super) sold: Sold,
    /// Whether a machine whose end is asked for is gone when that is answered.
    pub(super) ends_at_once: bool,
    /// Whether only a machine that is off can be ended.
    pub(super) ends_only_off: bool,
    /// Whether a machine whose end is asked for waits in a bin until that is asked for again.
    pub(super) has_bin: bool,
    /// Whether only the list of what it sells tells what a machine costs.
    pub(super) prices_by_type: bool,
    /// What a request asks for.
    pub(super) read: fn(&Request) -> Result<Act, Problem>,
    /// What was done, in the vendor's words: all of it, or the part that the request asks for.
    /// `None` for what nobody can ask of this vendor.
    pub(super) told: fn(&Request, &Done) -> Option<Answer>,
    /// Why nothing was done, where the vendor's words are not the usual ones.
    pub(super) words: fn(&Problem) -> Option<Words>,
    /// The body that bears those words.
    pub(super) error: fn(&Words) -> Value,
}

impl Wire {
    /// A cloud like most: a bearer key, the usual words, and machines that are gone when that is
    /// answered and tell their own prices.
    pub(super) const fn usual(
        (cloud, path, api_key): (&'static str, &'static str, &'static str),
        sold: Sold,
        read: fn(&Request) -> Result<Act, Problem>,
        told: fn(&Request, &Done) -> Option<Answer>,
    ) -> Self {
        Self {
            cloud,
            path,
            client_id: None,
            project: None,
            image: None,
            prices: None,
            euro: None,
            rupee: None,
            api_key,
            authorized_by: Some(BEARER),
            sold,
            ends_at_once: true,
            ends_only_off: false,
            has_bin: false,
            prices_by_type: false,
            read,
            told,
            words: |_| None,
            error: |(_, code, text)| json!({"code": code, "message": text}),
        }
    }

    /// What a request asks for, if it bears the key.
    pub(super) fn read(&self, request: &Request) -> Result<Act, Problem> {
        let is_open = |header| request.bears(header, self.api_key);
        if self.authorized_by.is_none_or(is_open) {
            (self.read)(request)
        } else {
            Err(Problem::Unauthorized)
        }
    }

    pub(super) fn told(&self, request: &Request, done: &Done) -> Answer {
        (self.told)(request, done).unwrap_or_else(|| self.refused(&Problem::Missing("operation")))
    }

    pub(super) fn refused(&self, problem: &Problem) -> Answer {
        let words = (self.words)(problem).unwrap_or_else(|| usual(problem));
        Answer::json(words.0, &(self.error)(&words))
    }

    /// What its money is worth, unless that is the dollar.
    fn exchange(&self) -> Option<Value> {
        let euro = self.euro.map(|usd| ("EUR", usd));
        let (currency, usd) = euro.or_else(|| self.rupee.map(|usd| ("INR", usd)))?;
        Some(json!({"currency": currency, "usd": usd, "as_of": "2026-11-20"}))
    }

    /// Its account as the product's secret `GpuClouds` holds it.
    pub(super) fn account(&self, server: &str) -> Value {
        json!({
            "cloud": self.cloud,
            "base_url": format!("{server}{}", self.path),
            "client_id": self.client_id,
            "project": self.project,
            "image": self.image,
            "prices_url": self.prices.map(|prices| format!("{server}{}{prices}", self.path)),
            "exchange": self.exchange(),
            "api_key": self.api_key,
            "ssh_port": SSH_PORT,
            // Many functions share this account, and nobody needs them to be slow.
            "min_interval_ms": 0,
            "launch_interval_ms": 0,
        })
    }
}
