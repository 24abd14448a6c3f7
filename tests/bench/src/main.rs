//! `bench`: prints the figures of DESIGN's budgets; `make bench` runs it.

use std::process::ExitCode;

use bench::{Wish, run, say};

// One thread: what is measured shares the machine with as little as possible.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let wish = match Wish::parse(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(error) => return fail(&error),
    };
    match Box::pin(run(&wish)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &bench::BoxError) -> ExitCode {
    say::error(&error.to_string());
    ExitCode::FAILURE
}
