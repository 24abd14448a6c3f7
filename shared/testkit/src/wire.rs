//! A client that sends bytes as they are given, and a server that records what reaches it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::BoxError;

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The lines before the body.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The values of a header, in order.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

/// What a recording server was sent.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Method and URI.
    pub line: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, which is text.
    pub body: String,
}

impl Recorded {
    /// The values of a header, in order.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

/// Serves a router on a free port until the test ends.
#[expect(clippy::disallowed_methods, reason = "the server answers while the test asks")]
pub async fn serve(router: Router) -> Result<SocketAddr, BoxError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// A server that records each request and answers it with what `answer` makes.
pub async fn record(
    answer: fn() -> Response,
) -> Result<(SocketAddr, Arc<Mutex<Vec<Recorded>>>), BoxError> {
    let records = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&records);
    let router = Router::new().fallback(async move |request: Request| {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes);
        let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
        let line = format!("{} {}", parts.method, parts.uri);
        let record = Recorded { line, headers: parts.headers, body };
        if let Ok(mut records) = kept.lock() {
            records.push(record);
        }
        answer()
    });
    Ok((serve(router).await?, records))
}

/// The one request a server recorded.
pub fn only(records: &Mutex<Vec<Recorded>>) -> Result<Recorded, BoxError> {
    match records.lock().map_err(|_| "a recorder failed")?.as_slice() {
        [record] => Ok(record.clone()),
        others => Err(format!("{} requests were recorded", others.len()).into()),
    }
}

/// Sends a request, its lines without line ends, and its body; reads the answer to its end.
pub async fn send(address: SocketAddr, lines: &[&str], body: &str) -> Result<Answer, BoxError> {
    let mut stream = TcpStream::connect(address).await?;
    let head = lines.join("\r\n");
    let request =
        format!("{head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8(bytes)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("the answer has no end of headers")?;
    let status = head.split(' ').nth(1).ok_or("the answer has no status")?.parse()?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// Sends `GET path`.
pub async fn get(address: SocketAddr, path: &str) -> Result<Answer, BoxError> {
    send(address, &[&format!("GET {path} HTTP/1.1"), "host: localhost"], "").await
}
