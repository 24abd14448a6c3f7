//! The adapter of Lambda on the wire, against local clouds that each test has for itself.

mod acts;
mod faults;
mod market;
mod server;
mod site;
