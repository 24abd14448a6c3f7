//! `/ws`: a WebSocket's handshake goes on to the WebSocket API of the local AWS, whose stage has
//! the same path. Once both sides agree, the bytes of each pass to the other as they come, so
//! frames, pings and closes are theirs alone.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use http::header::{CONNECTION, HeaderValue, UPGRADE};
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;

use super::proxy::{Api, drop_hop_by_hop};

/// The route of the WebSocket API.
pub fn router(api: Api) -> Router {
    let open = |State(api): State<Arc<Api>>, request| async move { open(&api, request).await };
    Router::new().route("/ws", get(open)).with_state(Arc::new(api))
}

async fn open(api: &Api, mut request: Request) -> Response {
    let asked = request.headers().get(UPGRADE).and_then(|value| value.to_str().ok());
    if !asked.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket")) {
        let message = "This address speaks WebSocket only.";
        return api.refuse(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message);
    }
    let browser = on(&mut request);
    let Some(mut request) = api.addressed(request) else {
        return api.unclear();
    };
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    match api.ask(request).await {
        Ok(mut response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
            pass(browser, on(&mut response));
            response.map(|_| Body::empty())
        }
        Ok(mut response) => {
            drop_hop_by_hop(response.headers_mut());
            response.map(Body::new)
        }
        Err(refusal) => refusal,
    }
}

/// Passes bytes between the two sides until both have ended.
#[expect(clippy::disallowed_methods, reason = "a WebSocket outlives its handshake")]
fn pass(browser: OnUpgrade, gateway: OnUpgrade) {
    tokio::spawn(async move {
        // A side that never agrees or breaks off ends the other as well: both are dropped here.
        let (Ok(browser), Ok(gateway)) = tokio::join!(browser, gateway) else {
            return;
        };
        let (mut browser, mut gateway) = (TokioIo::new(browser), TokioIo::new(gateway));
        let _ = tokio::io::copy_bidirectional(&mut browser, &mut gateway).await;
    });
}
