//! Tenants beside the seeded one, whose time runs faster.

use adapters::tables::plans::Plans;
use adapters::tables::tenants::{Parameter, Tenants};
use domain::Mode;
use domain::id::{Entropy, TenantId};
use domain::market::template::Template;
use domain::money::plan::Plan;
use domain::people::tenant::Tenant;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{Outcome, Stack};

const PARAMETERS: &str = include_str!("../../../infra/seeds/parameters.json");
const TEMPLATES: &str = include_str!("../../../infra/seeds/templates.json");
const PLANS: &str = include_str!("../../../infra/seeds/plans.json");

impl Stack {
    /// The host of a tenant that confirms by mail and is impatient with machines and owners.
    pub async fn brief(&self) -> Outcome<String> {
        let changed = [
            ("auto_confirm", json!(false)),
            ("activation_secs", json!(2)),
            ("probe_secs_max", json!(2)),
            ("launch_tries_max", json!(2)),
            ("code_resend_secs", json!(1)),
            ("code_tries_max", json!(3)),
        ];
        self.tenant("brief", Mode::Sandbox, &changed).await
    }

    /// The host of a tenant whose codes and quotes are good for a second, and which grants ten
    /// cents.
    pub async fn hasty(&self) -> Outcome<String> {
        let changed = [
            ("code_secs", json!(1)),
            ("code_resend_secs", json!(1)),
            ("quote_secs", json!(1)),
            ("signup_grant_usd_micros", json!(100_000)),
        ];
        self.tenant("hasty", Mode::Sandbox, &changed).await
    }

    /// Founds the tenant `name` at `name.localhost`, with the seeds but for what is `changed` in
    /// both modes; one that is there already stays. Returns its host.
    pub async fn tenant(
        &self,
        name: &str,
        mode: Mode,
        changed: &[(&str, Value)],
    ) -> Outcome<String> {
        let aws = self.aws().await;
        let tenants = Tenants::new(&aws, self.output("TenantsTable")?.to_owned());
        let plans = Plans::new(&aws, self.output("BillingTable")?.to_owned());
        let host = format!("{name}.localhost");
        // From the name alone, so that all processes found the same tenant.
        let mut entropy = Entropy::default();
        for (slot, byte) in entropy.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        let founded_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50);
        let tenant = Tenant {
            id: TenantId::new(founded_at, entropy),
            name: name.to_owned(),
            mode,
            origin: self.origin.replace("127.0.0.1", &host),
            created_at: founded_at,
            branding: None,
        };
        let mut parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
        for parameter in &mut parameters {
            if let Some((_, value)) = changed.iter().find(|(key, _)| *key == parameter.key) {
                parameter.sandbox_value = value.clone();
                parameter.live_value = value.clone();
            }
        }
        for plan in serde_json::from_str::<Vec<Plan>>(PLANS)? {
            plans.add(&tenant.id, &plan).await?;
        }
        let templates: Vec<Template> = serde_json::from_str(TEMPLATES)?;
        tenants.found(&tenant, &host, &parameters, &templates).await?;
        Ok(host)
    }
}
