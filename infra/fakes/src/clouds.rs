//! The local GPU clouds: one HTTP server that speaks each vendor's wire format, with machines that
//! really listen on loopback addresses of their own.
//!
//! The **world** is what exists (machines, keys) and how the clouds behave, in nobody's words; it
//! lies in one file, written after each change and before the answer, so a kill loses nothing. A
//! **wire** format turns a vendor's request into an **act** on the world and tells what came of it
//! in the vendor's words; a further cloud is one such file, which also says what it sells, and its
//! row in [`CLOUDS`]. `/control` is for tests.

mod act;
mod bill;
mod call;
mod catalogue;
mod cloudrift;
mod control;
mod digitalocean;
mod e2e_networks;
mod ecs;
mod exoscale;
mod gcore;
mod hyperstack;
mod lambda_cloud;
mod latitude;
mod linode;
mod machine;
mod massed_compute;
mod novita;
mod ovhcloud;
mod perform;
mod runpod;
mod scaleway;
mod seeweb;
mod shadeform;
mod tencent;
mod tensordock;
mod upcloud;
mod user_data;
mod vast;
mod verda;
mod voltage_park;
mod vultr;
mod wire;
mod world;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::BoxError;
use crate::faults::Faults;
use crate::ports::each_once;
use call::Site;
use machine::PORTS;
use wire::Wire;
use world::World;

/// Every cloud there is.
static CLOUDS: &[&Wire] = &[
    &lambda_cloud::WIRE,
    &runpod::WIRE,
    &verda::WIRE,
    &vultr::WIRE,
    &digitalocean::WIRE,
    &ecs::WIRE,
    &hyperstack::WIRE,
    &linode::WIRE,
    &scaleway::WIRE,
    &shadeform::WIRE,
    &voltage_park::WIRE,
    &latitude::WIRE,
    &vast::WIRE,
    &cloudrift::WIRE,
    &massed_compute::WIRE,
    &tensordock::WIRE,
    &upcloud::WIRE,
    &exoscale::WIRE,
    &ovhcloud::WIRE,
    &seeweb::WIRE,
    &novita::WIRE,
    &gcore::WIRE,
    &e2e_networks::WIRE,
    &tencent::WIRE,
];

/// The names of the clouds, as their offers and accounts bear them.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLOUDS.iter().map(|wire| wire.cloud)
}

/// A server that was killed needs a moment to free its port.
const PORT_FREED_WITHIN: Duration = Duration::from_secs(10);

/// The running clouds; they end with this.
pub struct Server {
    url: String,
    _serving: JoinSet<()>,
}

impl Server {
    /// Starts the clouds on 127.0.0.1, with the world kept in `folder`.
    ///
    /// # Errors
    ///
    /// The disk's, a damaged file, and a port that is taken.
    pub async fn start(folder: &Path) -> Result<Self, BoxError> {
        let (world, known) = World::open(&folder.join("clouds.json"))?;
        let faults = Faults::open(&folder.join("clouds-faults.json"))?;
        let listener = if known { remembered(world.port()).await? } else { any().await? };
        world.begin(listener.local_addr()?.port())?;
        let router = router(&Site { world: Arc::new(world), faults: Arc::new(faults) });
        let url = format!("http://{}", listener.local_addr()?);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It ends only with its listener, which lives as long as this task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, _serving: serving })
    }

    /// Where the clouds are, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The accounts at all clouds, as the secret `GpuClouds` holds them.
    #[must_use]
    pub fn accounts(&self) -> String {
        self.accounts_if(|_| true)
    }

    /// The account at `cloud` alone, as the secret `GpuClouds` holds it.
    #[must_use]
    pub fn account(&self, cloud: &str) -> String {
        self.accounts_if(|wire| wire.cloud == cloud)
    }

    fn accounts_if(&self, fits: impl Fn(&Wire) -> bool) -> String {
        let wires = CLOUDS.iter().filter(|wire| fits(wire));
        let accounts: Vec<_> = wires.map(|wire| wire.account(&self.url)).collect();
        json!({ "accounts": accounts }).to_string()
    }
}

fn router(site: &Site) -> Router {
    CLOUDS.iter().fold(control::router(site.clone()), |router, wire| {
        router.merge(call::router(wire, site.clone()))
    })
}

async fn any() -> Result<TcpListener, BoxError> {
    for port in each_once(PORTS) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return Ok(listener);
        }
    }
    Err(format!("every port from {} to {} is taken", PORTS.start, PORTS.end).into())
}

async fn remembered(port: u16) -> Result<TcpListener, BoxError> {
    let bind = async {
        loop {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => return listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    tokio::time::timeout(PORT_FREED_WITHIN, bind).await.map_err(|_| {
        let problem = "which the local GPU clouds have had so far, is taken by another program";
        format!("port {port}, {problem}: stop that program, or forget all with `make reset`").into()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use catalogue::{InstanceType, instance_types};

    fn all() -> impl Iterator<Item = InstanceType> {
        CLOUDS.iter().flat_map(|wire| instance_types(&wire.sold))
    }

    #[test]
    fn every_test_can_have_types_of_its_own_with_a_stand_in() {
        let names: HashSet<_> = all().map(|it| it.name).collect();
        assert_eq!(names.len(), all().count());
        let groups: HashSet<_> = all().map(|it| (it.model.name, it.model.form, it.gpus)).collect();
        assert!(groups.len() >= 24);
        let prices: Vec<_> = all().take(3).map(|it| it.rate_usd_micros_per_hour).collect();
        assert_eq!(prices, [750_000, 830_000, 900_000]);
    }

    #[test]
    fn no_two_clouds_sell_the_same_model() {
        let models = || CLOUDS.iter().flat_map(|wire| wire.sold.models);
        let different: HashSet<_> = models().map(|it| (it.name, it.memory_gib, it.form)).collect();
        assert_eq!(different.len(), models().count());
    }
}
