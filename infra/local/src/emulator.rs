//! The local AWS: `emulator.py`, from its start to its end.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fakes::client::{Client, get};
use tokio::process::Command;

use crate::layout::Layout;
use crate::process::{Group, create_log, last_lines};
use crate::{BoxError, python};

/// How long the local AWS may take to answer; it needs about a second.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// How often it is asked.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// The running local AWS.
pub(crate) struct Emulator {
    group: Group,
    log: PathBuf,
}

impl Emulator {
    /// Starts the local AWS on 127.0.0.1 at `port`.
    pub(crate) fn start(layout: &Layout, port: u16) -> Result<Self, BoxError> {
        let log = layout.log("emulator");
        let output = create_log(&log)?;
        let mut command = Command::new(python::interpreter(layout));
        command
            .current_dir(layout.checkout())
            .env("PYTHONUNBUFFERED", "1")
            .arg(layout.scripts().join("emulator.py"))
            .args(["--port", &port.to_string(), "--state"])
            .arg(layout.state())
            .args(layout.keeps_state().then_some("--keep"))
            .stderr(output.try_clone()?)
            .stdout(output);
        Ok(Self { group: Group::start(&mut command)?, log })
    }

    /// Waits until the local AWS ends, which it should not; returns what to say about it.
    pub(crate) async fn died(&mut self) -> BoxError {
        match self.group.ended().await {
            Ok(status) => format!("the local AWS ended ({status}){}", last_lines(&self.log)).into(),
            Err(error) => error.into(),
        }
    }

    /// Ends the local AWS, with all it has started, after it saved its state.
    pub(crate) async fn stop(mut self) {
        self.group.stop().await;
    }
}

/// Waits until the local AWS at `endpoint` answers.
pub(crate) async fn ready(client: &Client, endpoint: &str) -> Result<(), BoxError> {
    let health = format!("{endpoint}/_ministack/health");
    let start = Instant::now();
    while let Err(error) = get(client, &health).await {
        if start.elapsed() > READY_WITHIN {
            return Err(format!("the local AWS does not answer: {error}").into());
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
    Ok(())
}
