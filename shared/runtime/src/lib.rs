//! What every function does the same way: start-up, typed configuration, the caller's identity,
//! and the one rendering of [`domain::Error`] for each kind of trigger.

pub mod clock;
pub mod config;
pub mod http;
pub mod ids;
pub mod queue;
pub mod schedule;
pub mod socket;
pub mod step;
pub mod stream;
pub mod telemetry;

pub use lambda_http::Error as StartError;
