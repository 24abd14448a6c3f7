//! What the state machine says of a failed step, in words the pod's owner understands.

use contracts::deploy::StepErrorV1;
use domain::pod::Reason;
use serde::Deserialize;

/// The body Lambda gives a failed invocation.
#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "errorMessage")]
    message: String,
}

/// The reason to show. Refusals of ours speak for themselves; anything else is our fault, and its
/// details stay in our log.
pub(crate) fn of(error: &StepErrorV1) -> Reason {
    let code = match error.name.as_str() {
        "NoCapacity" => "no_capacity",
        "ProbeTimedOut" => "probe_timed_out",
        "InsufficientFunds" => "insufficient_funds",
        "NoLiveProvider" => "no_live_provider",
        "ActivationExpired" => "activation_expired",
        "PodOver" => "pod_over",
        _ => "internal",
    };
    let said = serde_json::from_str::<Failure>(&error.cause).ok().map(|failure| failure.message);
    let message = said.filter(|_| code != "internal").unwrap_or_else(|| {
        "Something went wrong on our side. Nothing was charged; please deploy again.".to_owned()
    });
    Reason { code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, cause: &str) -> StepErrorV1 {
        StepErrorV1 { name: name.to_owned(), cause: cause.to_owned() }
    }

    #[test]
    fn a_refusal_speaks_for_itself() {
        let cause = r#"{"errorType":"NoCapacity","errorMessage":"No cloud has this GPU."}"#;
        let reason = of(&error("NoCapacity", cause));
        assert_eq!(
            (reason.code.as_str(), reason.message.as_str()),
            ("no_capacity", "No cloud has this GPU.")
        );
    }

    #[test]
    fn a_fault_of_ours_keeps_its_details_to_itself() {
        for cause in ["", "not json", r#"{"errorMessage":"table gpubroker-pods"}"#] {
            let reason = of(&error("States.Timeout", cause));
            assert_eq!(reason.code, "internal");
            assert!(!reason.message.contains("table"));
        }
    }
}
