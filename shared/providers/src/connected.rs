//! The acts of every cloud whose machines stand in a list with their names, written once.
//!
//! Such a cloud has no idempotency keys, and names at it need not be unique. So a launch looks for
//! the name first; twins are told apart by their identifiers, and the first of them by those is the
//! one to go on with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::cloud::cloud_name;
use domain::market::offer::Offer;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::Address;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::account::{Account, Exchange, Unusable};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached};
use crate::http::{Act, Failure, Http};
use crate::listing::{address_of_vm, sorted};
use crate::plan::{Plan, Seller};
use crate::probe;
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider, progress};
use crate::turns::{Begun, LaunchTurn, Purpose, Turns};

const DOLLARS: &str = "USD";
/// What a listed machine costs whose price is unknown: it may be none of ours.
const FREE: UsdMicrosPerHour = UsdMicrosPerHour(0);

/// An account at a cloud.
#[derive(Debug)]
struct Connected<C> {
    cloud: C,
    http: Http,
    ssh_port: u16,
    exchange: Option<Exchange>,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect<C: Cloud>(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, Unusable> {
    let cloud = C::of(&account).map_err(Unusable::Lacks)?;
    let exchange = match C::CURRENCY {
        DOLLARS => None,
        currency => {
            let exchange = account.exchange.clone().filter(|it| it.is_from(currency));
            Some(exchange.ok_or(Unusable::Lacks("exchange"))?)
        }
    };
    let ssh_port = account.ssh_port;
    let http = Http::new(account, turns, C::PECULIAR).map_err(Unusable::Http)?;
    Ok(Box::new(Connected { cloud, http, ssh_port, exchange }))
}

/// Micro-dollars an hour by plan, and by plan and region where that makes a difference.
type Prices = BTreeMap<(String, Option<String>), UsdMicrosPerHour>;

fn price(prices: &Prices, of: &Listed) -> Option<UsdMicrosPerHour> {
    let here = prices.get(&(of.kind.clone(), Some(of.region.clone())));
    here.or_else(|| prices.get(&(of.kind.clone(), None))).copied().filter(|rate| rate.0 > 0)
}

impl<C: Cloud> Connected<C> {
    async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Act<'_>, Error> {
        self.http.begin(purpose, requests).await
    }

    fn seller(&self) -> Seller<'_> {
        Seller {
            cloud: C::CLOUD,
            name: cloud_name(C::CLOUD),
            terms: C::TERMS,
            stoppable: false,
            exchange: self.exchange.as_ref(),
        }
    }

    async fn prices(&self, act: &mut Act<'_>) -> Result<Prices, Error> {
        let (plans, seller) = (self.cloud.plans(act).await?, self.seller());
        let rate = |plan: Plan| {
            let rate = plan.rate(&seller)?;
            Some(((plan.kind, plan.priced_in), rate))
        };
        Ok(plans.into_iter().filter_map(rate).collect())
    }

    fn machine(&self, listed: Listed, rate_usd_micros_per_hour: UsdMicrosPerHour) -> Machine {
        let state = match listed.life {
            Life::Starting => MachineState::Starting,
            Life::Running | Life::Going | Life::Binned | Life::Gone => MachineState::Running,
        };
        let is_up = listed.life == Life::Running;
        let address = listed.reached.filter(|_| is_up).map(|reached| match reached {
            Reached::At(ip) => address_of_vm(ip.to_string(), self.ssh_port, C::SSH_USER),
            Reached::By(address) => address,
        });
        Machine { id: listed.id, name: listed.name, state, rate_usd_micros_per_hour, address }
    }

    /// Millionths of its money that a cloud tells as a price, as micro-dollars; zero is none.
    fn told(&self, micros: i64) -> Option<UsdMicrosPerHour> {
        self.seller().usd(micros).filter(|rate| rate.0 > 0)
    }

    /// The machines to go on with, with their prices. A plan that is no longer listed has no known
    /// price, so its machines count as `unpriced`.
    async fn priced(
        &self,
        act: &mut Act<'_>,
        listed: Vec<Listed>,
        unpriced: UsdMicrosPerHour,
    ) -> Result<Vec<Machine>, Error> {
        let there: Vec<_> = listed.into_iter().filter(Listed::is_there).collect();
        let all_tell = there.iter().all(|it| matches!(it.rate, Rate::Told(_)));
        let prices = if all_tell { Prices::new() } else { self.prices(act).await? };
        let machines = there.into_iter().map(|it| {
            let rate = match it.rate {
                Rate::Told(micros) => self.told(micros),
                Rate::OfPlan | Rate::Listed => price(&prices, &it),
            };
            self.machine(it, rate.unwrap_or(unpriced))
        });
        Ok(machines.collect())
    }

    /// What a machine that was just launched costs, if that can be read.
    async fn rate(&self, act: &mut Act<'_>, launched: &Listed) -> Option<UsdMicrosPerHour> {
        match launched.rate {
            Rate::Told(micros) => self.told(micros),
            Rate::OfPlan => price(&self.prices(act).await.ok()?, launched),
            Rate::Listed => match self.cloud.one(act, &launched.id).await.ok()??.rate {
                Rate::Told(micros) => self.told(micros),
                Rate::OfPlan | Rate::Listed => None,
            },
        }
    }

    /// Everything the account lists under this name, gone or not; each machine once.
    async fn named(&self, act: &mut Act<'_>, machine_name: &str) -> Result<Vec<Listed>, Error> {
        let listed = self.cloud.list(act).await?;
        let mut named = sorted(listed, |it| it.name == machine_name, |it| &it.id);
        named.dedup_by(|one, other| one.id == other.id);
        Ok(named)
    }

    /// The first machine with this name to go on with.
    async fn first(
        &self,
        act: &mut Act<'_>,
        name: &str,
        unpriced: UsdMicrosPerHour,
    ) -> Result<Option<Machine>, Error> {
        let first = self.named(act, name).await?.into_iter().find(Listed::is_there);
        Ok(self.priced(act, first.into_iter().collect(), unpriced).await?.pop())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Result<Option<Listed>, Error> {
        match self.cloud.one(act, id).await {
            Err(failure) if self.cloud.is_gone(&failure) => Ok(None),
            answered => Ok(answered?.filter(Listed::is_there)),
        }
    }

    /// What a launch calls the machine's accessory, which is there from now on if there is to be one.
    async fn accessory(
        &self,
        act: &mut Act<'_>,
        order: &Order<'_>,
    ) -> Result<Option<String>, Error> {
        match self.cloud.accessory(act, order).await {
            Err(refused @ Failure::Refused { .. }) => {
                // Most likely an earlier try has made it.
                let earlier = self.cloud.accessories(act, order.name).await?.into_iter().next();
                earlier.map(|it| Some(it.reference)).ok_or_else(|| refused.into())
            }
            made => Ok(made?),
        }
    }

    /// Removes the accessories of a machine. One that its cloud still needs stays, and costs nothing.
    async fn forget(&self, act: &mut Act<'_>, machine_name: &str) -> Result<(), Error> {
        for accessory in self.cloud.accessories(act, machine_name).await? {
            match act.delete(&accessory.path).await {
                Ok(()) | Err(Failure::Refused { .. }) => {}
                Err(unanswered) => return Err(unanswered.into()),
            }
        }
        Ok(())
    }

    /// Ends a machine; one that is already gone counts as ended.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Result<(), Error> {
        match self.cloud.delete(act, machine).await {
            Err(failure) if !self.cloud.is_gone(&failure) => Err(failure.into()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl<C: Cloud> Provider for Connected<C> {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let mut act = self.begin(Purpose::Look, C::REQUESTS.offers).await?;
        let plans = self.cloud.plans(&mut act).await?;
        let plans = self.cloud.stocked(&mut act, plans).await?;
        Ok(plans.iter().flat_map(|plan| plan.offers(&self.seller(), now)).collect())
    }

    async fn turn_to_launch(&self, begun: Begun) -> Result<LaunchTurn, Error> {
        self.http.turn_to_launch(begun, C::REQUESTS.launch).await
    }

    async fn launch(
        &self,
        request: LaunchRequest<'_>,
        turn: LaunchTurn,
    ) -> Result<Machine, LaunchError> {
        let mut order = Order::of(&request);
        let mut act = self.http.begin_launch(&turn, C::REQUESTS.launch);
        // Never free: a price that is unknown must not pass for one that keeps our promise.
        let quoted = request.attempt.offer.provider_rate_usd_micros_per_hour;
        if let Some(machine) = self.first(&mut act, order.name, quoted).await? {
            let gone_on = self.cloud.go_on(&mut act, &machine.id, &order).await;
            gone_on.map_err(|failure| self.cloud.refused(failure))?;
            return Ok(machine);
        }
        order.accessory = self.accessory(&mut act, &order).await?;
        let launched = match self.cloud.launch(&mut act, &order).await {
            Ok(launched) => launched,
            Err(failure) => {
                if matches!(failure, Failure::Refused { .. }) {
                    // No terminate follows a refusal, so what was made for the machine is removed
                    // now; what stays does no harm, and the refusal must not be lost over it.
                    let _ = self.forget(&mut act, order.name).await;
                }
                return Err(self.cloud.refused(failure));
            }
        };
        // Even if its price cannot be read, the machine exists and is known: an error here could
        // lead to a second launch.
        let rate = self.rate(&mut act, &launched).await.unwrap_or(quoted);
        Ok(self.machine(launched, rate))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut act = self.begin(Purpose::Compare, C::REQUESTS.list).await?;
        self.first(&mut act, machine_name, FREE).await
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let mut act = self.begin(Purpose::Compare, C::REQUESTS.list).await?;
        let one = self.one(&mut act, machine_id).await?;
        Ok(self.priced(&mut act, one.into_iter().collect(), FREE).await?.pop())
    }

    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        let mut act = self.begin(purpose, C::REQUESTS.list).await?;
        let mut listed = sorted(self.cloud.list(&mut act).await?, |_| true, |it| &it.id);
        // A list that changes between two of its pages may tell a machine twice.
        listed.dedup_by(|one, other| one.id == other.id);
        self.priced(&mut act, listed, FREE).await.map(Some)
    }

    fn list_age_max(&self) -> Option<Duration> {
        Some(self.http.list_age_max())
    }

    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        listed: Option<&Address>,
        _now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let readiness = request.configuration.template.readiness;
        let is_told = |it: &&Address| !C::MAPS_PORTS || probe::is_published(it, readiness);
        let Some(address) = listed.filter(is_told) else { return Ok(None) };
        Ok(probe::serves(address, readiness).await?.then(|| address.clone()))
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut act = self.begin(Purpose::Finish, C::REQUESTS.terminate).await?;
        let mut named = self.named(&mut act, machine_name).await?;
        named.retain(|machine| machine.life != Life::Gone);
        let mut ends = Vec::new();
        for machine in named.iter().filter(|machine| machine.is_to_be_ended()) {
            ends.push(self.delete(&mut act, machine).await);
        }
        let has_begun = !ends.is_empty();
        progress(ends)?;
        if has_begun {
            // Not every caller asks again until the machine is gone, so what was made for it goes
            // now.
            let _ = self.forget(&mut act, machine_name).await;
        }
        if !named.is_empty() {
            return Ok(ActProgress::UnderWay);
        }
        self.forget(&mut act, machine_name).await.map(|()| ActProgress::Done)
    }

    async fn charged(&self, day: Date) -> Result<Option<UsdMicros>, Error> {
        let mut act = self.begin(Purpose::Look, C::REQUESTS.list).await?;
        let Some(micros) = self.cloud.charged(&mut act, day).await? else { return Ok(None) };
        let usd = self.seller().usd(micros).map(|usd| UsdMicros(usd.0));
        let usd = usd.ok_or_else(|| act.unknown(format!("{micros} millionths are no charge")))?;
        Ok(Some(usd))
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        let mut act = self.begin(Purpose::Finish, C::REQUESTS.list).await?;
        match self.one(&mut act, machine_id).await? {
            Some(machine) => self.delete(&mut act, &machine).await,
            None => Ok(()),
        }
    }
}
