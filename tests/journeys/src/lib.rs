//! Journeys: what people do with the whole product, over HTTP with the real functions. The tests
//! are in `main.rs`.
