//! What a user does, and what the clouds do to them.

use std::time::Duration;

use domain::Error;
use domain::id::PodId;
use domain::people::account::{Account, Email, Standing};
use domain::people::code::Purpose;
use domain::pod::launch::MachinePrefix;
use domain::pod::{Pod, Reason};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::json;
use testkit::cloud_site::Sample;
use testkit::site::DEPLOYMENT;
use testkit::{Call, Fault, PASSWORD, Refusal, fresh_address, within};

use crate::Outcome;
use crate::end::End;
use crate::world::World;

/// A scenario.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Scenario {
    /// Somebody registers and proves their address.
    SignUp,
    /// A pod is deployed and activated.
    Deploy,
    /// The first offer is sold out, and the next one is taken.
    Failover,
    /// Nothing is left anywhere, and the deploy is undone.
    SoldOut,
    /// An hour of metering, in which more money is held.
    Hour,
    /// A running pod is stopped.
    Stop,
    /// A stopped pod is started.
    Start,
    /// A running pod is ended.
    End,
    /// The machine of a running pod vanishes.
    Vanish,
    /// The same, and its owner chose that it be deployed again.
    Relaunch,
    /// A machine that belongs to no pod runs beside a pod's own.
    Orphan,
}

/// Seconds after its activation at which a pod is stopped, started and ended, all in the hour that
/// is held for at first.
const STOPPED: i64 = 1_000;
const STARTED: i64 = 1_200;
const ENDED: i64 = 1_500;
/// When the meter runs, and when that pod is ended.
const METERED: [i64; 4] = [60, 1_800, 3_300, 3_660];
const METERED_ENDED: i64 = 3_720;

fn after(since: Timestamp, secs: i64) -> Timestamp {
    since + SignedDuration::from_secs(secs)
}

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 11] = [
        Self::SignUp,
        Self::Deploy,
        Self::Failover,
        Self::SoldOut,
        Self::Hour,
        Self::Stop,
        Self::Start,
        Self::End,
        Self::Vanish,
        Self::Relaunch,
        Self::Orphan,
    ];

    /// What the table calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign up",
            Self::Deploy => "deploy and activate",
            Self::Failover => "failover",
            Self::SoldOut => "sold out",
            Self::Hour => "an hour of metering",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::End => "end",
            Self::Vanish => "vanish",
            Self::Relaunch => "relaunch",
            Self::Orphan => "orphan",
        }
    }

    /// Plays it in a world of its own, where the line may let a call of it go wrong, and then ends
    /// what it left. The end obeys the rules.
    pub(crate) async fn play(self, world: &World) -> Outcome<End> {
        match self {
            Self::SignUp => return sign_up(world).await,
            Self::Deploy => {
                world.line.arm();
                let id = world.open().await?;
                world.deploy(&id).await?;
                let since = world.activate(&id).await?;
                return world.wind_up(&id, after(since, ENDED)).await;
            }
            Self::Failover | Self::SoldOut => return self.sold_out(world).await,
            _ => {}
        }
        let id = match self {
            Self::Relaunch => world.open_to_last().await?,
            _ => world.open().await?,
        };
        world.deploy(&id).await?;
        let since = world.activate(&id).await?;
        match self {
            Self::Hour => {
                world.line.arm();
                for secs in METERED {
                    world.meter(&id, after(since, secs)).await;
                }
                return world.wind_up(&id, after(since, METERED_ENDED)).await;
            }
            Self::Stop => {
                world.line.arm();
                world.want(&id, after(since, STOPPED), stop(after(since, STOPPED))).await?;
            }
            Self::Start => {
                world.want(&id, after(since, STOPPED), stop(after(since, STOPPED))).await?;
                world.line.arm();
                world.want(&id, after(since, STARTED), start(after(since, STARTED))).await?;
            }
            Self::End => {
                world.line.arm();
                world.want(&id, after(since, ENDED), end(after(since, ENDED))).await?;
            }
            Self::Vanish | Self::Relaunch => {
                world.meter(&id, after(since, 60)).await;
                let pod = world.pod(&id).await?;
                let name = pod.attempts.last().map(|attempt| attempt.machine_name.clone());
                world.cloud.control.vanish(&name.ok_or("it was launched")?).await?;
                world.line.arm();
                world.sweep(after(since, 130)).await?;
                world.sweep(after(since, 260)).await?;
                if self == Self::Relaunch {
                    return world.wind_up_relaunched(&id, after(since, ENDED)).await;
                }
            }
            _ => {
                let prefix: MachinePrefix = DEPLOYMENT.parse()?;
                let stray = PodId::new(now(), entropy()?);
                let mut sample = Sample::of(world.offer.clone());
                sample.attempt.machine_name = format!("{prefix}-{}-1", stray.body());
                world.cloud.launch(&sample).await?;
                world.line.arm();
                world.sweep(after(since, 130)).await?;
                world.sweep(after(since, 260)).await?;
            }
        }
        world.wind_up(&id, after(since, ENDED)).await
    }

    async fn sold_out(self, world: &World) -> Outcome<End> {
        let id = world.open().await?;
        let refused = Fault::refuse(Refusal::NoCapacity).on("launch");
        let first = format!("{}-1", id.body());
        let refused = if self == Self::Failover { refused.named(&first) } else { refused };
        world.cloud.control.fault(refused).await?;
        world.line.arm();
        world.deploy(&id).await?;
        world.wind_up(&id, after(now(), ENDED)).await
    }
}

/// Longer than a registration that died keeps its address.
const GIVEN_UP: Duration = Duration::from_mins(1);
const AGAIN: Duration = Duration::from_secs(1);

type Wish = Box<dyn Fn(Pod) -> Result<Option<domain::pod::Transition>, Error>>;

fn stop(at: Timestamp) -> Wish {
    Box::new(move |pod| pod.want_stop(None::<Reason>, at))
}

fn start(at: Timestamp) -> Wish {
    Box::new(move |pod| pod.want_start(600, at))
}

fn end(at: Timestamp) -> Wish {
    Box::new(move |pod| Ok(pod.want_gone(None, at)))
}

impl World {
    /// Lets everything settle with nothing going wrong, ends the pod if it is not over, and sees how
    /// all of it ended.
    async fn wind_up(&self, id: &PodId, at: Timestamp) -> Outcome<End> {
        let at = self.settle(id, at).await?;
        let left = self.pod(id).await?;
        self.want(id, at, end(at)).await?;
        self.settle(id, at).await?;
        End::of(self, id, left).await
    }

    /// The same for a lost pod whose place another takes: that one is ended before it has a machine.
    async fn wind_up_relaunched(&self, id: &PodId, at: Timestamp) -> Outcome<End> {
        let at = self.settle(id, at).await?;
        let next = self.pod(id).await?.relaunched_as.ok_or("nothing takes its place")?;
        let left = self.pod(&next).await?;
        self.want(&next, at, end(at)).await?;
        self.settle(&next, at).await?;
        Ok(self.wind_up(id, at).await?.beside(&left, &self.pod(&next).await?))
    }
}

async fn sign_up(world: &World) -> Outcome<End> {
    let email = fresh_address("ada")?;
    world.line.arm();
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
    let register = Call::post("/auth/register", &body);
    let (accounts, address) = (world.site.accounts()?, Email::parse(&email)?);
    // Who gets no code registers again, until the request that died is given up.
    let account = within(GIVEN_UP, AGAIN, "the code", async || {
        world.ask(&world.signup, &register).await?.with_status(202)?;
        let read = accounts.by_email(&world.site.tenant_id, &address).await?;
        let is_told = |it: &Account| it.verification.is_some() || it.standing == Standing::Active;
        Ok(read.map(|read| read.account).filter(is_told))
    })
    .await?;
    let pepper = world.site.pepper()?;
    if let Some(code) = &account.verification {
        let digits = code.digits(pepper.pepper().await?, Purpose::VerifyAddress, &account.user_id);
        let body = json!({"email": email, "code": digits, "password": PASSWORD});
        let answer = world.ask(&world.signup, &Call::post("/auth/verify", &body)).await?;
        // Who asks again after a lost answer may be told that there is nothing left to prove.
        if answer.status != 400 {
            answer.with_status(204)?;
        }
    }
    world.line.mend();
    End::of_member(world, &email, &account.user_id).await
}
