//! The one place that draws random bytes.

use domain::Error;
use domain::id::Entropy;
use domain::people::realtime::SECRET_BYTES;

/// Random bytes for a new identifier.
///
/// # Errors
///
/// `internal` when the system gives none.
pub fn entropy() -> Result<Entropy, Error> {
    let mut bytes = Entropy::default();
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Random bytes for a secret that is handed out once.
///
/// # Errors
///
/// `internal` when the system gives none.
pub fn secret() -> Result<[u8; SECRET_BYTES], Error> {
    let mut bytes = [0; SECRET_BYTES];
    fill(&mut bytes)?;
    Ok(bytes)
}

#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::broken("no random numbers", error.to_string()))
}
