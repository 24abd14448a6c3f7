//! `/api/v2`: what reaches the HTTP API, and what comes back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use local::BoxError;
use local::origin::proxy::{Api, router};
use serde_json::Value;
use testkit::wire::{only, record, send, serve};
use tokio::net::TcpListener;

fn accepted() -> Response {
    StatusCode::ACCEPTED.into_response()
}

fn two_cookies() -> Response {
    let headers = [("set-cookie", "a=1"), ("x-request-id", "r1"), ("keep-alive", "timeout=5")];
    let mut response = (StatusCode::CONFLICT, headers, r#"{"error":{}}"#).into_response();
    response.headers_mut().append("set-cookie", http::HeaderValue::from_static("b=2; HttpOnly"));
    response
}

async fn proxy_to(address: SocketAddr) -> Result<SocketAddr, BoxError> {
    serve(router(Api::new(&format!("http://{address}"), "abc123")?)).await
}

#[tokio::test]
async fn method_path_query_headers_and_body_reach_the_api_unchanged() -> Result<(), BoxError> {
    let (api, records) = record(accepted).await?;
    let origin = proxy_to(api).await?;
    let line = "PATCH /api/v2/pods/a%2Fb//c?filter=x%20y&filter=z&empty= HTTP/1.1";
    let headers = ["host: localhost:8080", "idempotency-key: k1", "cookie: a=1; b=2"];
    let answer = send(origin, &[&[line], &headers[..]].concat(), r#"{"größe":1}"#).await?;

    let request = only(&records)?;
    assert_eq!(answer.status, 202);
    assert_eq!(request.line, "PATCH /api/v2/pods/a%2Fb//c?filter=x%20y&filter=z&empty=");
    assert_eq!(request.header("idempotency-key"), ["k1"]);
    assert_eq!(request.header("cookie"), ["a=1; b=2"]);
    assert_eq!(request.header("content-length"), ["13"]);
    assert_eq!(request.body, r#"{"größe":1}"#);
    Ok(())
}

#[tokio::test]
async fn the_api_is_addressed_by_its_id_and_told_the_browsers_host() -> Result<(), BoxError> {
    let (api, records) = record(accepted).await?;
    let origin = proxy_to(api).await?;
    send(origin, &["GET /api/v2/offers HTTP/1.1", "host: Live.localhost:8080"], "").await?;

    let request = only(&records)?;
    assert_eq!(request.header("host"), [format!("abc123.execute-api.localhost:{}", api.port())]);
    assert_eq!(request.header("x-forwarded-host"), ["live.localhost"]);
    Ok(())
}

#[tokio::test]
async fn a_client_cannot_say_which_host_its_browser_used() -> Result<(), BoxError> {
    let (api, records) = record(accepted).await?;
    let origin = proxy_to(api).await?;
    let lines = [
        "GET /api/v2/offers HTTP/1.1",
        "host: localhost",
        "x-forwarded-host: other.example",
        "X-Forwarded-Host: another.example",
    ];
    send(origin, &lines, "").await?;
    assert_eq!(only(&records)?.header("x-forwarded-host"), ["localhost"]);
    Ok(())
}

#[tokio::test]
async fn the_machines_own_address_is_told_as_its_name_without_a_port() -> Result<(), BoxError> {
    let (api, records) = record(accepted).await?;
    let origin = proxy_to(api).await?;
    send(origin, &["GET /api/v2 HTTP/1.1", "host: 127.0.0.1:8080"], "").await?;
    assert_eq!(only(&records)?.header("x-forwarded-host"), ["localhost"]);
    Ok(())
}

#[tokio::test]
async fn headers_of_one_connection_stay_on_it() -> Result<(), BoxError> {
    let (api, records) = record(two_cookies).await?;
    let origin = proxy_to(api).await?;
    let lines = [
        "GET /api/v2/offers HTTP/1.1",
        "host: localhost",
        "connection: x-secret-hop, upgrade",
        "x-secret-hop: 1",
        "upgrade: h2c",
        "te: trailers",
    ];
    let answer = send(origin, &lines, "").await?;
    let request = only(&records)?;
    for name in ["x-secret-hop", "upgrade", "te"] {
        assert_eq!(request.header(name), [""; 0], "{name}");
    }
    assert_eq!(answer.header("keep-alive"), [""; 0]);
    Ok(())
}

#[tokio::test]
async fn an_answer_comes_back_whole_with_each_of_its_cookies() -> Result<(), BoxError> {
    let (api, _) = record(two_cookies).await?;
    let origin = proxy_to(api).await?;
    let answer = send(origin, &["GET /api/v2/x HTTP/1.1", "host: localhost"], "").await?;
    assert_eq!((answer.status, answer.body.as_str()), (409, r#"{"error":{}}"#));
    assert_eq!(answer.header("set-cookie"), ["a=1", "b=2; HttpOnly"]);
    assert_eq!(answer.header("x-request-id"), ["r1"]);
    Ok(())
}

#[tokio::test]
async fn an_api_that_does_not_answer_is_a_504_in_the_apis_own_shape() -> Result<(), BoxError> {
    // It accepts connections, as any listening socket does, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let api = Api::new(&format!("http://{}", silent.local_addr()?), "abc123")?;
    let origin = serve(router(api.answering_within(Duration::from_millis(50)))).await?;
    let start = Instant::now();
    let answer = send(origin, &["GET /api/v2/x HTTP/1.1", "host: localhost"], "").await?;

    let body: Value = serde_json::from_str(&answer.body)?;
    assert_eq!((answer.status, &body["error"]["code"]), (504, &Value::from("unavailable")));
    assert!(body["error"]["message"].is_string() && body["error"]["request_id"].is_string());
    assert_eq!(answer.header("content-type"), ["application/json"]);
    assert!(start.elapsed() < Duration::from_secs(10));
    Ok(())
}

#[tokio::test]
async fn an_api_that_is_gone_is_a_502_in_the_apis_own_shape() -> Result<(), BoxError> {
    let gone = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let origin = proxy_to(gone).await?;
    let answer = send(origin, &["GET /api/v2/x HTTP/1.1", "host: localhost"], "").await?;
    let body: Value = serde_json::from_str(&answer.body)?;
    assert_eq!((answer.status, &body["error"]["code"]), (502, &Value::from("unavailable")));
    Ok(())
}

#[tokio::test]
async fn a_request_whose_host_is_unclear_reaches_nobody() -> Result<(), BoxError> {
    let (api, records) = record(accepted).await?;
    let origin = proxy_to(api).await?;
    let answer = send(origin, &["GET /api/v2/x HTTP/1.1", "host: a b"], "").await?;
    assert_eq!(answer.status, 400);
    assert!(only(&records).is_err());
    Ok(())
}
