//! GPU clouds behind one trait, the shipped catalogue, and the sandbox.

pub mod sandbox;
pub mod sandbox_market;
pub mod shipped;

use std::future::Future;

use domain::launch::{Attempt, Scenario};
use domain::money::UsdMicrosPerHour;
use domain::pod::Address;
use domain::quote::Configuration;
use domain::tenant::Mode;
use domain::{Error, Kind};
use jiff::Timestamp;

/// What a provider is asked to launch.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The attempt, with the offer and the machine's name.
    pub attempt: &'a Attempt,
    /// Template, disk and keys.
    pub configuration: &'a Configuration,
    /// Token of the machine's Jupyter, where the template has one; a secret.
    pub jupyter_token: Option<&'a str>,
    /// What the sandbox is to pretend.
    pub scenario: Option<Scenario>,
}

/// A machine that exists at a provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// The provider's own identifier.
    pub id: String,
    /// What the provider charges for it, disk included.
    pub rate_usd_micros_per_hour: UsdMicrosPerHour,
}

/// Why no machine was launched.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The provider has none of this offer left; no machine exists.
    #[error("no capacity")]
    NoCapacity,
    /// Anything else; a machine may or may not exist.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A GPU cloud. Every act is safe to repeat.
pub trait Provider {
    /// Launches a machine under the attempt's machine name.
    fn launch(&self, order: Order<'_>)
    -> impl Future<Output = Result<Machine, LaunchError>> + Send;

    /// The machine with this name, asked for after a launch whose answer was lost.
    fn find(
        &self,
        machine_name: &str,
    ) -> impl Future<Output = Result<Option<Machine>, Error>> + Send;

    /// How the attempt's machine is reached, once it serves its user as its template says.
    fn answering(
        &self,
        order: Order<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Address>, Error>> + Send;

    /// Gives the machine with this name back; one that is gone already is a success.
    fn terminate(&self, machine_name: &str) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The provider that serves pods of `mode`: SANDBOX never reaches a real cloud.
///
/// # Errors
///
/// 409 `no_live_provider`: no real cloud is connected.
pub fn of(mode: Mode) -> Result<sandbox::Sandbox, Error> {
    match mode {
        Mode::Sandbox => Ok(sandbox::Sandbox),
        Mode::Live => Err(Error::new(
            Kind::Conflict,
            "no_live_provider",
            "No GPU cloud is connected to this broker yet.",
        )),
    }
}
