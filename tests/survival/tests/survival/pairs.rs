//! Two people for each point, one in the sandbox and one with real machines, and their pods.

use domain::Mode;
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use survival_tests::{Run, told_event};
use testkit::{DEMO, LIVE, Outcome, PASSWORD, Stack, User, fresh_key};

use crate::points::{POINTS, Point};

/// Of a cloud that keeps stopped machines.
const SANDBOX_OFFER: &str = "provider=runpod&gpu_count=1&spot=false&sort=price_asc";

/// Somebody's one pod, and what asked for it.
#[derive(Clone, Debug, Default)]
struct Deploy {
    key: String,
    body: Value,
    id: String,
}

#[derive(Clone, Debug)]
struct Person {
    host: &'static str,
    email: String,
    deploy: Deploy,
}

#[derive(Clone, Debug)]
struct Pair {
    live: Person,
    sandbox: Person,
}

/// The people of all points.
#[derive(Debug)]
pub(crate) struct Pairs {
    pairs: Vec<(Point, Pair)>,
    accepted: Vec<String>,
}

impl Person {
    async fn join(stack: &Stack, host: &'static str) -> Outcome<Self> {
        let user = stack.visitor(host).join().await?;
        if host == LIVE {
            user.pay_in(Mode::Live, 100).await?;
        }
        Ok(Self { host, email: user.email.clone(), deploy: Deploy::default() })
    }

    /// Them with a new session: the connections of the old one are dead.
    async fn sign_in(&self, stack: &Stack) -> Outcome<User> {
        stack.visitor(self.host).login(&self.email, PASSWORD).await
    }

    async fn deploy(&mut self, user: &User, offer: &str) -> Outcome<()> {
        let quote = user.quote(&user.offer(offer).await?).await?;
        let body = json!({"quote_id": quote["id"], "name": "trial"});
        let key = fresh_key()?;
        let accepted = user.try_deploy(&key, &body).await?.with_status(202)?;
        let id = accepted["id"].as_str().unwrap_or_default().to_owned();
        self.deploy = Deploy { key, body, id };
        Ok(())
    }

    async fn activate(&self, user: &User) -> Outcome<()> {
        let token = user.stack.activation_token(&self.deploy.id).await?;
        user.try_activate(&self.deploy.id, &token).await?.with_status(200).map(drop)
    }

    /// Has a pod as the point needs it before anything is killed.
    async fn prepare(&mut self, stack: &Stack, point: Point) -> Outcome<()> {
        let user = self.sign_in(stack).await?;
        let offer = self.offer(point);
        self.deploy(&user, &offer).await?;
        user.settled(&self.deploy.id, "ready").await?;
        if point == Point::Running { Ok(()) } else { self.activate(&user).await }
    }

    fn offer(&self, point: Point) -> String {
        if self.host == LIVE { point.live_offer() } else { SANDBOX_OFFER.to_owned() }
    }

    fn pod_path(&self, act: &str) -> String {
        format!("/pods/{}{act}", self.deploy.id)
    }

    /// A LIVE pod can only be ended, one of the sandbox is stopped.
    async fn want_no_more(&self, user: &User) -> Outcome<()> {
        let answer = match self.host {
            LIVE => user.delete(&self.pod_path("")).await?,
            _ => user.post_nothing(&self.pod_path("/stop")).await?,
        };
        answer.with_status(202).map(drop)
    }

    /// Does what leads to the point, and waits until the pod stands there.
    async fn reach(&mut self, user: &User, point: Point) -> Outcome<()> {
        match point {
            Point::Running => return self.activate(user).await,
            Point::Wanted => return self.want_no_more(user).await,
            Point::Ending => {
                self.want_no_more(user).await?;
                if self.host == DEMO {
                    // The sandbox stops a machine at once; its money comes next.
                    return told_event(user, &self.deploy.id, "pod.machine_ended").await;
                }
            }
            Point::Accepted => return self.deploy(user, &self.offer(point)).await,
            _ => self.deploy(user, &self.offer(point)).await?,
        }
        told_event(user, &self.deploy.id, point.event()).await
    }

    /// Sends again what was sent before the kill: the answer shows that it was not lost.
    async fn repeat(&self, user: &User, point: Point) -> Outcome<()> {
        match point {
            Point::Running => {
                let token = user.stack.activation_token(&self.deploy.id).await?;
                let answer = user.try_activate(&self.deploy.id, &token).await?;
                answer.refused(409, "activation_used")
            }
            // The end of the LIVE one is never asked for again.
            Point::Wanted if self.host == LIVE => Ok(()),
            Point::Wanted | Point::Ending => self.want_no_more(user).await,
            _ => {
                let Deploy { key, body, id } = &self.deploy;
                let again = user.try_deploy(key, body).await?.with_status(202)?;
                if again["id"] == id.as_str() {
                    Ok(())
                } else {
                    Err(format!("{id} was lost: {again}").into())
                }
            }
        }
    }
}

impl Pairs {
    /// Everybody joins, and some have their pods made ready.
    pub(crate) async fn join(run: &Run) -> Outcome<Self> {
        let stack = run.stack()?;
        let mut pairs = Vec::new();
        for point in POINTS {
            let (live, sandbox) =
                tokio::try_join!(Person::join(&stack, LIVE), Person::join(&stack, DEMO))?;
            pairs.push((point, Pair { live, sandbox }));
        }
        let mut joined = Self { pairs, accepted: Vec::new() };
        let early = joined.pairs.iter_mut().filter(|(point, _)| point.is_prepared());
        let prepared = early.map(async |(point, Pair { live, sandbox })| {
            tokio::try_join!(live.prepare(&stack, *point), sandbox.prepare(&stack, *point))
        });
        try_join_all(prepared).await?;
        let prepared = joined.people().into_iter().filter(|(point, _)| point.is_prepared());
        joined.accepted = prepared.map(|(_, it)| it.deploy.id.clone()).collect();
        Ok(joined)
    }

    fn people(&self) -> Vec<(Point, &Person)> {
        self.pairs
            .iter()
            .flat_map(|(point, pair)| [(*point, &pair.live), (*point, &pair.sandbox)])
            .collect()
    }

    fn at(&mut self, point: Point) -> Outcome<&mut Pair> {
        let found = self.pairs.iter_mut().find(|(at, _)| *at == point);
        found.map(|(_, pair)| pair).ok_or_else(|| format!("nobody is at {point:?}").into())
    }

    /// Brings both pods to the point. Where it lasts, the LIVE one stands there, and the other one
    /// comes there in the last moment; otherwise both do.
    pub(crate) async fn reach(&mut self, run: &Run, point: Point) -> Outcome<()> {
        let stack = run.stack()?;
        point.prepare(&run.clouds()?).await?;
        let Pair { live, sandbox } = self.at(point)?;
        let (live_user, sandbox_user) =
            tokio::try_join!(live.sign_in(&stack), sandbox.sign_in(&stack))?;
        if point.lasts() {
            live.reach(&live_user, point).await?;
            if point == Point::Called {
                let body = live.deploy.id.trim_start_matches("pod_").to_owned();
                testkit::until("its machine", async || {
                    let there = run.clouds()?.machines_named(&body).await?;
                    Ok((!there.is_empty()).then_some(()))
                })
                .await?;
            }
            told_event(&live_user, &live.deploy.id, point.event()).await?;
            sandbox.reach(&sandbox_user, point).await?;
        } else {
            tokio::try_join!(live.reach(&live_user, point), sandbox.reach(&sandbox_user, point))?;
        }
        let ids = [live.deploy.id.clone(), sandbox.deploy.id.clone()];
        self.accepted.extend(ids);
        Ok(())
    }

    /// Both ask again for what they asked for before the kill.
    pub(crate) async fn repeat(&mut self, run: &Run, point: Point) -> Outcome<()> {
        let stack = run.stack()?;
        run.clouds()?.set(json!({})).await?;
        let Pair { live, sandbox } = self.at(point)?;
        for person in [live, sandbox] {
            person.repeat(&person.sign_in(&stack).await?, point).await?;
        }
        Ok(())
    }

    /// The pods that stood at their point when everything was killed, with it.
    pub(crate) fn standing(&self) -> Vec<(Point, &str)> {
        let lasting = self.pairs.iter().filter(|(point, _)| point.lasts());
        lasting.map(|(point, pair)| (*point, pair.live.deploy.id.as_str())).collect()
    }

    /// The pod whose stop was asked for before and after a kill.
    pub(crate) fn stopped(&self) -> Option<&str> {
        let found = self.pairs.iter().find(|(point, _)| *point == Point::Wanted);
        found.map(|(_, pair)| pair.sandbox.deploy.id.as_str())
    }

    /// Every pod whose deploy was ever answered.
    pub(crate) fn accepted(&self) -> &[String] {
        &self.accepted
    }
}
