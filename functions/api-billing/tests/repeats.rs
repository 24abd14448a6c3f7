//! What a request to `api-billing` leads to that is sent again, after its first answer was lost or
//! at the same moment, against the local AWS and the local Stripe that `make test` brings up.

use adapters::tables::billing::Billing;
use adapters::tables::ledger::{Ledger, WalletOf};
use api_billing::{App, router};
use axum::Router;
use domain::Mode;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::TopUp;
use jiff::SignedDuration;
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::{Value, json};
use testkit::{
    Answer, BoxError, Call, DEMO, Fault, LocalStripe, Member, Outcome, Refusal, Stack, until,
};

/// A key of the length that the shortest one has.
const KEY: &str = "key-0001";
const FIVE_DOLLARS: i64 = 5_000_000;
/// Test cards by their numbers: one that pays, and one that can be stored but declines to pay.
const MASTERCARD: &str = "5555555555554444";
const POOR: &str = "4000000000000341";

async fn desk() -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(DEMO).await?;
    Ok((router(app), member, stack))
}

/// A member who is a customer of the local Stripe.
struct Payer {
    router: Router,
    member: Member,
    stack: Stack,
    stripe: LocalStripe,
    customer: String,
}

impl Payer {
    /// One without a card.
    async fn new() -> Outcome<Self> {
        let (router, member, stack) = desk().await?;
        let setup = Call::post("/billing/setup-intent", &json!({}));
        setup.by(&router, &member).await?.with_status(201)?;
        let stripe = stack.stripe().await?;
        let of = json!({"object": "customer", "user_id": member.user_id});
        let found = stripe.control("objects", of).await?;
        let customer = found[0]["id"].as_str().ok_or("no customer")?.to_owned();
        Ok(Self { router, member, stack, stripe, customer })
    }

    /// One whose default card pays.
    async fn with_card() -> Outcome<Self> {
        let payer = Self::new().await?;
        payer.add_card("pm_card_visa").await?;
        Ok(payer)
    }

    /// Waits until PRO is on sale: a new product still reads its plans.
    async fn on_sale(self) -> Outcome<Self> {
        until("PRO to be on sale", async || {
            let body = json!({"plan": "pro", "interval": "month"});
            let preview = self.ask(Call::post("/billing/subscription/preview", &body)).await?;
            Ok((preview.status == 200).then_some(()))
        })
        .await?;
        Ok(self)
    }

    /// One who pays for PRO by the month.
    async fn subscriber() -> Outcome<Self> {
        let payer = Self::with_card().await?.on_sale().await?;
        payer.ask(subscribe("pro", None).with_key(KEY)).await?.with_status(201)?;
        Ok(payer)
    }

    async fn ask(&self, call: Call) -> Outcome<Answer> {
        call.by(&self.router, &self.member).await
    }

    async fn add_card(&self, card: &str) -> Outcome<Value> {
        let body = json!({"payment_method_id": card});
        self.ask(Call::post("/billing/payment-methods", &body)).await?.with_status(201)
    }

    /// A card that its owner has just typed in and that is nobody's yet.
    async fn typed(&self, number: &str) -> Outcome<String> {
        let made = self.stripe.call("payment_methods", &format!("card[number]={number}")).await?;
        Ok(made["id"].as_str().ok_or("no card")?.to_owned())
    }

    async fn cards(&self) -> Outcome<Vec<Value>> {
        let page = self.ask(Call::get("/billing/payment-methods")).await?.with_status(200)?;
        Ok(page["items"].as_array().cloned().unwrap_or_default())
    }

    async fn payments(&self) -> Outcome<Vec<Value>> {
        self.stripe.objects("payment_intent", &self.customer).await
    }

    /// What was posted to Stripe at paths that begin with `path`.
    async fn posted(&self, path: &str) -> Outcome<Vec<Value>> {
        let mut requests = self.stripe.requests(&self.customer).await?;
        requests.retain(|one| {
            one["method"] != "GET" && one["path"].as_str().is_some_and(|at| at.starts_with(path))
        });
        Ok(requests)
    }

    /// Lets the next write to `act` take place, and every answer to it be lost.
    async fn lose_answer(&self, act: &str) -> Outcome<()> {
        let unheard = Fault::status(500).after().on(act).named(&self.customer);
        self.stripe.fault(unheard.times(3)).await.map(drop)
    }

    fn of(&self) -> WalletOf {
        let Member { tenant_id, user_id, .. } = self.member.clone();
        WalletOf { tenant_id, user_id, mode: Mode::Sandbox }
    }

    async fn cash(&self) -> Outcome<i64> {
        let table = self.stack.output("LedgerTable")?.to_owned();
        let ledger = Ledger::new(&self.stack.aws().await, table);
        Ok(ledger.wallet(&self.of()).await?.cash().0)
    }

    async fn billing(&self) -> Outcome<Billing> {
        let table = self.stack.output("BillingTable")?.to_owned();
        Ok(Billing::new(&self.stack.aws().await, table))
    }
}

fn subscribe(plan: &str, card: Option<&str>) -> Call {
    let body = json!({"plan": plan, "interval": "month", "payment_method_id": card});
    Call::post("/billing/subscribe", &body)
}

fn top_up(amount_usd_micros: i64) -> Call {
    let body = json!({"amount_usd_micros": amount_usd_micros, "payment_method_id": null});
    Call::post("/billing/top-ups", &body)
}

/// $5 with this card, which is stored then.
fn keeping(card: &str) -> Call {
    let body =
        json!({"amount_usd_micros": FIVE_DOLLARS, "payment_method_id": card, "keep_card": true});
    Call::post("/billing/top-ups", &body).with_key(KEY)
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_top_up_whose_card_was_stored_by_paying_is_answered_when_it_is_sent_again() -> Outcome<()>
{
    let payer = Payer::new().await?;
    let card = payer.typed(MASTERCARD).await?;
    payer.lose_answer("payment_intents").await?;
    payer.ask(keeping(&card)).await?.refused(503, "unavailable")?;
    assert_eq!(payer.cards().await?.len(), 1, "it was paid, so the card is stored");
    let again = payer.ask(keeping(&card)).await?.with_status(201)?;
    assert_eq!(again["status"], "succeeded", "{again}");
    assert_eq!(payer.payments().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_top_up_is_charged_to_the_card_that_was_the_default_when_it_began() -> Outcome<()> {
    let payer = Payer::with_card().await?;
    let unheard = Fault::status(503).on("payment_intents").named(&payer.customer);
    payer.stripe.fault(unheard.times(3)).await?;
    let five = || top_up(FIVE_DOLLARS).with_key(KEY);
    payer.ask(five()).await?.refused(503, "unavailable")?;
    let first = payer.cards().await?;
    payer.add_card("pm_card_mastercard").await?;
    payer.ask(five()).await?.with_status(201)?;
    let paid = payer.payments().await?;
    assert_eq!(paid.len(), 1, "{paid:?}");
    assert_eq!(paid[0]["payment_method"], id(&first[0]), "{paid:?}");
    Ok(())
}

#[tokio::test]
async fn a_top_up_is_not_paid_twice_once_stripe_has_forgotten_its_key() -> Outcome<()> {
    let payer = Payer::with_card().await?;
    let five = || top_up(FIVE_DOLLARS).with_key(KEY);
    payer.lose_answer("payment_intents").await?;
    payer.ask(five()).await?.refused(503, "unavailable")?;
    let paid = payer.payments().await?;
    let top_up_id = paid[0]["metadata"]["top_up_id"].as_str().ok_or("no top-up")?;
    payer.stripe.control("forget", json!({"part": top_up_id})).await?;
    let again = payer.ask(five()).await?.with_status(201)?;
    assert_eq!((id(&again), &again["status"]), (top_up_id, &json!("succeeded")), "{again}");
    assert_eq!(payer.payments().await?.len(), 1, "charged twice");
    Ok(())
}

#[tokio::test]
async fn a_top_up_that_is_a_day_old_is_not_charged_any_more() -> Outcome<()> {
    let payer = Payer::with_card().await?;
    let asked = now() - SignedDuration::from_hours(23);
    let amount = UsdMicros(FIVE_DOLLARS);
    let old = TopUp::new(TopUpId::new(asked, entropy()?), amount, None, asked)?;
    payer.billing().await?.open_top_up(&payer.of(), KEY, &old).await?;
    let again = payer.ask(top_up(FIVE_DOLLARS).with_key(KEY)).await?;
    again.refused(409, "top_up_expired")?;
    assert!(payer.payments().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn who_looks_at_a_paid_top_up_has_the_money_though_no_event_came() -> Outcome<()> {
    let payer = Payer::with_card().await?;
    payer.stripe.hold(&payer.customer).await?;
    let made = payer.ask(top_up(FIVE_DOLLARS).with_key(KEY)).await?.with_status(201)?;
    assert_eq!((&made["status"], payer.cash().await?), (&json!("succeeded"), 0));
    for _ in 0..2 {
        let path = format!("/billing/top-ups/{}", id(&made));
        payer.ask(Call::get(&path)).await?.with_status(200)?;
        assert_eq!(payer.cash().await?, FIVE_DOLLARS);
    }
    // The same where the answer to the payment was lost, and the page sends it again.
    let six = || top_up(6_000_000).with_key("key-0002");
    payer.lose_answer("payment_intents").await?;
    payer.ask(six()).await?.refused(503, "unavailable")?;
    payer.ask(six()).await?.with_status(201)?;
    assert_eq!(payer.cash().await?, FIVE_DOLLARS + 6_000_000);
    payer.stripe.control("release", json!({"customer": payer.customer})).await?;
    Ok(())
}

#[tokio::test]
async fn a_declined_card_is_forgotten_though_the_first_request_could_not() -> Outcome<()> {
    let payer = Payer::new().await?.on_sale().await?;
    let card = payer.typed(POOR).await?;
    let at_cards = |fault: Fault| fault.on("payment_methods").named(&payer.customer);
    // The card is stored, and the three tries to take it away again fail.
    payer.stripe.fault(at_cards(Fault::slow(1)).times(1)).await?;
    payer.stripe.fault(at_cards(Fault::status(500)).times(3)).await?;
    let pro = || subscribe("pro", Some(&card)).with_key(KEY);
    payer.ask(pro()).await?.refused(503, "unavailable")?;
    assert_eq!(payer.cards().await?.len(), 1, "it could not be taken away");
    for _ in 0..2 {
        payer.ask(pro()).await?.refused(402, "card_declined")?;
        assert!(payer.cards().await?.is_empty(), "a declined card stays stored");
    }
    Ok(())
}

#[tokio::test]
async fn the_same_change_of_plan_twice_at_once_is_one() -> Outcome<()> {
    let payer = Payer::subscriber().await?;
    // Both have read the subscription before either of them has changed it.
    let late = Fault::slow(1_000).on("subscriptions").named(&payer.customer);
    payer.stripe.fault(late.times(2)).await?;
    let body = json!({"plan": "enterprise", "interval": "month"});
    let change = || payer.ask(Call::post("/billing/subscription/change", &body));
    let (one, other) = tokio::join!(change(), change());
    for answer in [one?, other?] {
        assert_eq!(answer.with_status(200)?["plan"], "enterprise");
    }
    let invoices = payer.stripe.objects("invoice", &payer.customer).await?;
    assert_eq!(invoices.len(), 2, "{invoices:?}");
    Ok(())
}

#[tokio::test]
async fn a_change_that_was_heard_or_not_is_written_once_and_can_be_taken_back() -> Outcome<()> {
    let payer = Payer::subscriber().await?;
    let change = async |plan: &str| {
        let body = json!({"plan": plan, "interval": "month"});
        payer.ask(Call::post("/billing/subscription/change", &body)).await
    };
    let cancel = async || {
        let answer = payer.ask(Call::post("/billing/subscription/cancel", &json!({}))).await?;
        Ok::<_, BoxError>(answer.with_status(200)?["cancel_at_period_end"].clone())
    };
    payer.lose_answer("subscriptions").await?;
    change("enterprise").await?.refused(503, "unavailable")?;
    let written = payer.posted("/subscriptions/").await?.len();
    change("enterprise").await?.with_status(200)?;
    assert_eq!(payer.posted("/subscriptions/").await?.len(), written, "it is so already");
    for _ in 0..2 {
        assert_eq!(cancel().await?, true);
        assert_eq!(cancel().await?, true);
        let back = change("enterprise").await?.with_status(200)?;
        assert_eq!(back["cancel_at_period_end"], false, "{back}");
    }
    for plan in ["pro", "enterprise", "pro"] {
        assert_eq!(change(plan).await?.with_status(200)?["plan"], plan);
    }
    Ok(())
}

#[tokio::test]
async fn a_change_that_was_declined_is_tried_again_with_the_next_card() -> Outcome<()> {
    let payer = Payer::subscriber().await?;
    let body = json!({"plan": "enterprise", "interval": "month"});
    let change = || payer.ask(Call::post("/billing/subscription/change", &body));
    let decline = Fault::refuse(Refusal::Declined).on("subscriptions").named(&payer.customer);
    payer.stripe.fault(decline.times(1)).await?;
    change().await?.refused(402, "card_declined")?;
    payer.add_card("pm_card_mastercard").await?;
    assert_eq!(change().await?.with_status(200)?["plan"], "enterprise");
    Ok(())
}

#[tokio::test]
async fn a_customer_is_made_once_though_the_answer_was_lost() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    let stripe = stack.stripe().await?;
    let of = json!({"object": "customer", "user_id": member.user_id});
    let setup = || Call::post("/billing/setup-intent", &json!({}));
    // Nobody's customer has a name yet that a fault could go by; who else makes one just now is
    // answered at the next try, since a lost answer is asked for again.
    stripe.fault(Fault::status(500).after().on("customers").times(1)).await?;
    setup().by(&router, &member).await?.with_status(201)?;
    setup().by(&router, &member).await?.with_status(201)?;
    let made = stripe.control("objects", of).await?;
    assert_eq!(made.as_array().map(Vec::len), Some(1), "{made}");
    Ok(())
}

#[tokio::test]
async fn a_card_that_is_added_or_removed_again_is_there_once_or_not() -> Outcome<()> {
    let payer = Payer::new().await?;
    let card = payer.typed(MASTERCARD).await?;
    let add = || {
        let body = json!({"payment_method_id": card});
        payer.ask(Call::post("/billing/payment-methods", &body))
    };
    let remove = || payer.ask(Call::delete(&format!("/billing/payment-methods/{card}")));
    payer.lose_answer("customers").await?;
    add().await?.refused(503, "unavailable")?;
    add().await?.with_status(201)?;
    let stored = payer.cards().await?;
    assert_eq!((stored.len(), &stored[0]["is_default"]), (1, &json!(true)), "{stored:?}");
    let unheard = Fault::status(500).after().on("payment_methods").named(&payer.customer);
    payer.stripe.fault(unheard.times(1)).await?;
    remove().await?.with_status(204)?;
    remove().await?.refused(404, "not_found")?;
    assert!(payer.cards().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_subscription_that_nobody_paid_is_ended_once_though_the_answer_was_lost() -> Outcome<()> {
    let payer = Payer::new().await?.on_sale().await?;
    let asks = Some("pm_card_threeDSecure2Required");
    payer.ask(subscribe("pro", asks).with_key(KEY)).await?.with_status(201)?;
    // Another card takes the place of the one that waits: the first subscription is ended.
    payer.lose_answer("subscriptions").await?;
    let pays = || subscribe("pro", Some("pm_card_visa")).with_key("key-0002");
    payer.ask(pays()).await?.refused(503, "unavailable")?;
    payer.ask(pays()).await?.with_status(201)?;
    let all = payer.stripe.objects("subscription", &payer.customer).await?;
    let is = |status: &str| all.iter().filter(|one| one["status"] == status).count();
    assert_eq!((is("active"), all.len()), (1, 2), "{all:?}");
    Ok(())
}
