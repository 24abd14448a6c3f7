//! What a user asks for, made into what would be launched.

use domain::Error;
use domain::id::SshKeyId;
use domain::market::offer::OfferId;
use domain::market::quote::Configuration;
use runtime::http::Caller;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// A machine, what it runs, and how large its disk is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigurationRequest {
    /// The offer to price, from the present market.
    pub(crate) offer_id: OfferId,
    /// What it runs: a template's identifier.
    pub(crate) template_id: String,
    /// Its disk; the least that machine and template take unless said.
    pub(crate) disk_gib: Option<u32>,
    /// The SSH keys that may log in; at most 5 of the caller's keys.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub(crate) ssh_key_ids: Vec<SshKeyId>,
    /// Whether a machine anywhere will do when the chosen region is full.
    #[serde(default)]
    pub(crate) any_region: bool,
    /// Whether the pod is deployed again, at the same price and without another activation, when its
    /// cloud takes its machine away.
    #[serde(default)]
    pub(crate) relaunch: bool,
}

impl App {
    /// The configuration that is asked for, within the provider's limits.
    pub(crate) async fn configuration(
        &self,
        caller: &Caller,
        request: ConfigurationRequest,
    ) -> Result<Configuration, Error> {
        let now = caller.now;
        let market = self.market.newest(caller.mode(), now).await?;
        let offer = market.find(&request.offer_id).ok_or_else(|| Error::not_found("offer"))?;
        let template = self.tenants.template(caller.tenant_id(), &request.template_id).await?;
        let keys =
            self.ssh_keys.pick(caller.tenant_id(), caller.user_id(), &request.ssh_key_ids).await?;
        let mut configuration = Configuration {
            offer: offer.clone(),
            template,
            disk_gib: 0,
            ssh_public_keys: keys.into_iter().map(|key| key.public_key).collect(),
            any_region: request.any_region,
            relaunch: request.relaunch,
        };
        configuration.disk_gib = request.disk_gib.unwrap_or_else(|| configuration.disk_gib_min());
        configuration.check()?;
        Ok(configuration)
    }
}
