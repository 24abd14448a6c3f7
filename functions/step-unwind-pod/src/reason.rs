//! Reads why a step failed from what the state machine says of it.

use contracts::deploy::StepErrorV1;
use domain::pod::{Reason, failure_reason};
use serde::Deserialize;

/// The body Lambda gives a failed invocation.
#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "errorMessage")]
    message: String,
}

/// The reason to show the pod's owner.
pub(crate) fn of(error: &StepErrorV1) -> Reason {
    let said = serde_json::from_str::<Failure>(&error.cause).ok().map(|failure| failure.message);
    failure_reason(&error.name, said)
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
