//! The one place that draws random bytes.

use domain::Error;
use domain::id::Entropy;

/// Random bytes for a new identifier.
///
/// # Errors
///
/// `internal` when the system gives none.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn entropy() -> Result<Entropy, Error> {
    let mut bytes = Entropy::default();
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::broken("no random numbers", error.to_string()))?;
    Ok(bytes)
}
