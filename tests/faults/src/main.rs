//! `faults`: every call of every scenario, gone wrong in every way; `make faults` runs it.

use std::io::Write;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let only = std::env::args().nth(1).unwrap_or_default();
    match fault_tests::run(&only, &mut std::io::stdout()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "faults: {error:?}");
            ExitCode::FAILURE
        }
    }
}
