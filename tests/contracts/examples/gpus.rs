//! Prints the prices of the public pages of GPUs; `make openapi` keeps them as
//! `web/src/landing/gpus.json`.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gpus = contract_tests::gpus()?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&gpus)?)?;
    Ok(())
}
