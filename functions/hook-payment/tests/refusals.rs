//! What `hook-payment` believes and what it refuses, against the local AWS that `make test` brings
//! up. Events go to a queue of the test's own, so the product never works on them.

use adapters::tables::payment_events::{Done, PaymentEvents};
use axum::Router;
use contracts::payment::PaymentEventV1;
use domain::Mode;
use domain::id::TenantId;
use hook_payment::{App, router};
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::{Value, json};
use testkit::{Answer, Call, DEMO, LocalStripe, Outcome, OwnQueue, Stack, fresh_key};

/// The largest event that is read.
const EVENT_BYTES_MAX: usize = 512 * 1024;
/// Stripe calls the API itself, not a tenant's host.
const HOST: &str = "api.invalid";
/// Seconds for which a signature is good.
/// <https://docs.stripe.com/webhooks#replay-prevention>
const TOLERANCE_SECS: i64 = 300;

/// The function with a queue of its own, at the account of the seeded tenant.
struct Hook {
    router: Router,
    stripe: LocalStripe,
    tenant_id: TenantId,
    events: PaymentEvents,
    queue: OwnQueue,
}

async fn hook() -> Outcome<Hook> {
    let stack = Stack::from_env()?;
    let (aws, queue) = (stack.aws().await, OwnQueue::new(&stack).await?);
    let config = stack.config().with("ON_PAYMENT_EVENT_QUEUE_URL", &queue.url);
    Ok(Hook {
        router: router(App::new(&aws, &config)?),
        stripe: stack.stripe().await?,
        tenant_id: stack.tenant_id(DEMO).await?,
        events: PaymentEvents::new(&aws, stack.output("BillingTable")?.to_owned()),
        queue,
    })
}

impl Hook {
    /// Posts what `call` makes of the path of the account `ten_…/sandbox`.
    async fn post(
        &self,
        account: &str,
        signature: Option<&str>,
        call: impl Fn(&str) -> Call,
    ) -> Outcome<Answer> {
        let call = call(&format!("/webhooks/stripe/{account}"));
        let call = match signature {
            Some(signature) => call.with_header("stripe-signature", signature),
            None => call,
        };
        call.by_nobody(&self.router, HOST).await
    }

    /// Posts a body that is signed well for the seeded tenant.
    async fn signed(&self, account: &str, body: &str) -> Outcome<Answer> {
        let at = now().as_second();
        let signature = format!("t={at},v1={}", self.stripe.signature(at, body));
        self.post(account, Some(&signature), |path| Call::post_text(path, body)).await
    }

    /// Takes every message out of the queue and says of which events they were.
    async fn queued(&self) -> Outcome<Vec<String>> {
        let events: Vec<PaymentEventV1> = self.queue.take().await?;
        Ok(events.into_iter().map(|event| event.event_id).collect())
    }

    /// Makes sure that nothing was kept of the event, and that nothing at all was queued.
    async fn kept_nothing(&self, event_id: &str) -> Outcome<()> {
        let found = self.events.find(&self.event(event_id)).await;
        assert_eq!(found.map_err(|error| error.code), Err("not_found"), "{event_id}");
        assert_eq!(self.queued().await?, Vec::<String>::new());
        Ok(())
    }

    fn event(&self, event_id: &str) -> PaymentEventV1 {
        let (tenant_id, event_id) = (self.tenant_id.clone(), event_id.to_owned());
        PaymentEventV1 { tenant_id, mode: Mode::Sandbox, event_id }
    }
}

/// The name of an event that nobody used.
fn fresh_event() -> Outcome<String> {
    Ok(format!("evt_{}", fresh_key()?))
}

fn event(id: &str) -> Value {
    json!({
        "id": id,
        "object": "event",
        "created": 1_700_000_000,
        "data": {"object": {"id": "sub_x", "object": "subscription", "customer": "cus_nobody"}},
        "livemode": false,
        "type": "customer.subscription.updated",
    })
}

#[tokio::test]
async fn an_event_without_a_right_and_recent_signature_is_400_and_is_not_kept() -> Outcome<()> {
    let hook = hook().await?;
    let (id, account) = (fresh_event()?, hook.stripe.account.as_str());
    let (body, at) = (event(&id).to_string(), now().as_second());
    let right = hook.stripe.signature(at, &body);
    let forged: String = right.chars().rev().collect();
    let of_other_body = hook.stripe.signature(at, &format!("{body} "));
    let old = at - TOLERANCE_SECS - 10;
    let of_old = hook.stripe.signature(old, &body);
    for wrong in [
        None,
        Some(String::new()),
        Some(format!("t={at}")),
        Some(format!("v1={right}")),
        Some(format!("t={at},v0={right}")),
        Some(format!("t={at},v1={forged}")),
        Some(format!("t={at},v1={of_other_body}")),
        Some(format!("t={},v1={right}", at - 1)),
        Some(format!("t={old},v1={of_old}")),
    ] {
        let answer =
            hook.post(account, wrong.as_deref(), |path| Call::post_text(path, &body)).await?;
        answer.refused(400, "signature_invalid").map_err(|why| format!("{wrong:?}: {why}"))?;
    }
    hook.kept_nothing(&id).await?;
    hook.signed(account, &body).await?.with_status(200)?;
    assert_eq!(hook.queued().await?, [id]);
    Ok(())
}

#[tokio::test]
async fn an_event_for_a_tenant_or_a_mode_without_an_account_is_404() -> Outcome<()> {
    let hook = hook().await?;
    let (id, tenant_id) = (fresh_event()?, &hook.tenant_id);
    let (stranger, body) = (TenantId::new(now(), entropy()?), event(&id).to_string());
    for account in [
        format!("{stranger}/sandbox"),
        format!("{tenant_id}/live"),
        format!("{tenant_id}/test"),
        format!("{tenant_id}/Sandbox"),
        format!("{tenant_id}x/sandbox"),
        "demo/sandbox".to_owned(),
    ] {
        hook.signed(&account, &body).await?.refused(404, "not_found")?;
    }
    hook.kept_nothing(&id).await
}

#[tokio::test]
async fn what_is_no_event_is_400_however_well_it_is_signed() -> Outcome<()> {
    let hook = hook().await?;
    let (id, account) = (fresh_event()?, hook.stripe.account.as_str());
    let good = event(&id).to_string();
    let cut_off = good.get(..good.len() - 1).unwrap_or_default();
    let unsafe_id = good.replace(&id, &format!("{id}#"));
    let without_date = good.replace("1700000000", "\"now\"");
    for body in ["", "{}", "[]", "null", cut_off, &unsafe_id, &without_date] {
        let answer = hook.signed(account, body).await?;
        answer.refused(400, "event_invalid").map_err(|why| format!("{body:?}: {why}"))?;
    }
    // The bytes 0xFF 0xFE, which are no text, so nobody can have signed them.
    let no_text = hook.post(account, None, |path| Call::post_base64(path, "//4=")).await?;
    no_text.refused(400, "event_invalid")?;
    hook.kept_nothing(&id).await
}

#[tokio::test]
async fn a_live_event_at_a_sandbox_account_is_400() -> Outcome<()> {
    let hook = hook().await?;
    let (id, account) = (fresh_event()?, hook.stripe.account.as_str());
    let mut body = event(&id);
    body["livemode"] = json!(true);
    hook.signed(account, &body.to_string()).await?.refused(400, "event_mode")?;
    hook.kept_nothing(&id).await
}

#[tokio::test]
async fn an_event_one_byte_past_the_limit_is_413_and_is_not_kept() -> Outcome<()> {
    let hook = hook().await?;
    let (id, account) = (fresh_event()?, hook.stripe.account.as_str());
    let body = event(&id).to_string();
    let padded = |bytes: usize| format!("{body}{}", " ".repeat(bytes - body.len()));
    let large = hook.signed(account, &padded(EVENT_BYTES_MAX + 1)).await?;
    large.refused(413, "payload_too_large")?;
    hook.kept_nothing(&id).await?;
    hook.signed(account, &padded(EVENT_BYTES_MAX)).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn an_event_that_is_told_again_is_queued_until_it_is_handled_and_then_no_more() -> Outcome<()>
{
    let hook = hook().await?;
    let (id, account) = (fresh_event()?, hook.stripe.account.as_str());
    let body = event(&id).to_string();
    // The first could have been cut off between keeping and queueing.
    for _ in 0..2 {
        hook.signed(account, &body).await?.with_status(200)?;
        assert_eq!(hook.queued().await?, [id.as_str()]);
    }
    hook.events.finish(&Done::new(&hook.event(&id), "tested", now())).await?;
    hook.signed(account, &body).await?.with_status(200)?;
    assert_eq!(hook.queued().await?, Vec::<String>::new());
    Ok(())
}
