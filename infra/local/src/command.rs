//! The words of the command line.

use std::ffi::OsString;

use crate::BoxError;

/// What `local --help` prints.
pub const HELP: &str = "\
local run [--port 8080]   start everything, serve it, stop with Ctrl-C
local with [--] CMD...    start everything afresh, run CMD against it, stop
local reset               forget all state of `local run`";

/// The port of the origin unless `--port` says another.
pub const DEFAULT_PORT: u16 = 8080;

/// What the person asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve the product until told to stop.
    Run {
        /// The port of the origin.
        port: u16,
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
            ["run"] => Ok(Self::Run { port: DEFAULT_PORT }),
            ["run", "--port", port] => match port.parse() {
                Ok(port) => Ok(Self::Run { port }),
                Err(_) => Err(format!("`--port {port}`: a port is 0 to 65535").into()),
            },
            ["with"] | ["with", "--"] => Err("`local with` needs a command to run".into()),
            ["with", "--", ..] => Ok(Self::With { words: words.into_iter().skip(2).collect() }),
            ["with", ..] => Ok(Self::With { words: words.into_iter().skip(1).collect() }),
            ["reset"] => Ok(Self::Reset),
            [] | ["help" | "--help" | "-h"] => Ok(Self::Help),
            _ => Err(format!("no such command; these are:\n{HELP}").into()),
        }
    }
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
        assert_eq!(parsed(&["run"]), Some(Command::Run { port: 8080 }));
        assert_eq!(parsed(&["run", "--port", "9000"]), Some(Command::Run { port: 9000 }));
        assert_eq!(parsed(&["run", "--port", "70000"]), None);
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
