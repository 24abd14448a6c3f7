//! `local run`: the product in the foreground, its state kept.

use fakes::stripe;
use tokio::net::TcpListener;

use crate::layout::Layout;
use crate::signals::Stop;
use crate::stack::Stack;
use crate::start::{Addresses, within};
use crate::{BoxError, mend, origin, ports, say};

/// Serves the product at `port` until asked to stop; returns the exit code.
///
/// # Errors
///
/// Whatever keeps the product from starting, and the end of the local AWS.
pub async fn run(layout: Layout, port: u16) -> Result<u8, BoxError> {
    let _alone = layout.lock_run()?;
    let addresses = Addresses {
        origin: ports::open_origin(port)?,
        emulator: ports::remembered_emulator_port(layout.dir()).await?,
        stripe: stripe::remembered_port(layout.dir())?,
    };
    let code = Box::pin(within(&layout, addresses, async |stack, listener, stop| {
        serve(&layout, stack, (listener, stop)).await
    }))
    .await?;
    say::line("Stopped. All is kept: `make run` continues, `make reset` forgets.");
    Ok(code)
}

async fn serve(
    layout: &Layout,
    stack: &Stack,
    (listener, stop): (TcpListener, &mut Stop),
) -> Result<u8, BoxError> {
    // Nobody should have to wait for the next minute's sweep.
    say::detail(mend::mend(stack).await);
    let port = listener.local_addr()?.port();
    say::line(format_args!("\nGPUBROKER is at http://localhost:{port}"));
    say::line(format_args!("  web app  http://localhost:{port}/"));
    say::line(format_args!("  API      http://localhost:{port}/api/v2"));
    say::line(format_args!("  mailbox  http://localhost:{port}/mail"));
    say::line(format_args!("  LIVE     http://live.localhost:{port}/ on local GPU clouds"));
    say::line(format_args!("  Stripe   {}", stack.stripe));
    say::line("Ctrl-C stops everything and keeps all state.");
    tokio::select! {
        served = origin::serve(layout, stack, listener) => served.map(|()| 0),
        _ = stop.asked() => Ok(0),
    }
}
