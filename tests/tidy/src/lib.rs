//! Checks on the source itself; see `tests/tidy.rs`.
