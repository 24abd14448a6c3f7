//! Prints the landing page's board; `make openapi` keeps it as `web/src/landing/board.json`.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let board = contract_tests::board()?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&board)?)?;
    Ok(())
}
