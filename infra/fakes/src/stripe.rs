//! The local Stripe: the endpoints that we call, as Stripe answers them.
//!
//! An *account* is what one secret key opens; accounts cannot see each other. What a request
//! changes is on the disk before it is answered, and so is every event until it is delivered.
//! Faults are added at `/control/faults`; the other endpoints under `/control` hold events back, let
//! time pass, and show what was asked.
//!
//! Shapes are those of Stripe's API reference: <https://docs.stripe.com/api>.

mod account;
mod cards;
mod control;
mod customers;
mod delivery;
mod form;
mod invoices;
mod payment_intents;
mod payments;
mod products;
mod refusal;
mod requests;
mod setup_intents;
mod state;
mod subscriptions;
mod world;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::response::Response;
use axum::routing::{any, post};
use serde_json::Value;

use crate::ports::each_once;
use crate::{BoxError, faults};

pub use state::Stripe;

/// Where a port is looked for, beside the local AWS's.
const PORTS: std::ops::Range<u16> = 14_666..14_700;

/// Opens the port remembered in `dir`, or a free one, remembered from now on.
///
/// # Errors
///
/// The remembered port is taken, no port is free, or the disk's.
pub fn remembered_port(dir: &Path) -> Result<tokio::net::TcpListener, BoxError> {
    let path = dir.join("stripe-port");
    let listener = if let Ok(text) = std::fs::read_to_string(&path) {
        let port: u16 = text.trim().parse()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
            format!("port {port}, which the local Stripe has had so far, cannot be opened: {error}")
        })?
    } else {
        let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        let listener = each_once(PORTS)
            .find_map(bind)
            .ok_or_else(|| format!("every port from {} to {} is taken", PORTS.start, PORTS.end))?;
        std::fs::create_dir_all(dir)?;
        std::fs::write(&path, listener.local_addr()?.port().to_string())?;
        listener
    };
    opened(listener)
}

/// Opens a free port for a run that keeps nothing.
///
/// # Errors
///
/// No port is free.
pub fn any_port() -> Result<tokio::net::TcpListener, BoxError> {
    opened(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?)
}

fn opened(listener: TcpListener) -> Result<tokio::net::TcpListener, BoxError> {
    listener.set_nonblocking(true)?;
    Ok(tokio::net::TcpListener::from_std(listener)?)
}

impl Stripe {
    /// Its routes.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/control/{act}", post(control_act))
            .fallback(any(api_call))
            .with_state(Arc::clone(self))
            .merge(faults::router(Arc::clone(&self.faults), requests::expresses))
    }

    /// Serves it on `listener` and delivers events, until dropped.
    ///
    /// # Errors
    ///
    /// The listener's.
    pub async fn serve(self: Arc<Self>, listener: tokio::net::TcpListener) -> Result<(), BoxError> {
        let router = self.router();
        tokio::select! {
            served = axum::serve(listener, router) => Ok(served?),
            () = self.deliver_forever() => Ok(()),
        }
    }
}

async fn api_call(State(stripe): State<Arc<Stripe>>, request: axum::extract::Request) -> Response {
    requests::answer(&stripe, request).await
}

async fn control_act(
    State(stripe): State<Arc<Stripe>>,
    UrlPath(act): UrlPath<String>,
    axum::Json(body): axum::Json<Value>,
) -> Response {
    control::answer(&stripe, &act, &body).await
}
