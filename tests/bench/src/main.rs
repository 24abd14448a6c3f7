//! `bench`: prints the figures of DESIGN's budgets; `make bench` runs it. `bench market` walks through
//! every cloud instead, which `make market` runs.

use std::process::ExitCode;

use bench::{Outcome, Wish, market, run, say};

// One thread: what is measured shares the machine with as little as possible.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("market") {
        return ended(&Box::pin(market::walk_all()).await);
    }
    let wish = match Wish::parse(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(error) => return fail(&error),
    };
    ended(&Box::pin(run(&wish)).await)
}

fn ended(outcome: &Outcome<()>) -> ExitCode {
    outcome.as_ref().map_or_else(fail, |()| ExitCode::SUCCESS)
}

fn fail(error: &bench::BoxError) -> ExitCode {
    say::error(&error.to_string());
    ExitCode::FAILURE
}
