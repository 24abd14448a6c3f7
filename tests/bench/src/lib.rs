//! Measures the product against its budgets and prints what it found. A figure over its budget is
//! shown, never an error: a busy machine is no fault of the code.
//!
//! A **part** is a group of figures that can be measured alone, a **figure** one number with its
//! budget, a **host** plays the Lambda service to one process, a **bill** is what AWS would list for
//! the calls of one journey.
#![expect(clippy::missing_errors_doc, reason = "every error says what could not be measured")]

mod bill;
mod crowd;
mod figure;
mod functions;
mod host;
mod journey;
mod local;
pub mod market;
mod node;
mod outage;
mod package;
mod prices;
mod process;
mod ranking;
mod refresh;
mod samples;
pub mod say;
mod scale;
mod start;
mod store;
mod warm;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Whatever kept a figure from being measured.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A value, or what kept it from being measured.
pub type Outcome<T> = Result<T, BoxError>;

/// The most seconds one loop of measurements takes unless said.
const SECS_DEFAULT: u64 = 15;

/// Every part, in the order they are measured in: the journey finds every function cold.
const PARTS: [&str; 10] = [
    "ranking", "package", "start", "journey", "warm", "refresh", "scale", "crowd", "outage",
    "local",
];

/// What to measure.
#[derive(Debug)]
pub struct Wish {
    parts: Vec<&'static str>,
    /// The most one loop of measurements takes.
    limit: Duration,
}

impl Wish {
    /// Reads `[PART] [--secs N]`; an empty or absent part means all.
    pub fn parse(words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut wish = Self { parts: PARTS.to_vec(), limit: Duration::from_secs(SECS_DEFAULT) };
        let mut words = words.filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if word == "--secs" {
                wish.limit = Duration::from_secs(words.next().unwrap_or_default().parse()?);
            } else {
                let known = PARTS.into_iter().find(|part| *part == word);
                let unknown = || format!("no part {word}; these are: {}", PARTS.join(", "));
                wish.parts = vec![known.ok_or_else(unknown)?];
            }
        }
        Ok(wish)
    }
}

/// Measures, prints the table and writes `.local/bench.json`.
pub async fn run(wish: &Wish) -> Outcome<()> {
    let mut figures = Vec::new();
    for part in &wish.parts {
        say::line(format_args!("Measuring {part} …"));
        figures.extend(match *part {
            "ranking" => ranking::figures(wish.limit)?,
            "package" => package::figures()?,
            "start" => start::figures(wish.limit).await?,
            "refresh" => Box::pin(refresh::figures()).await?,
            "warm" => warm::figures(wish.limit).await?,
            "crowd" => Box::pin(crowd::figures()).await?,
            "outage" => Box::pin(outage::figures()).await?,
            "scale" => Box::pin(scale::figures()).await?,
            "local" => Box::pin(local::figures(wish.limit)).await?,
            _ => journey::figures().await?,
        });
    }
    say::line(figure::table(&figures));
    let path = checkout().join(".local/bench.json");
    fs::write(&path, serde_json::to_vec_pretty(&figures)?)?;
    Ok(())
}

/// The root of the checkout.
fn checkout() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Outcome<Wish> {
        Wish::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn no_part_means_all_and_an_unknown_one_is_refused() -> Outcome<()> {
        assert_eq!(parsed(&["", "--secs", "2"])?.parts, PARTS);
        assert_eq!(parsed(&["", "--secs", "2"])?.limit, Duration::from_secs(2));
        assert_eq!(parsed(&["warm"])?.parts, ["warm"]);
        assert!(parsed(&["cold"]).is_err());
        Ok(())
    }
}
