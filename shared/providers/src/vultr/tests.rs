//! What the words for an instance's state mean.

use super::*;

fn seen(status: &str, power: &str, ip: &str) -> (MachineState, Option<String>) {
    let instance = Instance {
        id: "id".to_owned(),
        label: "name".to_owned(),
        plan: "plan".to_owned(),
        main_ip: ip.to_owned(),
        status: status.to_owned(),
        power_status: power.to_owned(),
    };
    let machine = instance.machine(22, UsdMicrosPerHour(1));
    (machine.state, machine.address.map(|address| address.host))
}

#[test]
fn a_machine_is_reached_only_while_it_is_up_and_has_an_address() {
    use MachineState::{Running, Starting};
    let here = "192.0.2.7";
    assert_eq!(seen("pending", "stopped", "0.0.0.0"), (Starting, None));
    assert_eq!(seen("pending", "running", here), (Starting, None));
    assert_eq!(seen("active", "running", "0.0.0.0"), (Running, None));
    assert_eq!(seen("active", "running", ""), (Running, None));
    assert_eq!(seen("active", "running", here), (Running, Some(here.to_owned())));
}

#[test]
fn whatever_is_billed_counts_as_running() {
    for (status, power) in
        [("active", "stopped"), ("suspended", "stopped"), ("resizing", "running"), ("new", "word")]
    {
        let told = seen(status, power, "192.0.2.7");
        assert_eq!(told, (MachineState::Running, None), "{status} {power}");
    }
}
