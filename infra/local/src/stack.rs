//! What is known about the deployed product.

use crate::deploy::Outputs;

/// The deployed product.
pub struct Stack {
    /// The URL of the local AWS, without a slash at its end.
    pub endpoint: String,
    /// The URL a browser uses, without a slash at its end.
    pub origin: String,
    /// The URL of the local GPU clouds, without a slash at its end.
    pub clouds: String,
    /// The accounts at them, as the secret `GpuClouds` holds them.
    pub accounts: String,
    /// The URL of the local Stripe, without a slash at its end.
    pub stripe: String,
    /// The outputs of the stack.
    pub outputs: Outputs,
}
