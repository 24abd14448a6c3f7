//! The provider for Lambda on the wire, against fake clouds that each test has to itself.

mod account;
mod acts;
mod market;
