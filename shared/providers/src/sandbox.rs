//! The provider of SANDBOX pods: it owns no machine and calls nobody. A machine of its is its name
//! alone, so launching, stopping, starting or ending it twice is the same as once, and no state can
//! be lost.
//!
//! Everything it says of a machine is marked simulated. What goes wrong is chosen by the
//! [`Scenario`] that the user picks, as test card numbers choose what a card does.

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::{Offer, Stock};
use domain::market::quote::Configuration;
use domain::money::UsdMicrosPerHour;
use domain::pod::Address;
use domain::pod::Scenario;
use jiff::{SignedDuration, Timestamp};

use crate::{LaunchError, Machine, Order, Progress, Provider};

/// How long a machine of [`Scenario::SlowStart`] takes to answer.
const SLOW_START_SECS: i64 = 8;
/// How much dearer than quoted a machine of [`Scenario::PriceRaised`] is, a cent an hour.
const RAISE_USD_MICROS_PER_HOUR: i64 = 10_000;
/// A name that never resolves (RFC 2606, §2).
const DOMAIN: &str = "sandbox.invalid";

/// The sandbox provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sandbox;

fn rate(order: &Order<'_>) -> Result<UsdMicrosPerHour, Error> {
    let offer = order.attempt.offer.clone();
    let launched = Configuration { offer, ..order.configuration.clone() };
    let rate = launched.provider_rate()?;
    let first = order.attempt.number == 1;
    if first && order.scenario == Some(Scenario::PriceRaised) {
        return rate.plus(UsdMicrosPerHour(RAISE_USD_MICROS_PER_HOUR));
    }
    Ok(rate)
}

fn machine(order: &Order<'_>) -> Result<Machine, Error> {
    let name = order.attempt.machine_name.clone();
    Ok(Machine { id: format!("simulated-{name}"), name, rate_usd_micros_per_hour: rate(order)? })
}

#[async_trait]
impl Provider for Sandbox {
    async fn offers(&self, _now: Timestamp) -> Result<Vec<Offer>, Error> {
        // The sandbox market is shipped, not asked for.
        Ok(Vec::new())
    }

    async fn launch(&self, order: Order<'_>) -> Result<Machine, LaunchError> {
        let sold_out = match order.scenario {
            Some(Scenario::AllOffersSoldOut) => true,
            Some(Scenario::FirstOfferSoldOut) => order.attempt.number == 1,
            _ => order.attempt.offer.stock == Stock::None,
        };
        if sold_out {
            return Err(LaunchError::NoCapacity);
        }
        Ok(machine(&order)?)
    }

    async fn find(&self, _machine_name: &str) -> Result<Option<Machine>, Error> {
        // Launching again under the same name gives the same machine, so none is ever missed.
        Ok(None)
    }

    async fn machines(&self) -> Result<Option<Vec<Machine>>, Error> {
        Ok(None)
    }

    async fn answering(&self, order: Order<'_>, now: Timestamp) -> Result<Option<Address>, Error> {
        let booted_at = match order.scenario {
            Some(Scenario::NeverReady) => return Ok(None),
            Some(Scenario::SlowStart) => {
                order.attempt.started_at + SignedDuration::from_secs(SLOW_START_SECS)
            }
            _ => order.attempt.started_at,
        };
        Ok((now >= booted_at).then(|| Address {
            host: format!("{}.{DOMAIN}", order.attempt.machine_name),
            ssh_port: 22,
            ssh_user: "root".to_owned(),
            simulated: true,
        }))
    }

    async fn stop(&self, _machine_name: &str) -> Result<Progress, Error> {
        Ok(Progress::Done)
    }

    async fn start(&self, order: Order<'_>) -> Result<Machine, LaunchError> {
        Ok(machine(&order)?)
    }

    async fn terminate(&self, _machine_name: &str) -> Result<Progress, Error> {
        Ok(Progress::Done)
    }

    async fn terminate_twin(&self, _machine_id: &str) -> Result<(), Error> {
        Ok(())
    }
}
