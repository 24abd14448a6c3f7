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
    say::line(if layout.outputs().exists() {
        "Starting GPUBROKER; this takes about five seconds."
    } else {
        "Starting GPUBROKER for the first time; this takes about a minute, later five seconds."
    });
    let addresses = Addresses {
        origin: ports::open_origin(port)?,
        emulator: ports::remembered_emulator_port(layout.dir()).await?,
        stripe: stripe::remembered_port(layout.dir())?,
    };
    let code = Box::pin(within(&layout, addresses, async |stack, listener, stop| {
        serve(&layout, stack, (listener, stop)).await
    }))
    .await?;
    say::line("Stopped. Your data is kept: `make run` goes on with it, `make reset` deletes it.");
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
    say::line(format_args!("\nGPUBROKER  http://localhost:{port}"));
    say::line(format_args!("Its mail   http://localhost:{port}/mail"));
    say::line("Test card  4242 4242 4242 4242. Ctrl-C stops everything and keeps your data.");
    tokio::select! {
        served = origin::serve(layout, stack, listener) => served.map(|()| 0),
        _ = stop.asked() => Ok(0),
    }
}
