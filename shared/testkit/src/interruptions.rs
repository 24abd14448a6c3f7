//! Whatever dies between two steps.

use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::plans::Plans;
use adapters::tables::pods::Request;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use domain::Error;
use domain::Mode;
use domain::id::{PodId, QuoteId};
use domain::pod::{self, Allowance, NewPod, Pod, Transition};
use serde_json::{Value, json};

use crate::schedules::signature;
use crate::{Outcome, Stack, User, fresh_key};

impl Stack {
    /// Kills the execution that brings a pod up, its `execution`th from 1. What it has started
    /// goes on, as on AWS.
    pub async fn kill_deploy(&self, pod: &str, execution: u32) -> Outcome<()> {
        let machine = self.output("DeployPodStateMachineArn")?;
        let executions = machine.replacen(":stateMachine:", ":execution:", 1);
        let arn = match execution {
            0 | 1 => format!("{executions}:{pod}"),
            later => format!("{executions}:{pod}-{later}"),
        };
        let url = format!("{}/", self.endpoint);
        let body = json!({"executionArn": arn, "cause": "a test"}).to_string();
        let mut request = self.client.post(&url);
        for (name, value) in signature("states", &url, &body)? {
            request = request.header(name, value);
        }
        let request = request
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", "AWSStepFunctions.StopExecution");
        let answer = request.body(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if status.is_success() { Ok(()) } else { Err(format!("{status} {text}").into()) }
    }
}

impl User {
    /// Opens a pod on an offer as `api-pods` does, which then dies before it starts the deploy.
    pub async fn open_unstarted(&self, offer: &Value) -> Outcome<Pod> {
        let (stack, now) = (&self.stack, runtime::clock::now());
        let (aws, pods_table) = (stack.aws().await, stack.output("PodsTable")?.to_owned());
        let quote = self.quote(offer).await?;
        let quote_id: QuoteId = quote["id"].as_str().unwrap_or_default().parse()?;
        let tenants = Tenants::new(&aws, stack.output("TenantsTable")?.to_owned());
        let WalletOf { user_id, .. } = self.wallet_of(Mode::Live).await?;
        let caller = tenants.member(&self.host, &user_id, now).await?;
        let plans = Plans::new(&aws, stack.output("BillingTable")?.to_owned());
        let plan = plans.of(&caller, now).await?;
        let quotes = Quotes::new(&aws, pods_table);
        let quote = quotes.find(caller.tenant_id(), caller.user_id(), &quote_id).await?;
        let id = PodId::new(now, runtime::ids::entropy()?);
        let new = NewPod { id, name: "trial".to_owned(), scenario: None };
        let ledger = Ledger::new(&aws, stack.output("LedgerTable")?.to_owned());
        let wallet = ledger.wallet(&WalletOf::quote(&quote)).await?;
        let allowance = Allowance { wallet: &wallet, plan: &plan, rules: caller.parameters() };
        let request = Request { idempotency_key: &fresh_key()?, payload: "{}" };
        let decide = |facts| pod::open(new.clone(), allowance, facts, now);
        Ok(stack.pods().await?.open(&quote, request, now, decide).await?)
    }

    /// Changes a pod's row and loses the message that would have been sent for it.
    pub async fn change_silently(
        &self,
        pod: &str,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Outcome<Pod> {
        let (tenant_id, pod_id) = self.keys_of(pod).await?;
        Ok(self.stack.pods().await?.change(&tenant_id, &pod_id, decide).await?)
    }
}
