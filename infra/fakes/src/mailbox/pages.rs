//! `/mail`: the mailbox as pages for a person and as JSON for a test.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use serde::Deserialize;

use super::kept::Mailbox;
use super::mail::Mail;

/// A mail's frame inherits these: it shows its own styles and embedded pictures, and fetches
/// nothing.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// How many mails a page lists: more than a person scrolls through.
const LISTED_MAX: usize = 200;

#[derive(Template)]
#[template(path = "mails.html")]
struct MailsPage<'a> {
    mails: &'a [Mail],
    left_out: usize,
    address: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    mail: &'a Mail,
    frame: Option<String>,
}

#[derive(Deserialize)]
struct Recipient {
    to: Option<String>,
}

/// The routes of the mailbox.
pub fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/mail", get(list))
        .route("/mail/", get(list))
        .route("/mail/messages.json", get(list_as_json))
        .route("/mail/{id}", get(show))
        .with_state(mailbox)
}

async fn list(State(mailbox): State<Arc<Mailbox>>, Query(query): Query<Recipient>) -> Response {
    let mails = mailbox.list(query.to.as_deref()).await;
    let listed = &mails[..mails.len().min(LISTED_MAX)];
    let left_out = mails.len().saturating_sub(LISTED_MAX);
    page(&MailsPage { mails: listed, left_out, address: query.to.as_deref() })
}

async fn list_as_json(
    State(mailbox): State<Arc<Mailbox>>,
    Query(query): Query<Recipient>,
) -> Response {
    (HEADERS, Json(mailbox.list(query.to.as_deref()).await)).into_response()
}

async fn show(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<String>) -> Response {
    match mailbox.find(&id).await {
        Some(mail) => page(&MailPage { frame: mail.html.as_deref().map(framed), mail: &mail }),
        None => (StatusCode::NOT_FOUND, HEADERS, "There is no such mail.\n").into_response(),
    }
}

/// The HTML part with its links made to open in a tab of their own, outside the frame.
fn framed(html: &str) -> String {
    format!(r#"<base target="_blank">{html}"#)
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (HEADERS, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
