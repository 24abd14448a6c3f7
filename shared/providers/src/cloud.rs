//! What is peculiar to a cloud whose machines stand in a list with their names.
//!
//! Such a cloud says here how it is asked, and what its words mean. What follows from that is
//! written once, in `connected.rs`: a machine is looked for by its name before it is launched, the
//! first of twins is always the same one, and a machine that exists is told even if its price cannot
//! be read.

use std::fmt::Debug;
use std::net::IpAddr;

use async_trait::async_trait;
use domain::market::offer::BillingTerms;
use domain::market::quote::Configuration;
use domain::pod::Address;
use jiff::civil::Date;

use crate::account::Account;
use crate::cloud_init::{self, Login};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;
use crate::provider::{LaunchError, LaunchRequest};
use crate::refusals;

/// What a listed machine does, whatever its cloud's word for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Life {
    /// It is being made.
    Starting,
    /// It is billed as one that runs. All words that we do not know mean this.
    Running,
    /// Its end has begun: it is no machine to go on with, and not gone either.
    Going,
    /// Like `Going`, but it only ends once its end is asked for again.
    Binned,
    /// It is only listed, and no longer billed.
    Gone,
}

/// Where a machine is reached.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Reached {
    /// A VM, which publishes its ports under their own numbers.
    At(IpAddr),
    /// A machine whose own listing says how it is reached.
    By(Address),
}

impl Reached {
    /// At this address, if it is one: some clouds tell an empty or unspecified one at first.
    pub(crate) fn at(ip: Option<&str>) -> Option<Self> {
        let ip: IpAddr = ip?.parse().ok()?;
        Some(Self::At(ip)).filter(|_| !ip.is_unspecified())
    }
}

/// Where a machine's price stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rate {
    /// Here: millionths of the cloud's money an hour.
    Told(i64),
    /// With the plan.
    OfPlan,
    /// In the listing of a machine that was just launched.
    Listed,
}

/// A machine of the account.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Its plan, as [`Plan::kind`].
    pub(crate) kind: String,
    /// Where it is; it matters only where prices differ by region.
    pub(crate) region: String,
    pub(crate) life: Life,
    pub(crate) rate: Rate,
    /// `None` until it is up and has an address.
    pub(crate) reached: Option<Reached>,
    /// A disk that is billed by itself and has to be ended with it.
    pub(crate) disk_id: Option<String>,
}

impl Listed {
    /// Whether its end has to be asked for, if it is to end.
    pub(crate) fn is_to_be_ended(&self) -> bool {
        self.is_there() || self.life == Life::Binned
    }

    /// Whether it is a machine to go on with.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.life, Life::Going | Life::Binned | Life::Gone)
    }
}

/// What a machine is to be.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) region: &'a str,
    pub(crate) configuration: &'a Configuration,
    pub(crate) jupyter_token: Option<&'a str>,
    /// What its accessory is called in a launch, where it has one.
    pub(crate) accessory: Option<String>,
}

impl<'a> Order<'a> {
    pub(crate) fn of(request: &LaunchRequest<'a>) -> Self {
        let LaunchRequest { attempt, configuration, jupyter_token, .. } = request;
        Self {
            name: &attempt.machine_name,
            kind: &attempt.offer.instance_type,
            region: &attempt.offer.region,
            configuration,
            jupyter_token: *jupyter_token,
            accessory: None,
        }
    }

    /// What the machine does when it first boots, as cloud-init.
    pub(crate) fn user_data(&self, login: Login) -> String {
        cloud_init::user_data(self.configuration, self.jupyter_token, login)
    }

    /// The machine that was launched under this identifier, where the answer says no more.
    pub(crate) fn launched(&self, id: String, rate: Rate) -> Listed {
        Listed {
            id,
            name: self.name.to_owned(),
            kind: self.kind.to_owned(),
            region: self.region.to_owned(),
            life: Life::Starting,
            rate,
            reached: None,
            disk_id: None,
        }
    }
}

/// An object that is made for one machine before its launch and removed with it: a key, a script.
#[derive(Debug)]
pub(crate) struct Accessory {
    /// What a launch calls it.
    pub(crate) reference: String,
    /// What is to be deleted.
    pub(crate) path: String,
}

/// How many requests each act takes, of which turns are taken. An act that needs more waits for
/// them one by one, so this only has to be usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    pub(crate) offers: u32,
    /// To list machines with their prices.
    pub(crate) list: u32,
    pub(crate) launch: u32,
    pub(crate) terminate: u32,
}

impl Requests {
    /// Where prices are told by a list of plans, and a launch needs nothing before it.
    pub(crate) const PRICED_BY_PLAN: Self = Self { offers: 1, list: 2, launch: 3, terminate: 2 };
    /// Where a machine's own listing tells its price.
    pub(crate) const PRICED_BY_LIST: Self = Self { offers: 1, list: 1, launch: 2, terminate: 2 };
}

/// A cloud whose machines stand in a list with their names.
#[async_trait]
pub(crate) trait Cloud: Debug + Send + Sync + Sized + 'static {
    /// Its name in offers and accounts.
    const CLOUD: &'static str;
    /// How its API is asked.
    const PECULIAR: Peculiar;
    /// How it bills.
    const TERMS: BillingTerms;
    /// The currency of its prices, ISO 4217.
    const CURRENCY: &'static str = "USD";
    /// The user of its images.
    const SSH_USER: &'static str = "root";
    /// Whether ports get other numbers outside, each of which a machine's address then tells.
    const MAPS_PORTS: bool = false;
    /// How many requests its acts take.
    const REQUESTS: Requests = Requests::PRICED_BY_PLAN;

    /// It, as this account uses it.
    ///
    /// # Errors
    ///
    /// The field that the account lacks.
    fn of(account: &Account) -> Result<Self, &'static str>;

    /// Every type of machine with its price, those that are sold out too.
    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>>;

    /// The plans with where there are some, if another list tells that.
    async fn stocked(&self, _: &mut Act<'_>, plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        Ok(plans)
    }

    /// Every machine of the account.
    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>>;

    /// The machine with this identifier. `None`, or a failure that [`Cloud::is_gone`] knows: there is
    /// none.
    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        Ok(self.list(act).await?.into_iter().find(|it| it.id == id))
    }

    /// Makes the accessory of a machine that is about to be launched, under its name, and tells what
    /// the launch calls it; `None` if it needs none. A refusal means that an earlier try may have
    /// made it.
    async fn accessory(&self, _: &mut Act<'_>, _: &Order<'_>) -> Outcome<Option<String>> {
        Ok(None)
    }

    /// The accessories with this machine's name.
    async fn accessories(&self, _: &mut Act<'_>, _machine_name: &str) -> Outcome<Vec<Accessory>> {
        Ok(Vec::new())
    }

    /// Launches a machine.
    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed>;

    /// Goes on with a launch that may have died between two of its requests: the machine is there.
    async fn go_on(&self, _: &mut Act<'_>, _id: &str, _: &Order<'_>) -> Outcome<()> {
        Ok(())
    }

    /// What a failed launch means.
    fn refused(&self, failure: Failure) -> LaunchError {
        refusals::launch_error(failure)
    }

    /// Ends a machine and what is billed with it.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()>;

    /// Millionths of its money that it charges the account for a day (UTC) that is over; `None` where
    /// no API of it tells that.
    async fn charged(&self, _: &mut Act<'_>, _day: Date) -> Outcome<Option<i64>> {
        Ok(None)
    }

    /// Whether a failure says that the machine it was about is no longer there.
    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_not_found()
    }
}
