//! `api-activate`: the one act that makes a ready pod run, and from which on it is charged; by the
//! mailed link, or by its owner on its page, who can have the link mailed again.

use std::sync::Arc;

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::id::PodId;
use domain::pod::{ConnectionDetails, Pod, PodState, is_activation_token};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the handler works with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    pods: Pods,
    notices: Notices,
    activation_notices: Notices,
    pepper: PepperStore,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
            activation_notices: Notices::new(
                aws,
                config.required("ON_NOTICE_ACTIVATION_QUEUE_URL")?,
            ),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
        })
    }
}

/// The pod and the token of the mailed link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activate {
    /// The pod.
    pod_id: PodId,
    /// 32 characters, single use.
    token: String,
}

/// A running pod.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activated {
    pod_id: PodId,
    state: PodState,
    /// How to reach it.
    connection: Option<ConnectionDetails>,
    /// When charging began.
    running_at: Option<Timestamp>,
    /// Until when money is held for its running.
    funded_until: Option<Timestamp>,
}

runtime::api! {
    (activate),
    (activate_own),
    (mail_again),
}

impl App {
    /// Makes `pod` run at `now`, once, and tells its owner.
    async fn activate(&self, pod: &Pod, now: Timestamp) -> Result<Activated, Error> {
        let decide = |pod: Pod| pod.activate(now).map(Some);
        let activated = self.pods.change(&pod.tenant_id, &pod.id, decide).await;
        if activated.as_ref().err().is_none_or(|error| error.code == "activation_used") {
            // Also for who comes back after a crash; `on-notice` mails each key once. The pod runs
            // whether or not the mail can be queued, so its owner is answered either way.
            if let Err(error) = self.notices.announce(&NoticeV1::pod_running(pod)).await {
                tracing::error!(pod_id = %pod.id, error = ?error, "the mail could not be queued");
            }
        }
        let pod = activated?;
        Ok(Activated {
            connection: pod.connection(self.pepper.pepper().await?),
            pod_id: pod.id,
            state: pod.state,
            running_at: pod.running_at,
            funded_until: pod.funded_until,
        })
    }
}

/// Activates a ready pod, with the owner's session and the mailed token, and shows how to reach it.
#[utoipa::path(
    post, path = "/api/v2/pods/activate", tag = "pods", request_body = Activate,
    security(("access_token" = [])),
    responses(
        (status = 200, body = Activated),
        (status = 400, description = "`invalid_body`, `token_invalid`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`activation_used`, `pod_state`", body = ErrorBody),
        (status = 410, description = "`activation_expired`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
async fn activate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<Activate>,
) -> Result<impl IntoResponse, ApiError> {
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &request.pod_id).await?;
    if !is_activation_token(request.token.trim(), &pod.id, app.pepper.pepper().await?) {
        let message = "This activation link is not valid. Use the one in our latest email.";
        return Err(Error::invalid("token_invalid", message).into());
    }
    Ok((NoStore, Json(app.activate(&pod, caller.now).await?)))
}

/// Activates a ready pod for its owner, who acts on its page, and shows how to reach it.
#[utoipa::path(
    post, path = "/api/v2/pods/{id}/activate", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path, description = "The pod's identifier.")),
    responses(
        (status = 200, body = Activated),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`activation_used`, `pod_state`", body = ErrorBody),
        (status = 410, description = "`activation_expired`", body = ErrorBody),
    ),
)]
async fn activate_own(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<impl IntoResponse, ApiError> {
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok((NoStore, Json(app.activate(&pod, caller.now).await?)))
}

/// Mails the activation link of a ready pod again: once a minute, and 5 times a pod.
#[utoipa::path(
    post, path = "/api/v2/pods/{id}/activation-mail", tag = "pods",
    security(("access_token" = [])),
    params(("id" = PodId, Path, description = "The pod's identifier.")),
    responses(
        (status = 202, description = "The mail is on its way."),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`activation_mails_used`, \
            `activation_used`, `pod_state`"),
        (status = 410, description = "`activation_expired`", body = ErrorBody),
        (status = 429, description = "`activation_mail_wait`", body = ErrorBody),
    ),
)]
async fn mail_again(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<StatusCode, ApiError> {
    let now = caller.now;
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &id).await?;
    // Queued before it is counted, so that a mail that was not queued can be asked for at once.
    // Until it is counted it has the same key, under which `on-notice` mails once.
    let again = pod.clone().mail_activation_again(now)?.pod;
    app.activation_notices.announce(&NoticeV1::activate_pod(&again)).await?;
    let decide = |pod: Pod| pod.mail_activation_again(now).map(Some);
    app.pods.change(caller.tenant_id(), &pod.id, decide).await?;
    Ok(StatusCode::ACCEPTED)
}
