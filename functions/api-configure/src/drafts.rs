//! `/pods/drafts`: configurations that are not deployed yet.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::Error;
use domain::id::{DraftId, SshKeyId};
use domain::market::offer::OfferId;
use domain::market::quote::SSH_KEYS_PER_POD_MAX;
use domain::pod::draft::{Draft, DraftFields, check_pod_name, check_room};
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};
use runtime::ids::entropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;

/// Longest identifier of an offer or template that is kept.
const REFERENCE_LEN_MAX: usize = 64;

/// What was filled in so far; all of it may be left out.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    /// What to call the pod; 1 to 63 characters.
    #[schema(min_length = 1, max_length = 63)]
    name: Option<String>,
    /// The offer; it may be gone from the market by the time the draft is opened.
    offer_id: Option<OfferId>,
    /// What it runs.
    template_id: Option<String>,
    /// The disk, in GiB; without it, the least that offer and template take.
    disk_gib: Option<u32>,
    /// The SSH keys that may log in; at most 5.
    #[serde(default)]
    #[schema(max_items = 5)]
    ssh_key_ids: Vec<SshKeyId>,
    /// Whether a machine anywhere will do when the chosen region is full.
    #[serde(default)]
    any_region: bool,
    /// Whether the pod is deployed again when its cloud takes its machine away.
    #[serde(default)]
    relaunch: bool,
}

/// A new version of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveDraft {
    /// The version that was read.
    version: u64,
    fields: Fields,
}

/// A saved configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftView {
    id: DraftId,
    fields: Fields,
    /// Counts the saves; name it when you save.
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A user's drafts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftsPage {
    /// The oldest first; at most 50.
    items: Vec<DraftView>,
}

impl Fields {
    fn check(self) -> Result<DraftFields, Error> {
        let too_long = |text: &str| text.is_empty() || text.len() > REFERENCE_LEN_MAX;
        if self.offer_id.as_ref().is_some_and(|id| too_long(&id.0))
            || self.template_id.as_deref().is_some_and(too_long)
        {
            return Err(Error::invalid(
                "reference_invalid",
                format!("An ID must have 1 to {REFERENCE_LEN_MAX} characters."),
            ));
        }
        if self.ssh_key_ids.len() > SSH_KEYS_PER_POD_MAX {
            return Err(Error::invalid(
                "too_many_ssh_keys",
                format!("A pod can have up to {SSH_KEYS_PER_POD_MAX} SSH keys."),
            ));
        }
        Ok(DraftFields {
            name: self.name.as_deref().map(check_pod_name).transpose()?,
            offer_id: self.offer_id,
            template_id: self.template_id,
            disk_gib: self.disk_gib,
            ssh_key_ids: self.ssh_key_ids,
            any_region: self.any_region,
            relaunch: self.relaunch,
        })
    }
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> Self {
        let fields = draft.fields;
        Self {
            id: draft.id,
            fields: Fields {
                name: fields.name,
                offer_id: fields.offer_id,
                template_id: fields.template_id,
                disk_gib: fields.disk_gib,
                ssh_key_ids: fields.ssh_key_ids,
                any_region: fields.any_region,
                relaunch: fields.relaunch,
            },
            version: draft.version,
            created_at: draft.created_at,
            updated_at: draft.updated_at,
        }
    }
}

/// Lists the caller's drafts.
#[utoipa::path(
    get, path = "/api/v2/pods/drafts", tag = "configure", security(("access_token" = [])),
    responses(
        (status = 200, body = DraftsPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_drafts(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<DraftsPage>, ApiError> {
    let drafts = app.drafts.list(caller.tenant_id(), caller.user_id()).await?;
    Ok(Json(DraftsPage { items: drafts.into_iter().map(DraftView::from).collect() }))
}

/// Saves a new draft.
#[utoipa::path(
    post, path = "/api/v2/pods/drafts", tag = "configure", request_body = Fields,
    security(("access_token" = [])),
    responses(
        (status = 201, body = DraftView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `name_invalid`, \
            `reference_invalid`, `too_many_ssh_keys`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`too_many_drafts`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn create_draft(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(fields): Json<Fields>,
) -> Result<(StatusCode, Json<DraftView>), ApiError> {
    let fields = fields.check()?;
    let now = caller.now;
    let id = DraftId::new(now, entropy()?);
    let draft = Draft { id, fields, version: 1, created_at: now, updated_at: now };
    app.drafts.add(caller.tenant_id(), caller.user_id(), &draft, check_room).await?;
    Ok((StatusCode::CREATED, Json(draft.into())))
}

/// Shows a draft.
#[utoipa::path(
    get, path = "/api/v2/pods/drafts/{id}", tag = "configure",
    security(("access_token" = [])),
    params(("id" = DraftId, Path, description = "The draft's identifier.")),
    responses(
        (status = 200, body = DraftView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_draft(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<DraftId>,
) -> Result<Json<DraftView>, ApiError> {
    let draft = app.drafts.find(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok(Json(draft.into()))
}

/// Saves a draft over the version that was read.
#[utoipa::path(
    put, path = "/api/v2/pods/drafts/{id}", tag = "configure", request_body = SaveDraft,
    security(("access_token" = [])),
    params(("id" = DraftId, Path, description = "The draft's identifier.")),
    responses(
        (status = 200, body = DraftView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `name_invalid`, \
            `reference_invalid`, `too_many_ssh_keys`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`draft_changed`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn save_draft(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<DraftId>,
    Json(request): Json<SaveDraft>,
) -> Result<Json<DraftView>, ApiError> {
    let fields = request.fields.check()?;
    let draft = app.drafts.find(caller.tenant_id(), caller.user_id(), &id).await?;
    let draft = draft.edit(fields, request.version, caller.now)?;
    app.drafts.save(caller.tenant_id(), caller.user_id(), &draft).await?;
    Ok(Json(draft.into()))
}

/// Removes a draft.
#[utoipa::path(
    delete, path = "/api/v2/pods/drafts/{id}", tag = "configure",
    security(("access_token" = [])),
    params(("id" = DraftId, Path, description = "The draft's identifier.")),
    responses(
        (status = 204, description = "Removed."),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn delete_draft(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<DraftId>,
) -> Result<StatusCode, ApiError> {
    app.drafts.remove(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
