//! What the person at the terminal reads.

use std::fmt::Display;
use std::io::Write;

/// Prints one line.
pub fn line(text: impl Display) {
    // A terminal that is gone is no reason to stop measuring: the JSON is still written.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints what went wrong.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {text}");
}
