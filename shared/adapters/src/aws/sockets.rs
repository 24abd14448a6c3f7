//! Sending over open WebSockets.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::error::SdkError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use domain::Error;

use crate::aws::{Aws, failed};

/// All tries of one frame; a slow connection must not keep the others waiting.
const SEND_WITHIN: Duration = Duration::from_secs(2);
/// Tries of one frame: a browser that misses it reads the same after reconnecting.
const TRIES_MAX: u32 = 2;

/// What became of a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Delivery {
    /// The gateway took it.
    Taken,
    /// There is no such connection any more.
    Gone,
}

/// The open WebSockets of the deployment.
#[derive(Clone, Debug)]
pub struct Sockets {
    client: Client,
}

impl Sockets {
    /// The connections of the gateway whose management address is `endpoint`.
    #[must_use]
    pub fn new(aws: &Aws, endpoint: &str) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(SEND_WITHIN).build();
        let config = Builder::from(&aws.config)
            .endpoint_url(endpoint)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES_MAX))
            .build();
        Self { client: Client::from_conf(config) }
    }

    /// Sends a frame.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn send(&self, connection_id: &str, frame: &str) -> Result<Delivery, Error> {
        let send = self.client.post_to_connection().connection_id(connection_id);
        match send.data(Blob::new(frame)).send().await {
            Ok(_) => Ok(Delivery::Taken),
            Err(error) if is_gone(&error) => Ok(Delivery::Gone),
            Err(error) => Err(failed("the connection")(error)),
        }
    }

    /// Ends a connection, so that its browser opens a new one and reads what it missed.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn hang_up(&self, connection_id: &str) -> Result<(), Error> {
        match self.client.delete_connection().connection_id(connection_id).send().await {
            Err(error) if !is_gone(&error) => Err(failed("the connection")(error)),
            _ => Ok(()),
        }
    }
}

/// Whether the gateway says 410: the connection is no more.
fn is_gone<E>(error: &SdkError<E>) -> bool {
    error.raw_response().is_some_and(|response| response.status().as_u16() == 410)
}
