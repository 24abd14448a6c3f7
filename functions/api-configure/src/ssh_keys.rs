//! `/ssh-keys`: who may log in to a pod.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::Error;
use domain::id::SshKeyId;
use domain::people::ssh_key::{KEY_NAME_LEN_MAX, PublicKey, SshKey, check_room};
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};
use runtime::ids::entropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;

/// A key to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKey {
    /// What to call it; 1 to 64 characters.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// One line of an OpenSSH `.pub` file.
    #[schema(max_length = 4096)]
    public_key: String,
}

/// A public key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SshKeyView {
    id: SshKeyId,
    name: String,
    /// `algorithm base64`.
    public_key: String,
    /// As `ssh-keygen -l` shows it.
    fingerprint: String,
    created_at: Timestamp,
}

/// A user's keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SshKeysPage {
    /// The oldest first; at most 20.
    #[schema(max_items = 20)]
    items: Vec<SshKeyView>,
}

impl From<SshKey> for SshKeyView {
    fn from(key: SshKey) -> Self {
        let SshKey { id, name, public_key, fingerprint, created_at } = key;
        Self { id, name, public_key, fingerprint, created_at }
    }
}

fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=KEY_NAME_LEN_MAX).contains(&length) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    let message = format!("The name of a key must have 1 to {KEY_NAME_LEN_MAX} characters.");
    Err(Error::invalid("name_invalid", message))
}

/// Lists the caller's keys.
#[utoipa::path(
    get, path = "/api/v2/ssh-keys", tag = "configure", security(("access_token" = [])),
    responses(
        (status = 200, body = SshKeysPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_keys(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<SshKeysPage>, ApiError> {
    let keys = app.ssh_keys.list(caller.tenant_id(), caller.user_id()).await?;
    Ok(Json(SshKeysPage { items: keys.into_iter().map(SshKeyView::from).collect() }))
}

/// Keeps a public key.
#[utoipa::path(
    post, path = "/api/v2/ssh-keys", tag = "configure", request_body = AddKey,
    security(("access_token" = [])),
    responses(
        (status = 201, body = SshKeyView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `name_invalid`, \
            `ssh_key_invalid`, `ssh_key_private`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`ssh_key_exists`, `too_many_ssh_keys`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn add_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<AddKey>,
) -> Result<(StatusCode, Json<SshKeyView>), ApiError> {
    let name = check_name(&request.name)?;
    let public_key = PublicKey::parse(&request.public_key)?;
    let now = caller.now;
    let key = SshKey {
        id: SshKeyId::new(now, entropy()?),
        name,
        public_key: public_key.line,
        fingerprint: public_key.fingerprint,
        created_at: now,
    };
    app.ssh_keys.add(caller.tenant_id(), caller.user_id(), &key, check_room).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Removes a key; pods that were launched with it keep it.
#[utoipa::path(
    delete, path = "/api/v2/ssh-keys/{id}", tag = "configure",
    security(("access_token" = [])),
    params(("id" = SshKeyId, Path, description = "The key's identifier.")),
    responses(
        (status = 204, description = "Removed."),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn delete_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<SshKeyId>,
) -> Result<StatusCode, ApiError> {
    app.ssh_keys.remove(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
