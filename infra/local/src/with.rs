//! `local with`: a command against a fresh product that is gone afterwards.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;

use fakes::stripe;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::layout::Layout;
use crate::process::{STOP_WITHIN, cannot_start, stop_one};
use crate::signals::{INTERRUPTED, Stop, exit_code};
use crate::stack::Stack;
use crate::start::{Addresses, within};
use crate::{BoxError, origin, ports};

/// Runs `words` as a command against a fresh product; returns the command's exit code.
///
/// # Errors
///
/// Whatever keeps the product or the command from starting, and the end of the local AWS.
pub async fn with(layout: Layout, words: Vec<OsString>) -> Result<u8, BoxError> {
    let _alone = layout.lock_test()?;
    layout.empty()?;
    let addresses = Addresses {
        origin: ports::open_origin(0)?,
        emulator: ports::any_port()?,
        stripe: stripe::any_port()?,
    };
    Box::pin(within(&layout, addresses, async |stack, listener, stop| {
        execute(&layout, stack, (listener, stop, words)).await
    }))
    .await
}

async fn execute(
    layout: &Layout,
    stack: &Stack,
    (listener, stop, words): (TcpListener, &mut Stop, Vec<OsString>),
) -> Result<u8, BoxError> {
    let (program, arguments) = words.split_first().ok_or("there is no command to run")?;
    // In our own process group: it may use the terminal, and Ctrl-C reaches it as usual.
    let mut child = Command::new(program)
        .args(arguments)
        .env("GPUBROKER_ORIGIN", &stack.origin)
        .env("GPUBROKER_AWS_ENDPOINT", &stack.endpoint)
        .env("GPUBROKER_CLOUDS", &stack.clouds)
        .env("GPUBROKER_STRIPE", &stack.stripe)
        .env("GPUBROKER_OUTPUTS", layout.outputs())
        .env("GPUBROKER_STATE", layout.dir())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| cannot_start(&program.display().to_string(), &error))?;
    tokio::select! {
        served = origin::serve(layout, stack, listener) => {
            served.and(Err("the origin stopped serving".into()))
        }
        status = child.wait() => {
            let status = status?;
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            Ok(code.unwrap_or_else(|| exit_code(status.signal().unwrap_or(0))))
        }
        code = stop.asked() => {
            if code == INTERRUPTED {
                // The terminal signalled the command too: a second signal would cut its end short.
                let _ = tokio::time::timeout(STOP_WITHIN, child.wait()).await;
            }
            stop_one(&mut child).await;
            Ok(code)
        }
    }
}
