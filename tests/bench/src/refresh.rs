//! What it takes to know what every cloud sells.

use std::time::Instant;

use fakes::clouds;
use testkit::Stack;
use testkit::cloud_site::Site;

use crate::Outcome;
use crate::figure::{Figure, float, millis};
use crate::samples::Samples;

const PART: &str = "refresh";
/// How often each is measured.
const ROUNDS: usize = 10;

/// Measures a refresh of all clouds end to end, and how fast each cloud's answer becomes offers.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let stack = Stack::from_env()?;
    let mut whole = Samples::default();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        stack.invoke_schedule("every-offer-refresh", runtime::clock::now()).await?;
        whole.add(began.elapsed());
    }
    let count = clouds::names().count();
    let mut figures = vec![
        Figure::new(PART, "all clouds, asked and published, p50", millis(whole.percentile(50)))
            .against(format!("{count} clouds; longest {:?}", whole.percentile(100))),
    ];
    for cloud in clouds::names() {
        figures.push(one(cloud).await?);
    }
    Ok(figures)
}

/// How many offers a second the adapter of one cloud makes of its answer.
async fn one(cloud: &'static str) -> Outcome<Figure> {
    let site = Site::at(cloud).await?;
    let (mut took, mut offers) = (Samples::default(), 0);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        offers = site.provider()?.offers(runtime::clock::now()).await?.len();
        took.add(began.elapsed());
    }
    let once = took.percentile(50);
    let rate = float(u64::try_from(offers)?) / once.as_secs_f64();
    Ok(Figure::new(PART, format!("{cloud}, offers a second"), (rate, "/s"))
        .against(format!("{offers} in {once:?}")))
}
