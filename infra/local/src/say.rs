//! What the person at the terminal reads. A terminal that is gone stops nothing.

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::BoxError;

/// How often a long step says that it is still at work.
const STILL_AT_WORK_EVERY: Duration = Duration::from_secs(10);

/// How many steps a start has.
const STEPS: u8 = 4;

/// Prints one line.
pub fn line(text: impl Display) {
    // A closed terminal must not keep us from stopping what we started.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints one line that belongs to the step under way.
pub fn detail(text: impl Display) {
    line(format_args!("  {text}"));
}

/// Prints what went wrong.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "local: {text}");
}

/// Announces a step, does it, and says how long it took.
///
/// # Errors
///
/// The step's own.
pub(crate) async fn step<T>(
    number: u8,
    title: &str,
    work: impl Future<Output = Result<T, BoxError>>,
) -> Result<T, BoxError> {
    let start = Instant::now();
    line(format_args!("{title} ({number} of {STEPS}) …"));
    let mut work = std::pin::pin!(work);
    loop {
        match tokio::time::timeout(STILL_AT_WORK_EVERY, work.as_mut()).await {
            Ok(result) => {
                let result = result?;
                detail(format_args!("done in {:.1} s", start.elapsed().as_secs_f32()));
                return Ok(result);
            }
            Err(_) => detail(format_args!("still at it after {} s", start.elapsed().as_secs())),
        }
    }
}
