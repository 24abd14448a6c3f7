//! What the words for an instance's state mean.

use super::*;

fn instance(status: &str, ip: Option<&str>) -> Instance {
    Instance {
        id: "id".to_owned(),
        hostname: "name".to_owned(),
        kind: "type".to_owned(),
        status: status.to_owned(),
        ip: ip.map(str::to_owned),
        os_volume_id: None,
    }
}

fn seen(status: &str, ip: Option<&str>) -> (Life, Option<Reached>) {
    let listed = instance(status, ip).listed();
    (listed.life, listed.reached)
}

#[test]
fn a_machine_is_reached_only_while_it_runs_and_has_an_address() {
    use Life::{Running, Starting};
    let here = Some("192.0.2.7");
    for status in ["new", "ordered", "provisioning", "validating"] {
        assert_eq!(seen(status, here), (Starting, None), "{status}");
    }
    for late in [None, Some(""), Some("pending")] {
        assert_eq!(seen("running", late), (Running, None), "{late:?}");
    }
    assert_eq!(seen("running", here), (Running, Reached::at(here)));
}

#[test]
fn whatever_is_billed_counts_as_running() {
    for status in ["offline", "error", "restoring", "hibernating", "unknown", "a new word"] {
        assert_eq!(seen(status, Some("192.0.2.7")), (Life::Running, None), "{status}");
    }
    assert_eq!(seen("deleting", None).0, Life::Going);
    for over in ["discontinued", "deleted", "notfound"] {
        assert_eq!(seen(over, None).0, Life::Gone, "{over}");
    }
}

#[test]
fn an_instance_that_verda_does_not_know_is_gone_whatever_the_status() {
    let refused = |status, message: &str| {
        let message = message.to_owned();
        Verda.is_gone(&Failure::Refused { status, code: String::new(), message })
    };
    assert!(refused(404, ""));
    assert!(refused(400, "Invalid instance id"));
    assert!(refused(400, "Can't discontinue a discontinued instance"));
    assert!(!refused(400, "Can't discontinue a provisioning instance"));
    assert!(!refused(403, "Forbidden"));
}
