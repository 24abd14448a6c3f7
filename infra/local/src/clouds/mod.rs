//! The local GPU clouds: one HTTP server that speaks Lambda's wire format, with machines that
//! really listen on loopback addresses of their own.
//!
//! The **world** is what exists (machines, keys) and how the clouds behave; it lies in one file,
//! written after each change and before the answer, so a kill loses nothing. A **call** is one
//! request in the vendor's words. A **script** makes chosen calls go wrong. `/control` is for tests.

mod catalogue;
mod control;
mod lambda;
mod machine;
mod script;
mod world;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::BoxError;
use crate::ports::each_once;
use world::World;

/// Where a port is looked for: below the range that systems lend to outgoing connections. Each
/// port has a block of machine addresses of its own, so servers never meet.
const PORTS: std::ops::Range<u16> = 14_700..14_800;
/// Where the machines' SSH servers listen: no privilege is needed for it.
const SSH_PORT: u16 = 2_222;
/// Opens the one account. It opens nothing else, so it is no secret.
const API_KEY: &str = "local-lambda-key";
/// A server that was killed needs a moment to free its port.
const PORT_FREED_WITHIN: Duration = Duration::from_secs(10);

/// The running clouds; they end with this.
pub struct Server {
    url: String,
    _serving: JoinSet<()>,
}

impl Server {
    /// Starts the clouds on 127.0.0.1, with the world kept in `folder`.
    ///
    /// # Errors
    ///
    /// The disk's, a damaged file, and a port that is taken.
    pub async fn start(folder: &Path) -> Result<Self, BoxError> {
        let (world, known) = World::open(&folder.join("clouds.json"))?;
        let listener = if known { remembered(world.port()).await? } else { any().await? };
        world.begin(listener.local_addr()?.port())?;
        let router = router(Arc::new(world));
        let url = format!("http://{}", listener.local_addr()?);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It ends only with its listener, which lives as long as this task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, _serving: serving })
    }

    /// Where the clouds are, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The accounts at these clouds, as `GpuClouds` holds them.
    #[must_use]
    pub fn accounts(&self) -> String {
        let lambda = json!({
            "cloud": "lambda",
            "base_url": format!("{}{}", self.url, lambda::PATH),
            "api_key": API_KEY,
            "ssh_port": SSH_PORT,
            // Many functions share this account, and nobody needs them to be slow.
            "min_interval_ms": 0,
            "launch_interval_ms": 0,
        });
        json!({ "accounts": [lambda] }).to_string()
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new().merge(lambda::router(Arc::clone(&world))).merge(control::router(world))
}

async fn any() -> Result<TcpListener, BoxError> {
    for port in each_once(PORTS) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return Ok(listener);
        }
    }
    Err(format!("every port from {} to {} is taken", PORTS.start, PORTS.end).into())
}

async fn remembered(port: u16) -> Result<TcpListener, BoxError> {
    let bind = async {
        loop {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => return listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    tokio::time::timeout(PORT_FREED_WITHIN, bind).await.map_err(|_| {
        let problem = "which the local GPU clouds have had so far, is taken by another program";
        format!("port {port}, {problem}: stop that program, or forget all with `make reset`").into()
    })
}
