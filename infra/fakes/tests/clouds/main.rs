//! The local GPU clouds, asked by the product's own providers.

mod faults;
mod server;
