//! What every GPU cloud can be asked to do.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::market::quote::Configuration;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::Address;
use domain::pod::sweep::{ListedMachine, MachineState};
use domain::pod::{Attempt, Scenario};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::probe;
use crate::turns::{Begun, LaunchTurn, Purpose};

/// What a provider needs to know to launch a machine, and later to find, start and probe it.
#[derive(Clone, Debug)]
pub struct LaunchRequest<'a> {
    /// The attempt, with the offer and the machine's name.
    pub attempt: &'a Attempt,
    /// Template, disk and keys.
    pub configuration: &'a Configuration,
    /// The token that opens the machine's Jupyter, if its template has one; a secret.
    pub jupyter_token: Option<&'a str>,
    /// What the sandbox is to pretend.
    pub scenario: Option<Scenario>,
}

/// A machine as its provider lists it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Machine {
    /// The provider's own identifier.
    pub id: String,
    /// The name it was launched under.
    pub name: String,
    /// What it does.
    pub state: MachineState,
    /// What the provider charges for it, disk included.
    pub rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// Where it is reached; `None` unless it runs and its provider says so.
    pub address: Option<Address>,
}

impl From<Machine> for ListedMachine {
    fn from(Machine { id, name, state, .. }: Machine) -> Self {
        Self { id, name, state }
    }
}

/// How far the provider is with stopping or terminating a machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ActProgress {
    /// The machine is stopped or gone, and no longer billed.
    Done,
    /// The provider is still working on it; ask again.
    UnderWay,
}

/// Why no machine was launched.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The provider has none of this offer left; no machine exists.
    #[error("no capacity")]
    NoCapacity,
    /// The account may not have more machines; none was launched. A pod sees no difference from
    /// missing capacity, but an operator has to raise the quota.
    #[error("the account's quota is reached")]
    QuotaReached,
    /// Anything else; a machine may or may not exist.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A GPU cloud. Every act is safe to repeat.
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    /// What it sells at `now`.
    ///
    /// # Errors
    ///
    /// 503 `busy`: too many requests; nothing was done. 503 `unavailable`: it gave no answer to rely
    /// on. 500 `internal`: it refuses our account.
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error>;

    /// Waits for the turn of a launch. One that has begun comes before all others, because its
    /// machine's time to boot is running.
    ///
    /// # Errors
    ///
    /// 503 `busy`: it is too far away, and nothing was done.
    async fn turn_to_launch(&self, _: Begun) -> Result<LaunchTurn, Error> {
        Ok(LaunchTurn::at_once())
    }

    /// Launches a machine under the attempt's machine name in its turn, or returns the one that bears
    /// that name.
    ///
    /// # Errors
    ///
    /// [`LaunchError`].
    async fn launch(
        &self,
        request: LaunchRequest<'_>,
        turn: LaunchTurn,
    ) -> Result<Machine, LaunchError>;

    /// The machine with this name, if there is one.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error>;

    /// The machine with this identifier, unless it is gone or going.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error>;

    /// Every machine of the account, whoever launched it; `None` if the provider has no account.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error>;

    /// How old a list of its machines may be for those who wait for one of them to boot; `None` if
    /// it has no account.
    fn list_age_max(&self) -> Option<Duration>;

    /// The address of the attempt's machine, once it serves its user as its template demands; the
    /// machine itself is asked. `listed` is where its provider's list says it is reached.
    ///
    /// # Errors
    ///
    /// 500 `internal`: nothing can be asked.
    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        listed: Option<&Address>,
        _now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let Some(address) = listed else { return Ok(None) };
        let serves = probe::serves(address, request.configuration.template.readiness).await?;
        Ok(serves.then(|| address.clone()))
    }

    /// Stops the machine with this name; its disk is kept.
    ///
    /// # Errors
    ///
    /// 409 `stop_unsupported` if the cloud cannot, and those of [`Provider::offers`].
    async fn stop(&self, _machine_name: &str) -> Result<ActProgress, Error> {
        Err(stop_unsupported())
    }

    /// Starts the attempt's stopped machine again, under the same name.
    ///
    /// # Errors
    ///
    /// [`LaunchError`], with 409 `stop_unsupported` if the cloud cannot stop machines.
    async fn start(&self, _request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        Err(stop_unsupported().into())
    }

    /// Terminates every machine with this name. It is done once the provider runs none and so bills
    /// none; a machine that is already gone counts as done.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error>;

    /// What it charges our account for a day (UTC) that is over, by its own reckoning; `None` where
    /// no API of it tells that.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn charged(&self, _day: Date) -> Result<Option<UsdMicros>, Error> {
        Ok(None)
    }

    /// Terminates the one machine with this identifier: a duplicate of a machine name.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::offers`].
    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error>;
}

/// The refusal of a cloud that cannot stop machines, or bills a stopped one like one that runs.
fn stop_unsupported() -> Error {
    Error::conflict(
        "stop_unsupported",
        "This GPU cloud cannot stop a machine and keep its disk. It can only be ended.",
    )
}

/// What came of ending every machine of a name one by one. One that cannot be ended keeps no twin
/// of it running, so all ends are tried before this is asked; that they are gone is believed once
/// the account no longer lists any.
pub(crate) fn progress(ends: Vec<Result<(), Error>>) -> Result<ActProgress, Error> {
    let none_is_left = ends.is_empty();
    ends.into_iter().collect::<Result<(), _>>()?;
    Ok(if none_is_left { ActProgress::Done } else { ActProgress::UnderWay })
}
