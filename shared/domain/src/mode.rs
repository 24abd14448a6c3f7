//! The mode that everything is stamped with.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether real machines and real money are touched.
///
/// Stamped on every wallet, quote, pod and message when it is made, and never looked up again.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// No live endpoint and no real money.
    Sandbox,
    /// Real clouds, real cards.
    Live,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_shown_in_small_letters() {
        assert_eq!(
            (Mode::Sandbox.to_string(), Mode::Live.to_string()),
            ("sandbox".into(), "live".into())
        );
    }
}
