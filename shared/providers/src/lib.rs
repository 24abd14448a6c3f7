//! GPU clouds behind one trait, the shipped catalogue, and the sandbox.
//!
//! A **cloud** is a provider reached over its API with an **account** of ours; [`Clouds`] holds those
//! connected. A new cloud is a module that implements [`Provider`] and a line in `clouds::connect`.

mod clouds;
mod lambda;
mod pace;
mod probe;
pub mod sandbox;
pub mod sandbox_market;
pub mod shipped;

use std::fmt::Debug;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::market::quote::Configuration;
use domain::money::UsdMicrosPerHour;
use domain::pod::Address;
use domain::pod::{Attempt, Scenario};
use jiff::Timestamp;

pub use clouds::{Account, ApiKey, Clouds, CloudsError};

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

/// A machine as its provider lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// The provider's own identifier.
    pub id: String,
    /// The name it was launched under.
    pub name: String,
    /// What the provider charges for it, disk included.
    pub rate_usd_micros_per_hour: UsdMicrosPerHour,
}

/// How far an act is that a provider carries out in its own time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// It is done.
    Done,
    /// The provider is at it; ask again.
    UnderWay,
}

/// Why no machine was launched.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The provider has none of this offer left; no machine exists.
    #[error("no capacity")]
    NoCapacity,
    /// The account may not have more; no machine exists. For this pod it is as if there were no
    /// capacity, for the operator it is something to mend.
    #[error("the account's quota is reached")]
    QuotaReached,
    /// Anything else; a machine may or may not exist.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A GPU cloud. Every act is safe to repeat.
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    /// Its market of `now`.
    ///
    /// # Errors
    ///
    /// `unavailable`, `internal` when it refuses our account.
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error>;

    /// Launches a machine under the attempt's machine name; one that is there already is returned.
    ///
    /// # Errors
    ///
    /// [`LaunchError`].
    async fn launch(&self, order: Order<'_>) -> Result<Machine, LaunchError>;

    /// The machine with this name, asked for after a launch whose answer was lost.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error>;

    /// Every machine of the account, whoever launched it; `None` where no account is kept.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn machines(&self) -> Result<Option<Vec<Machine>>, Error>;

    /// How the attempt's machine is reached, once it serves its user as its template says.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn answering(&self, order: Order<'_>, now: Timestamp) -> Result<Option<Address>, Error>;

    /// Stops the machine with this name; its disk is kept.
    ///
    /// # Errors
    ///
    /// 409 `stop_unsupported` where the cloud cannot, and those of [`Provider::offers`].
    async fn stop(&self, machine_name: &str) -> Result<Progress, Error>;

    /// Starts the attempt's stopped machine again, under the same name.
    ///
    /// # Errors
    ///
    /// [`LaunchError`], with 409 `stop_unsupported` where the cloud cannot.
    async fn start(&self, order: Order<'_>) -> Result<Machine, LaunchError>;

    /// Gives every machine with this name back. It is done when the provider no longer runs one,
    /// and so bills none; one that is gone already is done.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn terminate(&self, machine_name: &str) -> Result<Progress, Error>;

    /// Gives back the one machine with this identifier, whose name another one bears rightly.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error>;
}
