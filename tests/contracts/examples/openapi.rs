//! Prints the OpenAPI document; `make openapi` keeps it as `web/openapi.json`.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = contract_tests::openapi()?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&document)?)?;
    Ok(())
}
