//! Clouds that one test has to itself, our account at one of them, and launches to ask it for.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::Error;
use domain::Mode;
use domain::market::offer::{GpuThousandths, Offer};
use domain::market::quote::Configuration;
use domain::market::template::Readiness;
use domain::pod::Address;
use domain::pod::{Attempt, AttemptOutcome};
use fakes::clouds::Server;
use providers::{
    ActProgress, Begun, Clouds, LaunchError, LaunchRequest, Machine, Provider, Purpose, Turns,
};
use tempfile::TempDir;

use crate::{LocalClouds, Outcome, until};

/// The public key of the samples' user.
pub const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9ok";
/// The machine's name in the samples.
pub const NAME: &str = "gpb-test-01jd8x4zq2m5r7t9v0w3y6aceg-1";

/// Where the template Jupyter serves.
const JUPYTER_PORT: u16 = 8_888;

/// Clouds that one test has to itself.
pub struct Site {
    /// Their control.
    pub control: LocalClouds,
    clouds: Clouds,
    cloud: &'static str,
    server: Option<Server>,
    folder: TempDir,
}

impl Site {
    /// New clouds, with our account at `cloud`.
    pub async fn at(cloud: &'static str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let server = Server::start(folder.path()).await?;
        let control = LocalClouds::new(server.url());
        let clouds = connected(&server.account(cloud))?;
        Ok(Self { control, clouds, cloud, server: Some(server), folder })
    }

    /// Ends the server and starts it again on what it kept.
    pub async fn restart(&mut self) -> Outcome<()> {
        drop(self.server.take());
        self.server = Some(Server::start(self.folder.path()).await?);
        Ok(())
    }

    /// Our account, as the secret `GpuClouds` holds it.
    #[must_use]
    pub fn account(&self) -> String {
        self.server.as_ref().map(|server| server.account(self.cloud)).unwrap_or_default()
    }

    /// The cloud, as the product asks it.
    pub fn provider(&self) -> Result<&dyn Provider, Error> {
        self.clouds.of(Mode::Live, self.cloud)
    }

    /// What it asks for a type of machine.
    pub async fn offer(&self, instance_type: &str) -> Outcome<Offer> {
        let offers = self.provider()?.offers(runtime::clock::now()).await?;
        let found = offers.into_iter().find(|offer| offer.instance_type == instance_type);
        found.ok_or_else(|| format!("no offer of {instance_type}").into())
    }

    /// A launch of the cheapest machine with one GPU.
    pub async fn sample(&self) -> Outcome<Sample> {
        let offers = self.provider()?.offers(runtime::clock::now()).await?.into_iter();
        let single = offers.filter(|it| it.gpu_count == GpuThousandths::ONE);
        let cheapest = single.min_by_key(|offer| offer.provider_rate_usd_micros_per_hour.0);
        cheapest.map(Sample::of).ok_or_else(|| "no offer of one GPU".into())
    }

    /// Launches a machine.
    pub async fn launch(&self, sample: &Sample) -> Result<Machine, LaunchError> {
        let provider = self.provider()?;
        let turn = provider.turn_to_launch(Begun::No).await?;
        provider.launch(sample.request(), turn).await.map(without_address)
    }

    /// The samples' machine, by its name.
    pub async fn find(&self) -> Result<Option<Machine>, Error> {
        Ok(self.provider()?.find(NAME).await?.map(without_address))
    }

    /// Asks until the machine answers.
    pub async fn reached(&self, sample: &Sample) -> Outcome<Address> {
        until("the machine to answer", async || Ok(self.answering(sample).await?)).await
    }

    /// Where the machine answers its user, if it does.
    pub async fn answering(&self, sample: &Sample) -> Result<Option<Address>, Error> {
        let provider = self.provider()?;
        let machines = provider.machines(Purpose::Look).await?.unwrap_or_default();
        let listed = machines.into_iter().find(|it| it.name == NAME).and_then(|it| it.address);
        provider.answering(sample.request(), listed.as_ref(), runtime::clock::now()).await
    }

    /// Every machine of the account.
    pub async fn machines(&self) -> Result<Vec<Machine>, Error> {
        let machines = self.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
        Ok(machines.into_iter().map(without_address).collect())
    }

    /// Asks until the machine is gone.
    pub async fn ended(&self) -> Outcome<()> {
        until("the machine to end", async || {
            let progress = self.provider()?.terminate(NAME).await?;
            Ok((progress == ActProgress::Done).then_some(()))
        })
        .await
    }

    /// What was asked of the clouds, in order.
    pub async fn acts(&self) -> Outcome<Vec<String>> {
        let requests = self.control.requests("").await?;
        Ok(requests.into_iter().map(|request| request.act).collect())
    }
}

/// The clouds of these accounts, for whoever is alone with them.
pub fn connected(accounts: &str) -> Outcome<Clouds> {
    let turns: Arc<dyn Turns> = Arc::new(OwnTurns::default());
    Ok(Clouds::connect(serde_json::from_str(accounts)?, &turns)?)
}

/// What does not change about a machine while it boots.
fn without_address(machine: Machine) -> Machine {
    Machine { address: None, ..machine }
}

/// Time at an account that nobody else asks for.
#[derive(Debug, Default)]
struct OwnTurns {
    free_at: Mutex<HashMap<String, Instant>>,
}

#[async_trait]
impl Turns for OwnTurns {
    async fn take(
        &self,
        lane: &str,
        length: Duration,
        patience: Duration,
    ) -> Result<Option<Duration>, Error> {
        let now = Instant::now();
        let mut lanes = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let free_at = lanes.entry(lane.to_owned()).or_insert(now);
        let turn = now.max(*free_at);
        let wait = turn.duration_since(now);
        if wait > patience {
            return Ok(None);
        }
        *free_at = turn + length;
        Ok(Some(wait))
    }
}

/// What a launch is made of.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The attempt.
    pub attempt: Attempt,
    /// Template, disk and keys.
    pub configuration: Configuration,
    /// The token of its Jupyter.
    pub token: Option<String>,
}

impl Sample {
    /// A launch of what `offer` sells.
    #[must_use]
    pub fn of(offer: Offer) -> Self {
        let configuration = Configuration {
            offer: offer.clone(),
            template: crate::samples::template(),
            disk_gib: offer.disk.included_gib,
            ssh_public_keys: vec![KEY.to_owned()],
            any_region: false,
            relaunch: false,
        };
        let attempt = Attempt {
            number: 1,
            offer,
            machine_name: NAME.to_owned(),
            machine_id: None,
            outcome: AttemptOutcome::Launching,
            started_at: runtime::clock::now(),
        };
        Self { attempt, configuration, token: None }
    }

    /// The same with a container that serves HTTP at `port`: that of the template Jupyter, or else
    /// that of vLLM.
    #[must_use]
    pub fn serving(mut self, port: u16) -> Self {
        let id = if port == JUPYTER_PORT { "jupyter" } else { "vllm" };
        id.clone_into(&mut self.configuration.template.id);
        self.configuration.template.ports = vec![port];
        self.configuration.template.start_command = "serve --token=$JUPYTER_TOKEN".into();
        self.configuration.template.readiness = Readiness::Http(port);
        self.token = Some("its-token".to_owned());
        self
    }

    /// It, as a provider is asked for it.
    #[must_use]
    pub fn request(&self) -> LaunchRequest<'_> {
        LaunchRequest {
            attempt: &self.attempt,
            configuration: &self.configuration,
            jupyter_token: self.token.as_deref(),
            scenario: None,
        }
    }
}

/// The socket of an address.
pub fn socket(address: &Address) -> Outcome<SocketAddr> {
    Ok(SocketAddr::new(address.host.parse::<IpAddr>()?, address.ssh_port))
}
