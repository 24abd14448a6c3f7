//! Pods that boot at once at a cloud that takes one request a second.

use std::collections::BTreeMap;
use std::time::Duration;

use fault_tests::{Crowd, crowd};

use crate::Outcome;
use crate::figure::{Figure, float};

const PART: &str = "crowd";
const PODS: usize = 200;
const INTERVAL: Duration = Duration::from_secs(1);

/// Measures how such a crowd fares, in a quarter of an hour.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let Crowd { ready, failed, took, requests, refused } = crowd(PODS, INTERVAL).await?;
    let count = |count: usize| Ok::<_, crate::BoxError>((float(u64::try_from(count)?), ""));
    Ok(vec![
        Figure::new(PART, format!("pods of {PODS} that became ready"), count(ready)?)
            .against(format!("the others: {:?}", by_code(&failed))),
        Figure::new(PART, "until the last of them was", (took.as_secs_f64(), "s"))
            .against("one request a second"),
        Figure::new(PART, "requests", count(requests)?).against(format!("{refused} turned away")),
    ])
}

/// How many failed with each code.
fn by_code(failed: &[&'static str]) -> BTreeMap<&'static str, usize> {
    failed.iter().fold(BTreeMap::new(), |mut counts, code| {
        *counts.entry(*code).or_default() += 1;
        counts
    })
}
