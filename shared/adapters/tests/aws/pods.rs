//! A request and a quote become one pod, a lost race decides again, and nobody sees another's pod.

use adapters::tables::pods::{Listed, Listing, Pods, Request, SHARDS};
use adapters::tables::quotes::Quotes;
use domain::Error;
use domain::id::{PodId, TenantId, UserId};
use domain::market::quote::Quote;
use domain::money::UsdMicros;
use domain::money::ledger::Wallet;
use domain::money::plan::Plan;
use domain::people::parameters::Parameters;
use domain::pod::limits::Tally;
use domain::pod::{self, Allowance, NewPod, Pod, PodEvent, Transition};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::samples;
use crate::world::{Outcome, World, code, now, pod_id, tenant_id, user_id};

pub(crate) struct Owner {
    pub(crate) pods: Pods,
    quotes: Quotes,
    pub(crate) tenant_id: TenantId,
    pub(crate) user_id: UserId,
    rules: Parameters,
    wallet: Wallet,
}

/// A deploy that is asked for at an instant, on a plan.
struct Asked<'a> {
    request: Request<'a>,
    plan: &'a Plan,
    at: Timestamp,
}

pub(crate) fn request(idempotency_key: &'static str) -> Request<'static> {
    Request { idempotency_key, payload: "{}" }
}

/// A change whose number can be read off the pod: its name grows by one character.
fn lengthened(pod: Pod, at: Timestamp) -> Transition {
    let version = pod.version + 1;
    let (kind, message) = ("test.lengthened".to_owned(), String::new());
    let event = PodEvent { sequence: version, at, kind, message };
    Transition { pod: Pod { name: format!("{}+", pod.name), version, ..pod }, event }
}

impl Owner {
    pub(crate) async fn new() -> Outcome<Self> {
        let world = World::from_env().await?;
        let table = world.output("PodsTable")?;
        Ok(Self {
            pods: Pods::new(&world.aws, table.clone()),
            quotes: Quotes::new(&world.aws, table),
            tenant_id: tenant_id()?,
            user_id: user_id()?,
            rules: samples::parameters()?,
            wallet: samples::wallet(UsdMicros(50_000_000), now()),
        })
    }

    pub(crate) async fn quote(&self) -> Outcome<Quote> {
        let quote = samples::quote(&self.tenant_id, &self.user_id)?;
        self.quotes.keep(&quote).await?;
        Ok(quote)
    }

    pub(crate) async fn open(&self, quote: &Quote, request: Request<'_>) -> Result<Pod, Error> {
        self.open_within(quote, request, &samples::plan(100)).await
    }

    async fn open_within(
        &self,
        quote: &Quote,
        request: Request<'_>,
        plan: &Plan,
    ) -> Result<Pod, Error> {
        let new = samples::new_pod(now())?;
        self.open_new(&new, quote, Asked { request, plan, at: now() }).await
    }

    async fn open_new(&self, new: &NewPod, quote: &Quote, asked: Asked<'_>) -> Result<Pod, Error> {
        let Asked { request, plan, at } = asked;
        let allowance = Allowance { wallet: &self.wallet, plan, rules: &self.rules };
        let decide = |facts| pod::open(new.clone(), allowance, facts, at);
        self.pods.open(quote, request, at, decide).await
    }

    /// Ends a pod, with nothing left to do for it.
    pub(crate) async fn end(&self, pod: &Pod) -> Result<Pod, Error> {
        self.change(pod, |pod| Ok(pod.want_gone(None, now()))).await?;
        self.change(pod, |pod| pod.ended(now()).map(Some)).await
    }

    async fn is_live(&self, pod: &Pod) -> Outcome<bool> {
        let mut found = 0;
        for shard in 0..SHARDS {
            found += self.pods.live(shard).await?.iter().filter(|live| live.id == pod.id).count();
        }
        assert!(found < 2, "a pod is in one shard");
        Ok(found == 1)
    }

    async fn change(
        &self,
        pod: &Pod,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Result<Pod, Error> {
        self.pods.change(&self.tenant_id, &pod.id, decide).await
    }

    async fn list(&self, listing: Listing<'_>) -> Result<Listed, Error> {
        self.pods.list(&self.tenant_id, &self.user_id, listing).await
    }

    async fn page(&self, before: Option<&PodId>) -> Result<Vec<Pod>, Error> {
        Ok(self.list(Listing { before, limit: 3, live: false }).await?.pods)
    }

    /// A pod that runs, made so many milliseconds from now.
    async fn running(&self, millis: i64) -> Outcome<Pod> {
        let quote = self.quote().await?;
        let at = now() + SignedDuration::from_millis(millis);
        let request = Request { idempotency_key: quote.id.as_str(), payload: "{}" };
        let asked = Asked { request, plan: &samples::plan(100), at };
        let pod = self.open_new(&samples::new_pod(at)?, &quote, asked).await?;
        Ok(self.change(&pod, |pod| samples::running(pod, now()).map(Some)).await?)
    }
}

#[tokio::test]
async fn the_same_request_twice_gives_the_same_pod() -> Outcome<()> {
    let owner = Owner::new().await?;
    let quote = owner.quote().await?;
    let first = owner.open(&quote, request("key")).await?;
    let again = owner.open(&quote, request("key")).await?;
    assert_eq!((&again, owner.page(None).await?.len()), (&first, 1));
    let known = owner.pods.opened_by(&owner.tenant_id, &owner.user_id, request("key")).await?;
    assert_eq!(known, Some(first));
    let unknown = owner.pods.opened_by(&owner.tenant_id, &owner.user_id, request("other")).await?;
    assert_eq!(unknown, None);
    Ok(())
}

#[tokio::test]
async fn the_same_key_with_another_payload_is_a_mismatch() -> Outcome<()> {
    let owner = Owner::new().await?;
    owner.open(&owner.quote().await?, request("key")).await?;
    let other = Request { payload: "{\"other\":1}", ..request("key") };
    let opened = owner.open(&owner.quote().await?, other).await;
    assert_eq!(code(opened), Some("idempotency_mismatch"));
    assert_eq!(owner.page(None).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn another_user_may_use_the_same_key() -> Outcome<()> {
    let owner = Owner::new().await?;
    let first = owner.open(&owner.quote().await?, request("key")).await?;
    let other = Owner { user_id: user_id()?, ..owner };
    let second = other.open(&other.quote().await?, request("key")).await?;
    assert_ne!(first.id, second.id);
    Ok(())
}

#[tokio::test]
async fn one_request_sent_twice_at_once_opens_one_pod() -> Outcome<()> {
    let owner = Owner::new().await?;
    let quote = owner.quote().await?;
    let (first, second) =
        tokio::join!(owner.open(&quote, request("key")), owner.open(&quote, request("key")));
    assert_eq!((first?.id, owner.page(None).await?.len()), (second?.id, 1));
    Ok(())
}

#[tokio::test]
async fn a_quote_is_deployed_once_even_by_two_keys_at_once() -> Outcome<()> {
    let owner = Owner::new().await?;
    let quote = owner.quote().await?;
    let (first, second) =
        tokio::join!(owner.open(&quote, request("one")), owner.open(&quote, request("two")));
    let (winner, loser) = if first.is_ok() { (first?, second) } else { (second?, first) };
    assert!(matches!(code(loser), Some("quote_used" | "pod_unactivated")));
    owner.end(&winner).await?;
    assert_eq!(code(owner.open(&quote, request("three")).await), Some("quote_used"));
    let winner = owner.pods.load(&owner.tenant_id, &winner.id).await?;
    let used = owner.quotes.find(&owner.tenant_id, &owner.user_id, &quote.id).await?;
    assert_eq!(used.pod_id.as_ref(), Some(&winner.id));
    assert_eq!(owner.page(None).await?, [winner]);
    Ok(())
}

#[tokio::test]
async fn changes_at_once_all_land_and_are_numbered_without_a_gap() -> Outcome<()> {
    let owner = Owner::new().await?;
    let pod = owner.open(&owner.quote().await?, request("key")).await?;
    let mut changes = JoinSet::new();
    for _ in 0..5 {
        let (pods, pod) = (owner.pods.clone(), pod.clone());
        changes.spawn(async move {
            let decide = |pod| Ok(Some(lengthened(pod, now())));
            pods.change(&pod.tenant_id, &pod.id, decide).await
        });
    }
    for changed in changes.join_all().await {
        changed?;
    }
    let after = owner.pods.load(&owner.tenant_id, &pod.id).await?;
    assert_eq!((after.name, after.version), (format!("{}+++++", pod.name), pod.version + 5));
    let events = owner.pods.events(&pod).await?;
    let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
    Ok(())
}

#[tokio::test]
async fn a_change_that_lost_its_race_decides_on_the_pod_as_it_is_now() -> Outcome<()> {
    let owner = Owner::new().await?;
    let pod = owner.open(&owner.quote().await?, request("key")).await?;
    let decide = |pod: Pod| {
        let amount = pod.quote.hold_usd_micros;
        pod.funds_held(amount, now()).map(Some)
    };
    let (first, second) = tokio::join!(owner.change(&pod, decide), owner.change(&pod, decide));
    assert_ne!(first.is_ok(), second.is_ok(), "one holds, the other sees that it was held");
    assert_eq!(code(first).or(code(second)), Some("pod_state"));
    Ok(())
}

#[tokio::test]
async fn a_change_that_decides_for_nothing_writes_nothing() -> Outcome<()> {
    let owner = Owner::new().await?;
    let pod = owner.open(&owner.quote().await?, request("key")).await?;
    assert_eq!(owner.change(&pod, |_| Ok(None)).await?, pod);
    let refused = owner.change(&pod, |_| Err(Error::conflict("pod_state", "No."))).await;
    assert_eq!(code(refused), Some("pod_state"));
    assert_eq!(owner.pods.load(&owner.tenant_id, &pod.id).await?, pod);
    assert_eq!(owner.pods.events(&pod).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_pod_and_the_quote_of_another_are_not_found() -> Outcome<()> {
    let owner = Owner::new().await?;
    let quote = owner.quote().await?;
    let pod = owner.open(&quote, request("key")).await?;
    assert_eq!(owner.pods.find(&owner.tenant_id, &owner.user_id, &pod.id).await?, pod);
    for (tenant, user) in
        [(owner.tenant_id.clone(), user_id()?), (tenant_id()?, owner.user_id.clone())]
    {
        assert_eq!(code(owner.pods.find(&tenant, &user, &pod.id).await), Some("not_found"));
        assert_eq!(code(owner.quotes.find(&tenant, &user, &quote.id).await), Some("not_found"));
        for live in [true, false] {
            let listing = Listing { before: None, limit: 10, live };
            assert_eq!(owner.pods.list(&tenant, &user, listing).await?.pods, []);
        }
    }
    assert_eq!(code(owner.pods.load(&owner.tenant_id, &pod_id()?).await), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn pages_of_pods_are_newest_first_without_repeats_or_gaps() -> Outcome<()> {
    let owner = Owner::new().await?;
    let mut opened = Vec::new();
    for millis in 0..7 {
        let pod = owner.running(millis).await?;
        opened.insert(0, owner.end(&pod).await?.id);
    }
    let (mut listed, mut lengths) = (Vec::new(), Vec::new());
    let (mut before, mut more) = (None, true);
    while more {
        let page = owner.list(Listing { before: before.as_ref(), limit: 3, live: false }).await?;
        lengths.push(page.pods.len());
        listed.extend(page.pods.into_iter().map(|pod| pod.id));
        (more, before) = (page.next.is_some(), page.next);
    }
    assert_eq!((listed, lengths), (opened.clone(), vec![3, 3, 1]));
    assert_eq!(owner.page(opened.last()).await?, []);
    Ok(())
}

/// More ended pods than are read at once lie between the two that live.
#[tokio::test]
async fn live_pods_are_found_among_many_that_ended_on_pages_without_gaps() -> Outcome<()> {
    let owner = Owner::new().await?;
    let oldest = owner.running(0).await?;
    owner.end(&oldest).await?;
    let older = owner.running(1).await?.id;
    for millis in 2..62 {
        let pod = owner.running(millis).await?;
        owner.end(&pod).await?;
    }
    let newest = owner.running(62).await?.id;
    let page = async |before: Option<&PodId>, limit| {
        let listed = owner.list(Listing { before, limit, live: true }).await?;
        Ok::<_, Error>((listed.pods.into_iter().map(|pod| pod.id).collect::<Vec<_>>(), listed.next))
    };
    let both = vec![newest.clone(), older.clone()];
    assert_eq!(page(None, 10).await?, (both.clone(), None));
    assert_eq!(page(None, 2).await?, (both, None));
    let (first, next) = page(None, 1).await?;
    assert_eq!((first, next.as_ref()), (vec![newest.clone()], Some(&newest)));
    assert_eq!(page(next.as_ref(), 1).await?, (vec![older.clone()], None));
    assert_eq!(page(Some(&older), 1).await?, (Vec::new(), None));
    Ok(())
}

#[tokio::test]
async fn of_two_deploys_at_once_one_waits_for_the_activation_of_the_other() -> Outcome<()> {
    let owner = Owner::new().await?;
    let (one, two) = (owner.quote().await?, owner.quote().await?);
    let (first, second) =
        tokio::join!(owner.open(&one, request("one")), owner.open(&two, request("two")));
    let (winner, loser) = if first.is_ok() { (first?, second) } else { (second?, first) };
    assert_eq!(code(loser), Some("pod_unactivated"));
    owner.end(&winner).await?;
    let third = owner.open(&owner.quote().await?, request("three")).await?;
    assert_ne!(third.id, winner.id);
    Ok(())
}

#[tokio::test]
async fn a_plan_is_full_until_a_pod_stops_and_a_start_needs_room_again() -> Outcome<()> {
    let owner = Owner::new().await?;
    let plan = samples::plan(1);
    let first = owner.open_within(&owner.quote().await?, request("one"), &plan).await?;
    let run = |pod: Pod| samples::running(pod, now()).map(Some);
    let first = owner.change(&first, run).await?;
    let second = owner.quote().await?;
    let refused = owner.open_within(&second, request("two"), &plan).await;
    assert_eq!(code(refused), Some("pod_limit_reached"));
    owner.change(&first, |pod| pod.want_stop(None, now())).await?;
    owner.change(&first, |pod| pod.stopped(now()).map(Some)).await?;
    owner.open_within(&second, request("two"), &plan).await?;
    let allowance = Allowance { wallet: &owner.wallet, plan: &plan, rules: &owner.rules };
    let start = |pod: Pod, tally: &Tally| pod.start(allowance, tally, now());
    let started = owner.pods.change_counted(&owner.tenant_id, &first.id, start).await;
    assert_eq!(code(started), Some("pod_limit_reached"));
    Ok(())
}

#[tokio::test]
async fn a_days_budget_for_unactivated_machines_is_spent_and_given_back() -> Outcome<()> {
    let mut owner = Owner::new().await?;
    // Enough for one wait of 25 minutes at two dollars an hour, not for two.
    owner.rules.activation_carry_daily_usd_micros = UsdMicros(1_000_000);
    let first = owner.open(&owner.quote().await?, request("one")).await?;
    let other = Owner { user_id: user_id()?, rules: owner.rules.clone(), ..Owner::new().await? };
    let other = Owner { tenant_id: owner.tenant_id.clone(), ..other };
    let refused = other.open(&other.quote().await?, request("one")).await;
    assert_eq!(code(refused), Some("activation_budget_spent"));
    owner.end(&first).await?;
    other.open(&other.quote().await?, request("one")).await?;
    Ok(())
}

#[tokio::test]
async fn one_users_unactivated_machines_use_up_nobody_elses_budget() -> Outcome<()> {
    let mut owner = Owner::new().await?;
    owner.rules.activation_carry_user_daily_usd_micros = UsdMicros(1_000_000);
    let first = owner.open(&owner.quote().await?, request("one")).await?;
    owner.change(&first, |pod| pod.fail(reason(), now()).map(Some)).await?;
    // It has a machine for all we know, so nothing is given back yet.
    let refused = owner.open(&owner.quote().await?, request("two")).await;
    assert_eq!(code(refused), Some("activation_budget_spent"));
    let other = Owner { user_id: user_id()?, rules: owner.rules.clone(), ..Owner::new().await? };
    let other = Owner { tenant_id: owner.tenant_id.clone(), ..other };
    other.open(&other.quote().await?, request("one")).await.map(drop)?;
    Ok(())
}

fn reason() -> domain::pod::Reason {
    domain::pod::Reason::new("no_capacity", "None.")
}

#[tokio::test]
async fn a_pod_is_listed_as_live_until_it_is_over_and_settled() -> Outcome<()> {
    let owner = Owner::new().await?;
    let pod = owner.open(&owner.quote().await?, request("key")).await?;
    assert!(owner.is_live(&pod).await?);
    let ending = owner.change(&pod, |pod| Ok(pod.want_gone(None, now()))).await?;
    assert!(owner.is_live(&ending).await?);
    owner.change(&pod, |pod| pod.ended(now()).map(Some)).await?;
    assert!(!owner.is_live(&pod).await?);
    Ok(())
}
