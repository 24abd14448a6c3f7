//! `/ws`: the handshake reaches the WebSocket API, and then the bytes of both sides.

use std::net::SocketAddr;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use local::BoxError;
use local::origin::proxy::Api;
use local::origin::socket::router;
use testkit::wire::{get, only, record, send, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HANDSHAKE: &str = "GET /ws?ticket=abc HTTP/1.1\r\nhost: Live.localhost:8080\r\n\
    connection: keep-alive, Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-forwarded-host: other.example\r\n\r\n";
const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
    upgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

async fn proxy_to(address: SocketAddr) -> Result<SocketAddr, BoxError> {
    serve(router(Api::new(&format!("http://{address}"), "abc123")?)).await
}

/// What arrives up to the end of a head.
async fn head(stream: &mut TcpStream) -> Result<String, BoxError> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(bytes)?)
}

#[tokio::test]
async fn both_sides_bytes_pass_as_they_are_and_an_end_ends_the_other() -> Result<(), BoxError> {
    let gateway = TcpListener::bind("127.0.0.1:0").await?;
    let port = gateway.local_addr()?.port();
    let mut browser = TcpStream::connect(proxy_to(gateway.local_addr()?).await?).await?;
    browser.write_all(HANDSHAKE.as_bytes()).await?;
    let (mut gateway, _) = gateway.accept().await?;
    let asked = head(&mut gateway).await?.to_ascii_lowercase();
    assert!(asked.starts_with("get /ws?ticket=abc http/1.1\r\n"), "{asked}");
    for line in [
        format!("host: abc123.execute-api.localhost:{port}"),
        "x-forwarded-host: live.localhost".to_owned(),
        "upgrade: websocket".to_owned(),
        "sec-websocket-key: dghlihnhbxbszsbub25jzq==".to_owned(),
    ] {
        assert_eq!(asked.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line} in {asked}");
    }
    assert!(!asked.contains("other.example"), "{asked}");
    gateway.write_all(AGREED.as_bytes()).await?;
    let agreed = head(&mut browser).await?;
    assert!(agreed.starts_with("HTTP/1.1 101 "), "{agreed}");
    assert!(agreed.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{agreed}");

    browser.write_all(b"\x89\x00ping").await?;
    let mut bytes = [0; 6];
    gateway.read_exact(&mut bytes).await?;
    assert_eq!(&bytes, b"\x89\x00ping");
    gateway.write_all(b"\x8a\x00pong").await?;
    browser.read_exact(&mut bytes).await?;
    assert_eq!(&bytes, b"\x8a\x00pong");
    drop(gateway);
    assert_eq!(browser.read(&mut bytes).await?, 0);
    Ok(())
}

fn forbidden() -> Response {
    StatusCode::FORBIDDEN.into_response()
}

#[tokio::test]
async fn a_refused_handshake_is_told_as_it_is() -> Result<(), BoxError> {
    let (gateway, records) = record(forbidden).await?;
    let origin = proxy_to(gateway).await?;
    let mut browser = TcpStream::connect(origin).await?;
    browser.write_all(HANDSHAKE.as_bytes()).await?;
    assert!(head(&mut browser).await?.starts_with("HTTP/1.1 403 "));
    assert_eq!(only(&records)?.line, "GET /ws?ticket=abc");
    Ok(())
}

#[tokio::test]
async fn whatever_is_no_websocket_gets_an_error_of_ours_and_no_page() -> Result<(), BoxError> {
    let (gateway, records) = record(forbidden).await?;
    let origin = proxy_to(gateway).await?;
    let answer = get(origin, "/ws").await?;
    assert_eq!(answer.status, 426);
    assert!(answer.body.contains(r#""code":"upgrade_required""#), "{}", answer.body);
    let posted = send(origin, &["POST /ws HTTP/1.1", "host: localhost"], "").await?;
    assert_eq!(posted.status, 405);
    assert!(only(&records).is_err());
    Ok(())
}
