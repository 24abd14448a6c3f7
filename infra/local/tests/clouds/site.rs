//! Clouds of one test, our account at them, and orders for them.

use std::net::{IpAddr, SocketAddr};

use domain::Error;
use domain::Mode;
use domain::market::offer::Offer;
use domain::market::quote::Configuration;
use domain::market::template::Readiness;
use domain::pod::Address;
use domain::pod::{Attempt, AttemptOutcome};
use local::BoxError;
use local::clouds::Server;
use providers::{Clouds, LaunchError, Machine, Order, Progress, Provider};
use tempfile::TempDir;
use testkit::{LocalClouds, until};

pub(crate) type Outcome<T> = Result<T, BoxError>;

pub(crate) const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9ok";
pub(crate) const NAME: &str = "gpb-test-01jd8x4zq2m5r7t9v0w3y6aceg-1";

pub(crate) struct Site {
    pub(crate) control: LocalClouds,
    clouds: Clouds,
    server: Option<Server>,
    folder: TempDir,
}

impl Site {
    pub(crate) async fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let server = Server::start(folder.path()).await?;
        let control = LocalClouds::new(server.url());
        let clouds = serde_json::from_str(&server.accounts())?;
        Ok(Self { control, clouds, server: Some(server), folder })
    }

    /// Ends the server and starts it again on what it kept.
    pub(crate) async fn restart(&mut self) -> Outcome<()> {
        drop(self.server.take());
        self.server = Some(Server::start(self.folder.path()).await?);
        Ok(())
    }

    pub(crate) fn accounts(&self) -> String {
        self.server.as_ref().map(Server::accounts).unwrap_or_default()
    }

    pub(crate) fn lambda(&self) -> Result<&dyn Provider, Error> {
        self.clouds.of(Mode::Live, "lambda")
    }

    pub(crate) async fn offer(&self, instance_type: &str) -> Outcome<Offer> {
        let offers = self.lambda()?.offers(runtime::clock::now()).await?;
        let found = offers.into_iter().find(|offer| offer.instance_type == instance_type);
        found.ok_or_else(|| format!("no offer of {instance_type}").into())
    }

    pub(crate) async fn launch(&self, sample: &Sample) -> Result<Machine, LaunchError> {
        self.lambda()?.launch(sample.order()).await
    }

    pub(crate) async fn find(&self) -> Result<Option<Machine>, Error> {
        self.lambda()?.find(NAME).await
    }

    /// Asks until the machine answers.
    pub(crate) async fn reached(&self, sample: &Sample) -> Outcome<Address> {
        until("the machine to answer", async || {
            Ok(self.lambda()?.answering(sample.order(), runtime::clock::now()).await?)
        })
        .await
    }

    /// Asks until the machine is gone.
    pub(crate) async fn ended(&self) -> Outcome<()> {
        until("the machine to end", async || {
            let progress = self.lambda()?.terminate(NAME).await?;
            Ok((progress == Progress::Done).then_some(()))
        })
        .await
    }

    pub(crate) async fn operations(&self) -> Outcome<Vec<String>> {
        let requests = self.control.requests("").await?;
        Ok(requests.into_iter().map(|request| request.operation).collect())
    }
}

/// What an order is made of.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) attempt: Attempt,
    pub(crate) configuration: Configuration,
    pub(crate) token: Option<String>,
}

impl Sample {
    pub(crate) fn of(offer: Offer) -> Self {
        let configuration = Configuration {
            offer: offer.clone(),
            template: testkit::samples::template(),
            disk_gib: offer.disk.included_gib,
            ssh_public_keys: vec![KEY.to_owned()],
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

    /// The same with a container that serves HTTP at `port`.
    pub(crate) fn serving(mut self, port: u16) -> Self {
        self.configuration.template.ports = vec![port];
        self.configuration.template.start_command = "serve --token=$JUPYTER_TOKEN".into();
        self.configuration.template.readiness = Readiness::Http(port);
        self.token = Some("its-token".to_owned());
        self
    }

    pub(crate) fn order(&self) -> Order<'_> {
        Order {
            attempt: &self.attempt,
            configuration: &self.configuration,
            jupyter_token: self.token.as_deref(),
            scenario: None,
        }
    }
}

/// The socket of an address.
pub(crate) fn socket(address: &Address) -> Outcome<SocketAddr> {
    Ok(SocketAddr::new(address.host.parse::<IpAddr>()?, address.ssh_port))
}
