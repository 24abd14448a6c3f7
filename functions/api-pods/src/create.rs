//! `POST /pods`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use adapters::tables::pods::Request;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::deploy::DeployPodV1;
use domain::Error;
use domain::id::{PodId, QuoteId};
use domain::pod::draft::check_pod_name;
use domain::pod::{self, Allowance, NewPod, Pod, Scenario};
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, IdempotencyKey, Json};
use runtime::ids::entropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::view::PodView;

/// A deploy.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatePod {
    /// The held price to deploy at.
    quote_id: QuoteId,
    /// What to call the pod; 1 to 63 characters.
    #[schema(min_length = 1, max_length = 63)]
    name: String,
    /// What the sandbox is to pretend.
    scenario: Option<Scenario>,
}

/// Opens a pod on a quote; `deploy-pod` then holds its first hour and gets its machine.
#[utoipa::path(
    post, path = "/api/v2/pods", tag = "pods", request_body = CreatePod,
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 64,
        description = "New for each deploy; the same key and body give the same pod.")),
    responses(
        (status = 202, body = PodView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `name_invalid`, \
            `idempotency_key_invalid`, `scenario_sandbox_only`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`insufficient_funds`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`quote_used`, `idempotency_mismatch`, `pod_unactivated` \
            while another pod waits for its activation, `pod_limit_reached`", body = ErrorBody),
        (status = 410, description = "`quote_expired`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 429, description = "`deploys_paused` after pods that were not activated in \
            time, `activation_budget_spent`", body = ErrorBody),
    ),
)]
pub(crate) async fn create_pod(
    State(app): State<Arc<App>>,
    caller: Caller,
    IdempotencyKey(key): IdempotencyKey,
    Json(asked): Json<CreatePod>,
) -> Result<(StatusCode, Json<PodView>), ApiError> {
    let payload = serde_json::to_string(&asked).map_err(|e| Error::broken("a request", e))?;
    let request = Request { idempotency_key: &key, payload: &payload };
    let before = app.pods.opened_by(caller.tenant_id(), caller.user_id(), request).await?;
    let pod = match before {
        Some(pod) => pod,
        None => match app.open(&caller, asked, request).await {
            Ok(pod) => pod,
            // The same request may have opened it all the same: by a concurrent call, or by this
            // one, whose answer was lost.
            Err(error) => {
                let opened =
                    app.pods.opened_by(caller.tenant_id(), caller.user_id(), request).await?;
                opened.ok_or(error)?
            }
        },
    };
    // Started again for a repeated request too: the first may have died before it.
    if pod.is_unactivated() {
        app.deploys.start(&DeployPodV1::from(&pod), pod.execution).await?;
    }
    Ok((StatusCode::ACCEPTED, Json(PodView::new(pod, None, caller.now))))
}

impl App {
    async fn open(
        &self,
        caller: &Caller,
        asked: CreatePod,
        request: Request<'_>,
    ) -> Result<Pod, Error> {
        let (now, rules) = (caller.now, caller.parameters());
        let id = PodId::new(now, entropy()?);
        let new = NewPod { id, name: check_pod_name(&asked.name)?, scenario: asked.scenario };
        let quote = self.quotes.find(caller.tenant_id(), caller.user_id(), &asked.quote_id).await?;
        let wallet = self.ledger.wallet(&WalletOf::quote(&quote)).await?;
        let plan = self.plans.of(caller, now).await?;
        let allowance = Allowance { wallet: &wallet, plan: &plan, rules };
        let decide = |facts| pod::open(new.clone(), allowance, facts, now);
        self.pods.open(&quote, request, now, decide).await
    }
}
