//! What asks this program to stop: Ctrl-C, `kill`, a terminal that closes.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::BoxError;

/// What a shell adds to a signal's number to make an exit code.
const EXIT_CODE_BASE: u8 = 128;

/// The exit code after Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// The requests to stop, from when they are first listened for.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stop {
    pub(crate) fn listen() -> Result<Self, BoxError> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for a request to stop; returns the exit code that stands for it.
    pub(crate) async fn asked(&mut self) -> u8 {
        let kind = tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hang_up.recv() => SignalKind::hangup(),
        };
        exit_code(kind.as_raw_value())
    }
}

/// The exit code of a process that the signal of this number ended.
pub(crate) fn exit_code(signal: i32) -> u8 {
    EXIT_CODE_BASE.saturating_add(u8::try_from(signal).unwrap_or(0))
}
