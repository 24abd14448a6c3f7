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

fn seen(status: &str, ip: Option<&str>) -> (MachineState, Option<String>) {
    let machine = instance(status, ip).machine(22, UsdMicrosPerHour(1));
    (machine.state, machine.address.map(|address| address.host))
}

#[test]
fn a_machine_is_reached_only_while_it_runs_and_has_an_address() {
    use MachineState::{Running, Starting};
    let here = Some("192.0.2.7");
    for status in ["new", "ordered", "provisioning", "validating"] {
        assert_eq!(seen(status, here), (Starting, None), "{status}");
    }
    for late in [None, Some(""), Some("pending")] {
        assert_eq!(seen("running", late), (Running, None), "{late:?}");
    }
    assert_eq!(seen("running", here), (Running, here.map(str::to_owned)));
}

#[test]
fn whatever_is_billed_counts_as_running() {
    for status in ["offline", "error", "restoring", "hibernating", "unknown", "a new word"] {
        assert!(instance(status, None).is_running(), "{status}");
        assert_eq!(seen(status, Some("192.0.2.7")), (MachineState::Running, None), "{status}");
    }
    assert!(!instance("deleting", None).is_running() && !instance("deleting", None).is_over());
    for over in ["discontinued", "deleted", "notfound"] {
        assert!(instance(over, None).is_over(), "{over}");
    }
}

#[test]
fn an_instance_that_verda_does_not_know_is_gone_whatever_the_status() {
    let refused = |status, message: &str| {
        is_gone(&Failure::Refused { status, code: String::new(), message: message.to_owned() })
    };
    assert!(refused(404, ""));
    assert!(refused(400, "Invalid instance id"));
    assert!(refused(400, "Can't discontinue a discontinued instance"));
    assert!(!refused(400, "Can't discontinue a provisioning instance"));
    assert!(!refused(403, "Forbidden"));
}
