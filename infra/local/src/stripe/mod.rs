//! The local Stripe: the endpoints we call, spoken as Stripe speaks them.
//!
//! An *account* is what one secret key opens; nothing of one is seen by another. What a request
//! changes is on the disk before it is answered, and so is every event until it is delivered. The
//! control endpoints under `/control` decline, delay, fail, hold back, repeat and advance.
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
mod products;
mod refusal;
mod requests;
mod setup_intents;
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
use tokio::sync::{Mutex, Notify};

use crate::BoxError;
use crate::client::{Client, client};
use crate::ports::each_once;
use world::World;

/// Where a port is looked for, beside the local AWS's.
const PORTS: std::ops::Range<u16> = 14_666..14_700;

/// The running local Stripe.
pub struct Stripe {
    world: Mutex<World>,
    /// Told when there may be an event to deliver.
    news: Notify,
    client: Client,
}

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
    /// The local Stripe with what it remembers in `state`.
    ///
    /// # Errors
    ///
    /// A damaged memory, or the disk's.
    pub fn open(state: &Path) -> Result<Arc<Self>, BoxError> {
        let world = Mutex::new(World::open(&state.join("stripe.json"))?);
        Ok(Arc::new(Self { world, news: Notify::new(), client: client() }))
    }

    /// Its routes.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/control/{act}", post(control_act))
            .fallback(any(api_call))
            .with_state(Arc::clone(self))
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
