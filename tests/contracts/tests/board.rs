//! `web/src/landing/board.json` says what the shipped market costs.

use std::fs;
use std::path::PathBuf;

fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/src/landing/board.json")
}

#[test]
fn the_committed_board_is_the_shipped_market() {
    let board = contract_tests::board().expect("a board");
    let text = serde_json::to_string_pretty(&board).expect("JSON") + "\n";
    let found = fs::read_to_string(committed()).unwrap_or_default();
    assert!(found == text, "web/src/landing/board.json is out of date: run `make openapi`");
}

#[test]
fn the_board_is_worth_showing_and_tells_no_clock() {
    let board = contract_tests::board().expect("a board");
    assert_eq!(board, contract_tests::board().expect("a board"));
    let length = |name: &str| board[name].as_array().map_or(0, Vec::len);
    assert!(length("featured") >= 8, "{}", length("featured"));
    assert!(length("providers") >= 20, "{}", length("providers"));
    assert!(board["offers_total"].as_u64() > Some(1_000), "{}", board["offers_total"]);
    assert!(board["regions_total"].as_u64() > Some(50), "{}", board["regions_total"]);
    assert!(board["as_of"].as_str().is_some_and(|day| day.len() == 10), "{}", board["as_of"]);
}
