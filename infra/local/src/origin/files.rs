//! Everything else: the files of the web app, answered as `template.yaml` has `CloudFront` do it.
//!
//! `/` is the landing page, and `/gpus/` leads to a page for each GPU, which are files of their own;
//! any other path whose last part has no dot is a page of the console, and all of these are one
//! file; one that is nothing of these is the same page with a 404. The name of an asset changes with
//! its content, so it may be kept for ever. No answer comes from outside the folder, nor from a
//! hidden file, however the path is written.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    VARY,
};
use sha2::{Digest, Sha256};

/// What every answer carries, by name; `WebHeaders` in `template.yaml` says the same.
pub const HEADERS: [(&str, &str); 4] = [
    (
        "content-security-policy",
        "default-src 'self'; base-uri 'none'; connect-src 'self' https://api.stripe.com; \
         font-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; \
         img-src 'self' data: https://*.stripe.com; object-src 'none'; \
         script-src 'self' https://js.stripe.com https://*.js.stripe.com; style-src 'self'",
    ),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(self \"https://js.stripe.com\")",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// Where the files lie whose names change with their content.
const ASSETS: &str = "/assets/";

/// The pages of the console, where `*` stands for one part of a path; `WebPages` in `template.yaml`
/// knows the same ones, and `web/src/shell/pages.ts` is where they come from.
pub const PAGES: [&str; 19] = [
    "/overview",
    "/offers",
    "/offers/*",
    "/clouds",
    "/configure",
    "/review/*",
    "/pods",
    "/pods/*",
    "/activate",
    "/billing",
    "/billing/invoices/*",
    "/pay",
    "/notifications",
    "/account",
    "/login",
    "/register",
    "/verify",
    "/forgot",
    "/reset",
];

/// Where the public pages of GPUs lie, one folder each.
const GPUS: &str = "/gpus";

/// The console's page for every path it does not have.
const NOWHERE: &str = "404.html";

/// `CloudFront` compresses nothing smaller.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html>
const COMPRESSED_BYTES_MIN: usize = 1_000;

/// The beginnings of the content types that compress well.
const COMPRESSED: [&str; 6] = [
    "application/json",
    "application/manifest",
    "application/wasm",
    "application/xml",
    "image/svg",
    "text/",
];

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
    let mut caching = "no-cache";
    let mut response = if method == Method::GET || method == Method::HEAD {
        match find(&folder, uri.path()).await {
            Some(file) => {
                if uri.path().starts_with(ASSETS) {
                    caching = "public, max-age=31536000, immutable";
                }
                let status = file.status;
                let mut response = file.answer(&headers);
                if response.status() == StatusCode::OK {
                    *response.status_mut() = status;
                }
                response
            }
            None => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
        }
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

struct Found {
    status: StatusCode,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Found {
    fn answer(self, headers: &HeaderMap) -> Response {
        // Weak, since it stands for the compressed file as well.
        let tag = format!("W/\"{:x}\"", Sha256::digest(&self.bytes));
        if has(headers, &IF_NONE_MATCH, &tag) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
        }
        let about = [(CONTENT_TYPE, self.content_type.to_owned()), (ETAG, tag)];
        let compressible = COMPRESSED.iter().any(|kind| self.content_type.starts_with(kind))
            && self.bytes.len() >= COMPRESSED_BYTES_MIN;
        if !compressible {
            return (about, self.bytes).into_response();
        }
        let about = (about, [(VARY, "accept-encoding")]);
        let wanted = has(headers, &ACCEPT_ENCODING, "gzip");
        match wanted.then(|| gzip(&self.bytes)) {
            Some(Ok(bytes)) => (about, [(CONTENT_ENCODING, "gzip")], bytes).into_response(),
            _ => (about, self.bytes).into_response(),
        }
    }
}

/// Whether a header that is a list names this.
fn has(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|each| each.trim() == wanted)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

async fn find(folder: &Path, path: &str) -> Option<Found> {
    let wanted = relative(path)?;
    let last = path.rsplit('/').next().unwrap_or_default();
    let file = match path {
        "/" => Path::new("index.html"),
        path if path.starts_with(ASSETS) || last.contains('.') => &wanted,
        path if is_page(path) => Path::new("app.html"),
        path if is_gpu(path) => match read(folder, &wanted.join("index.html")).await {
            Some(page) => return Some(page),
            None => Path::new(NOWHERE),
        },
        _ => Path::new(NOWHERE),
    };
    read(folder, file).await
}

/// Whether it is where the list of GPUs is, or may be where one of them is.
fn is_gpu(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let below = path.strip_prefix(GPUS).and_then(|rest| rest.strip_prefix('/'));
    path == GPUS || below.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// Whether the console has a page at this path.
fn is_page(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    PAGES.iter().any(|page| {
        let mut wanted = page.split('/');
        let fits = |part: &str, each: &str| part == each || (each == "*" && !part.is_empty());
        path.split('/').all(|part| wanted.next().is_some_and(|each| fits(part, each)))
            && wanted.next().is_none()
    })
}

/// The bytes of a file that really lies in `folder`, symbolic links followed.
async fn read(folder: &Path, wanted: &Path) -> Option<Found> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(folder.join(wanted)).await.ok()?;
    if !file.starts_with(&folder) {
        return None;
    }
    let bytes = tokio::fs::read(&file).await.ok()?;
    let status = if wanted == Path::new(NOWHERE) { StatusCode::NOT_FOUND } else { StatusCode::OK };
    Some(Found { status, content_type: content_type(&file), bytes })
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
