//! The one address a browser sees, as `CloudFront` is on AWS: the API, its WebSockets, the
//! mailbox, the web app.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use fakes::mailbox::{self, Mailbox};
use tokio::net::{TcpListener, TcpStream};

use crate::BoxError;
use crate::layout::Layout;
use crate::stack::Stack;

pub mod files;
pub mod proxy;
pub mod socket;

/// What the origin serves, each part under its own paths.
pub struct Parts {
    /// `/api/v2`.
    pub api: proxy::Api,
    /// `/ws`.
    pub sockets: proxy::Api,
    /// `/mail`.
    pub mailbox: Arc<Mailbox>,
    /// The folder of everything else.
    pub web: PathBuf,
}

/// The origin's routes.
pub fn router(parts: Parts) -> Router {
    Router::new()
        .merge(proxy::router(parts.api))
        .merge(socket::router(parts.sockets))
        .merge(mailbox::pages::router(parts.mailbox))
        .merge(files::router(parts.web))
}

/// The listener, whose connections send each piece of an answer without waiting for the one before
/// to be acknowledged, which takes a client some 40 ms.
fn at_once(listener: TcpListener) -> impl Listener<Io = TcpStream, Addr = SocketAddr> {
    listener.tap_io(|connection| {
        // A connection that cannot be told so is only slower.
        let _ = connection.set_nodelay(true);
    })
}

/// Serves the origin, and keeps the mails sent, until dropped.
pub(crate) async fn serve(
    layout: &Layout,
    stack: &Stack,
    listener: TcpListener,
) -> Result<(), BoxError> {
    let mailbox = Arc::new(Mailbox::open(&layout.mail(), &stack.endpoint)?);
    let parts = Parts {
        api: proxy::Api::new(&stack.endpoint, stack.outputs.get("HttpApiId")?)?,
        sockets: proxy::Api::new(&stack.endpoint, stack.outputs.get("RealtimeApiId")?)?,
        mailbox: Arc::clone(&mailbox),
        web: layout.web(),
    };
    tokio::select! {
        served = axum::serve(at_once(listener), router(parts)) => Ok(served?),
        () = mailbox.collect_forever() => Ok(()),
    }
}
