//! `local`: the whole product on one machine; `local --help` lists the commands.

use std::process::ExitCode;

use local::command::{self, Command};
use local::layout::Layout;
use local::{BoxError, reset, run, say, with};

// One thread: the emulator asks the kernel to be ended with the very thread that started it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Command::parse(std::env::args_os().skip(1)) {
        Ok(command) => match execute(command).await {
            Ok(code) => ExitCode::from(code),
            Err(error) => fail(error.as_ref()),
        },
        Err(error) => fail(error.as_ref()),
    }
}

async fn execute(command: Command) -> Result<u8, BoxError> {
    match command {
        Command::Run { port, state } => run::run(Layout::of_run(state.as_deref())?, port).await,
        Command::With { words } => with::with(Layout::of_test()?, words).await,
        Command::Reset => reset::reset(&Layout::of_run(None)?),
        Command::Help => {
            say::line(command::HELP);
            Ok(0)
        }
    }
}

fn fail(error: &(dyn std::error::Error + Send + Sync)) -> ExitCode {
    say::error(&error.to_string());
    ExitCode::FAILURE
}
