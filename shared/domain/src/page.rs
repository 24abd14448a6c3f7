//! How many items a page of a list may have.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::Error;

/// The number of items that was asked for, if it is one of `allowed`.
///
/// # Errors
///
/// 400 `invalid_limit`, saying the smallest and the largest.
pub fn checked_limit<N: Display + PartialOrd>(
    limit: N,
    allowed: &RangeInclusive<N>,
) -> Result<N, Error> {
    if allowed.contains(&limit) {
        return Ok(limit);
    }
    let (least, most) = (allowed.start(), allowed.end());
    let message = format!("The limit must be between {least} and {most}.");
    Err(Error::invalid("invalid_limit", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_one_of_those_allowed_and_the_refusal_names_their_ends() {
        for limit in [2, 100] {
            assert_eq!(checked_limit(limit, &(2..=100)).ok(), Some(limit));
        }
        for limit in [0, 1, 101] {
            let refused = checked_limit(limit, &(2..=100)).err();
            let told = refused.map(|error| (error.code, error.message));
            let message = "The limit must be between 2 and 100.".to_owned();
            assert_eq!(told, Some(("invalid_limit", message)));
        }
    }
}
