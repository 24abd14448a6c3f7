//! The steps of a deploy, interrupted, repeated and undone at every point.

mod duplicates;
mod interrupted;
mod metering;
mod month_end;
mod prices;
mod unwinding;
mod wanted;

use domain::Error;

/// The code of a refusal; `None` when it was none.
fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}
