//! Clusters, names, and what refusals mean.

use super::*;

fn meant(code: &str) -> &'static str {
    let refused = Failure::Refused { status: 400, code: code.to_owned(), message: String::new() };
    match no_machine(refused) {
        LaunchError::NoCapacity => "no capacity",
        LaunchError::QuotaReached => "quota",
        LaunchError::Failed(error) => error.code,
    }
}

#[test]
fn a_task_without_room_is_missing_capacity_and_the_rest_is_ours() {
    for lack in ["RESOURCE:GPU", "RESOURCE:MEMORY", "RESOURCE:PORTS", "AGENT", "ATTRIBUTE"] {
        assert_eq!(meant(lack), "no capacity", "{lack}");
    }
    assert_eq!(meant("LimitExceededException"), "quota");
    for ours in ["AccessDeniedException", "BlockedException", "InvalidParameterException", ""] {
        assert_eq!(meant(ours), "internal", "{ours}");
    }
    let unknown = Failure::Unknown(Error::unavailable(CONTEXT, "503"));
    assert!(matches!(no_machine(unknown), LaunchError::Failed(it) if it.code == "unavailable"));
}

#[test]
fn a_cluster_is_named_by_its_arn() {
    let read = |arn| Cluster::read(arn).map(|it| (it.region, it.name));
    let ours = ("us-gov-east-1".to_owned(), "broker-gpu".to_owned());
    assert_eq!(
        read("arn:aws-us-gov:ecs:us-gov-east-1:123456789012:cluster/broker-gpu"),
        Some(ours)
    );
    for none in
        ["broker-gpu", "arn:aws:ecs:us-east-1:1:service/a", "arn:aws:eks:us-east-1:1:cluster/a"]
    {
        assert_eq!(read(none), None, "{none}");
    }
}

#[test]
fn names_fit_where_they_stand() {
    let longest = format!("gpb-{}-1", "a".repeat(57));
    assert_eq!(longest.len(), 63);
    let digest = api::started_by(&longest);
    assert_eq!((digest.len(), digest.is_ascii()), (32, true));
    assert_ne!(digest, api::started_by(&format!("gpb-{}-2", "a".repeat(57))));
    let spot = Capacity { instance_type: "p6-b200.48xlarge".to_owned(), is_spot: true };
    assert_eq!(spot.provider("broker-gpu"), "broker-gpu-p6-b200-48xlarge-spot");
}
