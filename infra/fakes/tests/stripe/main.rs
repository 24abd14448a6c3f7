//! The local Stripe on the wire, asked by the product's own client: so its objects are what the
//! version of the API that the client speaks has.

mod delivery;
mod endpoints;
mod world;
