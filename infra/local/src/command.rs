//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::BoxError;

/// What `local --help` prints.
pub const HELP: &str = "\
local run [--port 8080] [--state DIR]
                          run GPUBROKER until Ctrl-C; its data is kept in .local of the
                          checkout, or in DIR
local with [--] CMD...    run CMD against a fresh GPUBROKER, which is gone afterwards
local reset               delete all data in .local";

/// The port of the origin unless `--port` says another.
pub const DEFAULT_PORT: u16 = 8080;

/// What the person asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve the product until told to stop.
    Run {
        /// The port of the origin.
        port: u16,
        /// Where its state is kept; `None` for `.local` of the checkout.
        state: Option<PathBuf>,
    },
    /// Run a command against a fresh product.
    With {
        /// The program and its arguments; at least one word.
        words: Vec<OsString>,
    },
    /// Forget all state.
    Reset,
    /// Print [`HELP`].
    Help,
}

impl Command {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    ///
    /// Words that make no command.
    pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Self, BoxError> {
        let words: Vec<OsString> = words.collect();
        let texts: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or("")).collect();
        match texts.as_slice() {
            ["run", options @ ..] => Self::run(options),
            ["with"] | ["with", "--"] => {
                Err("`local with` needs a command to run, as in `local with -- npm test`".into())
            }
            ["with", "--", ..] => Ok(Self::With { words: words.into_iter().skip(2).collect() }),
            ["with", ..] => Ok(Self::With { words: words.into_iter().skip(1).collect() }),
            ["reset"] => Ok(Self::Reset),
            [] | ["help" | "--help" | "-h"] => Ok(Self::Help),
            _ => Err(unknown()),
        }
    }

    fn run(mut options: &[&str]) -> Result<Self, BoxError> {
        let (mut port, mut state) = (DEFAULT_PORT, None);
        loop {
            options = match options {
                [] => return Ok(Self::Run { port, state }),
                ["--port", text, rest @ ..] => {
                    let refusal =
                        |_| format!("`--port {text}`: a port is a number from 0 to 65535");
                    port = text.parse().map_err(refusal)?;
                    rest
                }
                ["--state", folder, rest @ ..] if !folder.is_empty() => {
                    state = Some(PathBuf::from(folder));
                    rest
                }
                _ => return Err(unknown()),
            };
        }
    }
}

fn unknown() -> BoxError {
    format!("there is no such command; these exist:\n{HELP}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Option<Command> {
        Command::parse(words.iter().map(OsString::from)).ok()
    }

    fn with(words: &[&str]) -> Command {
        Command::With { words: words.iter().map(OsString::from).collect() }
    }

    #[test]
    fn a_run_serves_on_8080_unless_told_otherwise() {
        assert_eq!(parsed(&["run"]), Some(Command::Run { port: 8080, state: None }));
        let told = Command::Run { port: 9000, state: None };
        assert_eq!(parsed(&["run", "--port", "9000"]), Some(told));
        assert_eq!(parsed(&["run", "--port", "70000"]), None);
    }

    #[test]
    fn a_run_keeps_its_state_where_it_is_told() {
        let told = || Some(Command::Run { port: 9000, state: Some("/tmp/it".into()) });
        assert_eq!(parsed(&["run", "--state", "/tmp/it", "--port", "9000"]), told());
        assert_eq!(parsed(&["run", "--port", "9000", "--state", "/tmp/it"]), told());
        assert_eq!(parsed(&["run", "--state"]), None);
        assert_eq!(parsed(&["run", "--state", ""]), None);
    }

    #[test]
    fn what_follows_with_is_the_command_untouched() {
        assert_eq!(parsed(&["with", "--", "a", "--port"]), Some(with(&["a", "--port"])));
        assert_eq!(parsed(&["with", "a", "--", "b"]), Some(with(&["a", "--", "b"])));
        assert_eq!(parsed(&["with", "--"]), None);
    }

    #[test]
    fn an_unknown_command_is_refused() {
        assert_eq!(parsed(&["runn"]), None);
    }
}
