//! Everything else: the files of the web app.
//!
//! A path without a dot that names no file is a page of the app, so it answers `index.html`. No
//! answer comes from outside the folder, nor from a hidden file, however the path is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest, Sha256};

const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'; object-src 'none'";

/// The routes of the web app in `folder`.
pub fn router(folder: PathBuf) -> Router {
    Router::new().fallback(answer).with_state(Arc::new(folder))
}

async fn answer(
    State(folder): State<Arc<PathBuf>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut response = if method == Method::GET || method == Method::HEAD {
        match find(&folder, uri.path()).await {
            Some(file) => file.answer(&headers),
            None => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
        }
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

struct Found {
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Found {
    fn answer(self, headers: &HeaderMap) -> Response {
        let tag = format!("\"{:x}\"", Sha256::digest(&self.bytes));
        if headers.get_all(IF_NONE_MATCH).iter().any(|known| matches(known, &tag)) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
        }
        let headers = [(CONTENT_TYPE, self.content_type.to_owned()), (ETAG, tag)];
        (headers, self.bytes).into_response()
    }
}

fn matches(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known.trim_start_matches("W/") == tag)
}

async fn find(folder: &Path, path: &str) -> Option<Found> {
    let wanted = relative(path)?;
    let names_a_file = wanted.to_str().is_some_and(|wanted| wanted.contains('.'));
    match read(folder, &wanted).await {
        None if !names_a_file => read(folder, Path::new("index.html")).await,
        found => found,
    }
}

/// The bytes of a file that really lies in `folder`, symbolic links followed.
async fn read(folder: &Path, wanted: &Path) -> Option<Found> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(folder.join(wanted)).await.ok()?;
    if !file.starts_with(&folder) {
        return None;
    }
    let bytes = tokio::fs::read(&file).await.ok()?;
    Some(Found { content_type: content_type(&file), bytes })
}

/// The file a URL's path names, if it can name one in the folder at all.
fn relative(path: &str) -> Option<PathBuf> {
    let path = decode(path)?;
    let mut relative = PathBuf::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if segment.starts_with('.') || segment.contains(['\\', '\0']) {
            return None;
        }
        relative.push(segment);
    }
    Some(relative)
}

/// The text that a percent-encoded path stands for.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = str::from_utf8(&digits).ok().filter(|text| !text.starts_with('+'))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}
