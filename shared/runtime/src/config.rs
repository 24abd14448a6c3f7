//! Environment variables, read once at start; a missing or malformed one stops the start and
//! names itself.

use std::fmt;
use std::str::FromStr;

/// A variable that is missing or not of its type.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not set.
    #[error("the environment variable {name} is not set")]
    Missing {
        /// Which.
        name: &'static str,
    },
    /// It cannot be read.
    #[error("the environment variable {name} is not a valid {wanted}: {why}")]
    Malformed {
        /// Which.
        name: &'static str,
        /// The type it should have.
        wanted: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// Reads the variable `name` as a `T`.
///
/// # Errors
///
/// [`ConfigError`], naming the variable.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn required<T>(name: &'static str) -> Result<T, ConfigError>
where
    T: FromStr<Err: fmt::Display>,
{
    let text = std::env::var(name).map_err(|_| ConfigError::Missing { name })?;
    text.parse().map_err(|why: T::Err| ConfigError::Malformed {
        name,
        wanted: std::any::type_name::<T>(),
        why: why.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_names_itself() {
        let error = required::<String>("NO_SUCH_VARIABLE").err().map(|e| e.to_string());
        assert_eq!(error.as_deref(), Some("the environment variable NO_SUCH_VARIABLE is not set"));
    }

    #[test]
    fn a_malformed_variable_names_itself_and_its_type() {
        // PATH is set wherever tests run and is no number.
        let error = required::<u16>("PATH").err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("PATH is not a valid u16"), "{error}");
    }
}
