//! GPU clouds behind one trait, the shipped catalogue, and the sandbox.
//!
//! A **cloud** is a provider that we reach over its API with an **account** of ours; [`Clouds`]
//! holds the connected ones. A new cloud is a module that implements [`Provider`], and its row in
//! the table of `clouds.rs`.

mod account;
mod cloud_init;
mod clouds;
mod decimal;
mod http;
mod lambda_cloud;
mod listing;
mod probe;
mod provider;
mod refusals;
mod runpod;
#[cfg(test)]
mod sample;
pub mod sandbox;
pub mod shipped;
mod turns;
mod verda;
mod vultr;

pub use account::{Account, ApiKey};
pub use clouds::{Accounts, Clouds, CloudsError};
pub use provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
pub use turns::{Purpose, Turns};
