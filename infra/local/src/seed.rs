//! What the deployed product holds before anybody uses it.

use crate::BoxError;
use crate::stack::Stack;

/// Fills the stack; returns what to tell of it.
///
/// # Errors
///
/// The local AWS's.
#[expect(clippy::unused_async, reason = "seeding writes to the local AWS")]
pub async fn seed(_stack: &Stack) -> Result<String, BoxError> {
    Ok("there is nothing to seed".to_owned())
}
