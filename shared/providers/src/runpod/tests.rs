//! What refusals mean, and what a container is told to run.

use super::*;
use crate::container::EVALUATE;

fn meant(status: u16, message: &str) -> &'static str {
    match no_machine(Failure::Refused { status, code: String::new(), message: message.to_owned() })
    {
        LaunchError::NoCapacity => "no capacity",
        LaunchError::QuotaReached => "quota",
        LaunchError::Failed(error) => error.code,
    }
}

#[test]
fn only_what_another_candidate_could_change_is_missing_capacity() {
    assert_eq!(meant(400, "There are no longer any instances available"), "no capacity");
    assert_eq!(meant(400, "not enough free GPUs on the host machine"), "no capacity");
    assert_eq!(meant(400, "This exceeds your Spend Limit"), "quota");
    assert_eq!(meant(400, "quota of pods"), "quota");
    assert_eq!(meant(403, "no access to this pool"), "quota");
    for ours in [401, 402, 404, 409, 422] {
        assert_eq!(meant(ours, "limit"), "internal", "{ours}");
    }
    let unknown = Failure::Unknown(Error::unavailable(wire::CONTEXT, "503"));
    assert!(matches!(no_machine(unknown), LaunchError::Failed(it) if it.code == "unavailable"));
}

#[test]
fn a_container_evaluates_its_script() {
    assert_eq!(ARGS, format!("sh -c '{EVALUATE}'"));
}
