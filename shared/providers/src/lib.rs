//! GPU clouds behind one trait, the shipped catalogue, and the sandbox.
//!
//! A **cloud** is a provider that we reach over its API with an **account** of ours; [`Clouds`]
//! holds the connected ones. A new cloud whose machines stand in a list with their names is a module
//! that implements `Cloud`, any other one a module that implements [`Provider`]; either has its row
//! in the table of `clouds.rs`.

mod account;
mod boot_script;
mod charges;
mod cloud;
mod cloud_init;
mod cloudrift;
mod clouds;
mod connected;
mod container;
mod decimal;
mod digitalocean;
mod e2e_networks;
mod ecs;
mod exoscale;
mod gcore;
mod http;
mod hyperstack;
mod lambda_cloud;
mod latitude;
mod linode;
mod listing;
mod massed_compute;
mod novita;
mod ovhcloud;
mod plan;
mod probe;
mod provider;
mod refusals;
mod runpod;
#[cfg(test)]
mod sample;
pub mod sandbox;
mod scaleway;
mod seeweb;
mod shadeform;
pub mod shipped;
mod spelling;
mod tencent;
mod tensordock;
mod turns;
mod upcloud;
mod vast;
mod verda;
mod voltage_park;
mod vultr;

pub use account::{Account, ApiKey, Exchange};
pub use clouds::{Accounts, Clouds, CloudsError};
pub use provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
pub use turns::{Begun, LaunchTurn, Purpose, Turns};
