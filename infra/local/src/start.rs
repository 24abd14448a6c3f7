//! The deployed product, from the first process to the last.
//!
//! Whatever ends the work (its own end, a request to stop, the local AWS's death, an error), the
//! local AWS is stopped before [`within`] returns.

use fakes::client::client;
use fakes::clouds::Server;
use fakes::stripe::Stripe;
use tokio::net::TcpListener;

use crate::deploy::deploy;
use crate::emulator::{Emulator, ready};
use crate::layout::Layout;
use crate::signals::Stop;
use crate::stack::Stack;
use crate::{BoxError, python, say, seed};

/// Where the product is to be reachable.
pub(crate) struct Addresses {
    /// The port of the local AWS.
    pub(crate) emulator: u16,
    /// The open port of the origin.
    pub(crate) origin: TcpListener,
    /// The open port of the local Stripe.
    pub(crate) stripe: TcpListener,
}

/// What to do with a stack: serve the origin and end with an exit code.
pub(crate) trait Work:
    AsyncFnOnce(&Stack, TcpListener, &mut Stop) -> Result<u8, BoxError>
{
}

impl<F: AsyncFnOnce(&Stack, TcpListener, &mut Stop) -> Result<u8, BoxError>> Work for F {}

/// Brings the product up, does `work` with it, and stops everything.
pub(crate) async fn within(
    layout: &Layout,
    addresses: Addresses,
    work: impl Work,
) -> Result<u8, BoxError> {
    let mut stop = Stop::listen()?;
    layout.create()?;
    tokio::select! {
        prepared = say::step(1, "Preparing Python", python::prepare(layout)) => {
            prepared?;
        }
        code = stop.asked() => return Ok(code),
    }
    let clouds = Server::start(&layout.state()).await?;
    let mut emulator = Emulator::start(layout, addresses.emulator)?;
    let code = inside(layout, (addresses, &clouds), &mut emulator, (stop, work)).await;
    say::line("Stopping …");
    emulator.stop().await;
    code
}

async fn inside(
    layout: &Layout,
    (addresses, clouds): (Addresses, &Server),
    emulator: &mut Emulator,
    (mut stop, work): (Stop, impl Work),
) -> Result<u8, BoxError> {
    let Addresses { emulator: emulator_port, origin, stripe } = addresses;
    let stripe_url = format!("http://127.0.0.1:{}", stripe.local_addr()?.port());
    let stripe = Stripe::open(&layout.state())?.serve(stripe);
    let mut stripe = std::pin::pin!(stripe);
    let stack = tokio::select! {
        stack = bring_up(layout, (emulator_port, &origin), (clouds, stripe_url)) => stack?,
        served = stripe.as_mut() => return stopped(served),
        death = emulator.died() => return Err(death),
        code = stop.asked() => return Ok(code),
    };
    tokio::select! {
        code = work(&stack, origin, &mut stop) => code,
        served = stripe.as_mut() => stopped(served),
        death = emulator.died() => Err(death),
    }
}

fn stopped(served: Result<(), BoxError>) -> Result<u8, BoxError> {
    served.and(Err("the local Stripe stopped serving".into()))
}

async fn bring_up(
    layout: &Layout,
    (emulator, origin): (u16, &TcpListener),
    (clouds, stripe): (&Server, String),
) -> Result<Stack, BoxError> {
    let endpoint = format!("http://127.0.0.1:{emulator}");
    let origin = format!("http://127.0.0.1:{}", origin.local_addr()?.port());
    let client = client();
    say::step(2, "Starting the local AWS", ready(&client, &endpoint)).await?;
    let outputs = say::step(3, "Deploying template.yaml to it", deploy(layout, &endpoint)).await?;
    let (clouds, accounts) = (clouds.url().to_owned(), clouds.accounts());
    let stack = Stack { endpoint, origin, clouds, accounts, stripe, outputs };
    say::step(4, "Filling it with tenants, plans and offers", async {
        say::detail(seed::seed(&stack).await?);
        seed::seed_payments(&stack).await
    })
    .await?;
    Ok(stack)
}
