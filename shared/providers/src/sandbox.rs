//! The provider of SANDBOX pods: it owns no machine and calls nobody. A machine here is no more
//! than its name, so doing anything to it twice is like doing it once, and no state can be lost.
//!
//! Everything it says about a machine is marked simulated. The user picks a [`Scenario`] to choose
//! what goes wrong, as test card numbers choose what a card does.

pub mod market;

use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::{Offer, Stock};
use domain::market::quote::Configuration;
use domain::money::UsdMicrosPerHour;
use domain::pod::Address;
use domain::pod::Scenario;
use domain::pod::sweep::MachineState;
use jiff::{SignedDuration, Timestamp};

use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
use crate::turns::{LaunchTurn, Purpose};

/// How long a machine of [`Scenario::SlowStart`] takes to answer.
const SLOW_START_SECS: i64 = 8;
/// How much dearer than quoted a machine of [`Scenario::PriceRaised`] is, a cent an hour.
const RAISE_USD_MICROS_PER_HOUR: i64 = 10_000;
/// A name that never resolves (RFC 2606, §2).
const DOMAIN: &str = "sandbox.invalid";

/// The sandbox provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sandbox;

fn rate(request: &LaunchRequest<'_>) -> Result<UsdMicrosPerHour, Error> {
    let offer = request.attempt.offer.clone();
    let launched = Configuration { offer, ..request.configuration.clone() };
    let rate = launched.provider_rate()?;
    let first = request.attempt.number == 1;
    if first && request.scenario == Some(Scenario::PriceRaised) {
        return rate.plus(UsdMicrosPerHour(RAISE_USD_MICROS_PER_HOUR));
    }
    Ok(rate)
}

fn machine(request: &LaunchRequest<'_>) -> Result<Machine, Error> {
    let name = request.attempt.machine_name.clone();
    Ok(Machine {
        id: format!("simulated-{name}"),
        name,
        state: MachineState::Running,
        rate_usd_micros_per_hour: rate(request)?,
        address: None,
    })
}

#[async_trait]
impl Provider for Sandbox {
    async fn offers(&self, _now: Timestamp) -> Result<Vec<Offer>, Error> {
        // The sandbox market is shipped, not asked for.
        Ok(Vec::new())
    }

    async fn launch(
        &self,
        request: LaunchRequest<'_>,
        _: LaunchTurn,
    ) -> Result<Machine, LaunchError> {
        let sold_out = match request.scenario {
            Some(Scenario::AllOffersSoldOut) => true,
            Some(Scenario::FirstOfferSoldOut) => request.attempt.number == 1,
            _ => request.attempt.offer.stock == Stock::None,
        };
        if sold_out {
            return Err(LaunchError::NoCapacity);
        }
        Ok(machine(&request)?)
    }

    async fn find(&self, _machine_name: &str) -> Result<Option<Machine>, Error> {
        // Launching again under the same name gives the same machine, so none is ever missed.
        Ok(None)
    }

    async fn machine(&self, _machine_id: &str) -> Result<Option<Machine>, Error> {
        Ok(None)
    }

    async fn machines(&self, _purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        Ok(None)
    }

    fn list_age_max(&self) -> Option<Duration> {
        None
    }

    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        _listed: Option<&Address>,
        now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let booted_at = match request.scenario {
            Some(Scenario::NeverReady) => return Ok(None),
            Some(Scenario::SlowStart) => {
                request.attempt.started_at + SignedDuration::from_secs(SLOW_START_SECS)
            }
            _ => request.attempt.started_at,
        };
        Ok((now >= booted_at).then(|| Address {
            host: format!("{}.{DOMAIN}", request.attempt.machine_name),
            ssh_port: 22,
            ssh_user: "root".to_owned(),
            simulated: true,
            ports: Vec::new(),
        }))
    }

    async fn stop(&self, _machine_name: &str) -> Result<ActProgress, Error> {
        Ok(ActProgress::Done)
    }

    async fn start(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        Ok(machine(&request)?)
    }

    async fn terminate(&self, _machine_name: &str) -> Result<ActProgress, Error> {
        Ok(ActProgress::Done)
    }

    async fn terminate_twin(&self, _machine_id: &str) -> Result<(), Error> {
        Ok(())
    }
}
