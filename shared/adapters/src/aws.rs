//! The connection all adapters share, with explicit time-outs and retries.

pub mod deploys;
pub mod mail;
pub mod market;
pub mod notices;
pub mod queue;
pub mod secrets;
pub mod sockets;
pub mod user_pool;

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use domain::Error;

/// One call, retries included, must leave a 10 s function time to answer.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(7);
/// One try; DynamoDB's slowest honest answers take well under a second.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPTS_MAX: u32 = 3;
/// The roots that AWS's endpoints are signed under
/// (<https://www.amazontrust.com/repository/>). Reading the system's store instead takes half of a
/// function's start.
const AMAZON_ROOTS: &str = include_str!("../roots/amazon.pem");
const PEM_END: &str = "-----END CERTIFICATE-----\n";

/// Region, credentials and time-outs for every client.
#[derive(Clone, Debug)]
pub struct Aws {
    pub(crate) config: SdkConfig,
}

impl Aws {
    /// Reads region, credentials and endpoints from the environment, as AWS sets them.
    pub async fn connect() -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(OPERATION_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(timeouts)
            .http_client(http_client())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
            .load()
            .await;
        Self { config }
    }

    /// A connection for tools that name endpoint and credentials themselves.
    pub async fn connect_to(endpoint: &str, region: &'static str) -> Self {
        let credentials =
            aws_sdk_dynamodb::config::Credentials::new("test", "test", None, None, "local run");
        let config = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(endpoint)
            .region(region)
            .credentials_provider(credentials)
            .load()
            .await;
        Self { config }
    }
}

/// A client that trusts Amazon's roots and no other; over plain HTTP it behaves as any.
fn http_client() -> SharedHttpClient {
    let roots = AMAZON_ROOTS.split_inclusive(PEM_END);
    let store = roots.fold(TrustStore::empty(), TrustStore::with_pem_certificate);
    let tls = TlsContext::builder().with_trust_store(store).build().unwrap_or_default();
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls).build_https()
}

/// An SDK's failure, with what could not be reached.
pub(crate) fn failed<E, R>(
    context: &'static str,
) -> impl FnOnce(aws_sdk_dynamodb::error::SdkError<E, R>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    move |error| Error::unavailable(context, error)
}
