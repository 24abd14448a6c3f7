//! Structured logs, and the figures that alarms watch.

use std::io::Write;
use std::sync::OnceLock;

use jiff::Timestamp;

/// Where `CloudWatch` keeps our figures.
pub const NAMESPACE: &str = "GPUBROKER";

/// A figure that an alarm in `template.yaml` watches; each is a count that should be zero. The log
/// beside it says what it is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Metric {
    /// Pods that have not been as they are wanted for half an hour, or could not be looked after.
    PodsInTrouble,
    /// What is wrong with an account at a GPU cloud: it has given no list of machines for ten
    /// minutes, its brake holds, or differences could not be mended.
    AccountTrouble,
    /// Events of payments that nobody has handled, and payments that no event has told of.
    PaymentsInTrouble,
    /// Accounts at GPU clouds that charged something else for a day than our books say.
    CostsDiffer,
    /// Offers that are not sold because their price or machine cannot be right.
    OffersInDoubt,
}

impl Metric {
    /// As the template names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PodsInTrouble => "PodsInTrouble",
            Self::AccountTrouble => "AccountTrouble",
            Self::PaymentsInTrouble => "PaymentsInTrouble",
            Self::CostsDiffer => "CostsDiffer",
            Self::OffersInDoubt => "OffersInDoubt",
        }
    }
}

/// Whose figures they are.
static DEPLOYMENT: OnceLock<String> = OnceLock::new();

/// Sets up JSON logs at the level `RUST_LOG` says; call once, first.
pub fn start() {
    lambda_runtime::tracing::init_default_subscriber();
    if let Ok(deployment) = crate::config::required("DEPLOYMENT") {
        DEPLOYMENT.get_or_init(|| deployment);
    }
}

/// Writes a figure to the log in the form `CloudWatch` makes a metric of, the embedded metric format.
/// Outside a function it is nobody's, and not written.
pub fn report(metric: Metric, count: u32, now: Timestamp) {
    if let Some(deployment) = DEPLOYMENT.get() {
        // A figure that cannot be written is missing, which its alarm shows.
        let _ = writeln!(std::io::stdout(), "{}", embedded(deployment, metric, count, now));
    }
}

fn embedded(deployment: &str, metric: Metric, count: u32, now: Timestamp) -> serde_json::Value {
    let name = metric.as_str();
    serde_json::json!({
        "_aws": {
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["Deployment"]],
                "Metrics": [{"Name": name, "Unit": "Count"}],
            }],
        },
        "Deployment": deployment,
        name: count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_one_line_in_the_embedded_metric_format() {
        let line = embedded("f", Metric::PodsInTrouble, 2, Timestamp::UNIX_EPOCH);
        assert_eq!(line["PodsInTrouble"], 2);
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(described["Metrics"][0]["Name"], "PodsInTrouble");
        assert_eq!(described["Dimensions"][0][0], "Deployment");
        assert_eq!(
            (described["Namespace"].as_str(), line["Deployment"].as_str()),
            (Some(NAMESPACE), Some("f"))
        );
    }
}
