//! The local Stripe's memory, and what goes wrong at it.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify};

use super::world::World;
use crate::BoxError;
use crate::client::{Client, client};
use crate::faults::Faults;

/// The local Stripe.
pub struct Stripe {
    pub(super) world: Mutex<World>,
    pub(super) faults: Arc<Faults>,
    /// Told when there may be an event to deliver.
    pub(super) news: Notify,
    pub(super) client: Client,
}

impl Stripe {
    /// The local Stripe with what it remembers in `state`.
    ///
    /// # Errors
    ///
    /// A damaged memory, or the disk's.
    pub fn open(state: &Path) -> Result<Arc<Self>, BoxError> {
        let world = Mutex::new(World::open(&state.join("stripe.json"))?);
        let faults = Arc::new(Faults::open(&state.join("stripe-faults.json"))?);
        Ok(Arc::new(Self { world, faults, news: Notify::new(), client: client() }))
    }
}
