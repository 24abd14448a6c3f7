//! Environment variables, read once at start; a missing or malformed one stops the start and
//! names itself.

use std::collections::BTreeMap;
use std::ffi::OsString;
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

/// A function's settings: its environment or, in a test, the outputs of the stack and what the test
/// has of its own.
#[derive(Clone)]
pub struct Config(BTreeMap<String, String>);

impl fmt::Debug for Config {
    /// Says nothing of the values: credentials may be among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Config {
    /// The environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    #[must_use]
    pub fn of_environment() -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// The outputs of a stack: `PodsTable` is the setting `PODS_TABLE`.
    #[must_use]
    pub fn of_outputs(outputs: &BTreeMap<String, String>) -> Self {
        Self(outputs.iter().map(|(name, value)| (variable(name), value.clone())).collect())
    }

    /// The same with `value` for the setting `name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The setting `name` as it is written.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Reads the setting `name` as a `T`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the setting.
    pub fn required<T>(&self, name: &'static str) -> Result<T, ConfigError>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let text = self.get(name).ok_or(ConfigError::Missing { name })?;
        text.parse().map_err(|why: T::Err| ConfigError::Malformed {
            name,
            wanted: std::any::type_name::<T>(),
            why: why.to_string(),
        })
    }
}

/// Reads the variable `name` of the environment as a `T`.
///
/// # Errors
///
/// [`ConfigError`], naming the variable.
pub fn required<T>(name: &'static str) -> Result<T, ConfigError>
where
    T: FromStr<Err: fmt::Display>,
{
    Config::of_environment().required(name)
}

/// `PODS_TABLE` for `PodsTable`.
fn variable(output: &str) -> String {
    let mut name = String::with_capacity(output.len() + 4);
    for (index, letter) in output.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
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

    #[test]
    fn an_output_of_the_stack_answers_by_the_variables_name_unless_a_test_has_its_own() {
        let outputs = BTreeMap::from([("PodsTable".to_owned(), "the-pods".to_owned())]);
        let config = Config::of_outputs(&outputs).with("DEPLOYMENT", "trial");
        assert_eq!(config.required::<String>("PODS_TABLE").ok().as_deref(), Some("the-pods"));
        assert_eq!(config.required::<String>("DEPLOYMENT").ok().as_deref(), Some("trial"));
        assert!(config.required::<String>("LEDGER_TABLE").is_err());
    }
}
