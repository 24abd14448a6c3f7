//! Answers in the shapes that Runpod documents.

use serde_json::{Value, json};

use super::*;

/// A pod with one field changed.
fn pod(field: &str, value: Value) -> Result<Pod, serde_json::Error> {
    let mut told = json!({
        "id": "q3x8v1k0zt", "name": "gpb-test-1", "image": "nvidia/cuda:12.8.1", "args": "",
        "disk": 20, "ports": ["22/tcp", "8888/tcp"], "env": {"PUBLIC_KEY": ""}, "registry": null,
        "status": "RUNNING", "actions": ["stop", "restart", "terminate"],
        "mounts": {"persistent": {"size": 40, "path": "/workspace"}},
        "gpu": {"id": "NVIDIA A40", "count": 2, "vcpuCount": 18, "memory": 100},
        "cloud": "SECURE", "dataCenterId": "EU-SE-1", "cudaVersion": "12.8",
        "ssh": {"proxy": null, "direct": null}, "template": null, "cost": 0.8, "locked": false,
        "globalNetworking": {"enabled": false},
        "runtime": {"uptime": 12, "ports": [
            {"private": 22, "public": 30_122, "type": "tcp", "ip": "192.0.2.7"},
            {"private": 8_888, "public": 30_188, "type": "tcp", "ip": "192.0.2.7"},
            {"private": 19_123, "public": null, "type": "http", "ip": null}]},
        "createdAt": "2026-11-21T12:00:00Z", "startedAt": "2026-11-21T12:01:00Z",
    });
    told[field] = value;
    serde_json::from_value(told)
}

#[test]
fn a_running_pod_tells_its_ports_its_disks_and_its_cost() -> Result<(), serde_json::Error> {
    let pod = pod("locked", json!(false))?;
    assert_eq!((pod.id.as_str(), pod.name.as_str()), ("q3x8v1k0zt", "gpb-test-1"));
    assert_eq!((pod.state(), pod.disk, pod.kept_gb()), (State::Running, 20, 40));
    assert_eq!(pod.cost_micros(), Some(800_000));
    let ports = BTreeMap::from([(8_888, 30_188)]);
    let ip = IpAddr::from([192, 0, 2, 7]);
    assert_eq!(pod.endpoint(), Some(Endpoint { ip, ssh_port: 30_122, ports }));
    Ok(())
}

#[test]
fn every_status_has_its_meaning_and_only_a_running_pod_is_reached() -> Result<(), serde_json::Error>
{
    let states = [
        ("PROVISIONING", State::Starting),
        ("STARTING", State::Starting),
        ("RUNNING", State::Running),
        ("EXITED", State::Stopped),
        ("ERROR", State::Starting),
        ("TERMINATED", State::Gone),
        ("A NEW WORD", State::Starting),
    ];
    for (status, state) in states {
        let pod = pod("status", json!(status))?;
        assert_eq!(pod.state(), state, "{status}");
        assert_eq!(pod.endpoint().is_some(), state == State::Running, "{status}");
    }
    let broken = Pod { status: "ERROR".to_owned(), ..pod("cost", json!(0.0))? };
    assert_eq!(broken.state(), State::Stopped);
    Ok(())
}

#[test]
fn a_pod_without_an_outside_port_for_ssh_is_not_reached() -> Result<(), serde_json::Error> {
    let port = |public: Value, ip: Value| {
        json!({"ports": [
        {"private": 22, "public": public, "type": "tcp", "ip": ip}]})
    };
    for runtime in [
        json!(null),
        json!({"uptime": 3}),
        json!({"ports": []}),
        port(json!(null), json!("192.0.2.7")),
        port(json!(30_122), json!(null)),
        port(json!(30_122), json!("no address")),
    ] {
        assert_eq!(pod("runtime", runtime.clone())?.endpoint(), None, "{runtime}");
    }
    Ok(())
}

#[test]
fn dollars_become_micro_dollars_whatever_their_floats_look_like() {
    let read = |text: &str| serde_json::from_str(text).ok().and_then(|it| micros(&it));
    assert_eq!(read("0.44"), Some(440_000));
    assert_eq!(read("0.6899999976158142"), Some(690_000));
    assert_eq!(read("2.9900000095367432"), Some(2_990_000));
    assert_eq!((read("3"), read("0.0")), (Some(3_000_000), Some(0)));
    assert_eq!((read("-0.44"), read("1e30")), (None, None));
}

#[test]
fn a_launch_is_spelled_as_runpod_wants_it() -> Result<(), serde_json::Error> {
    let launch = Launch {
        name: "gpb-test-1",
        image: "nvidia/cuda:12.8.1",
        args: None,
        env: BTreeMap::from([("PUBLIC_KEY", "ssh-ed25519 AAAA".to_owned())]),
        ports: vec!["22/tcp".to_owned()],
        cloud: "SECURE",
        data_center_ids: ["EU-SE-1"],
        gpu: Order { id: "NVIDIA A40", count: 2, min_vcpu_count_per_gpu: 4, min_ram_per_gpu: 16 },
        disk: 20,
        mounts: Mounts { persistent: Some(Persistent { size: 40, path: "/workspace".to_owned() }) },
    };
    let golden = json!({
        "name": "gpb-test-1", "image": "nvidia/cuda:12.8.1",
        "env": {"PUBLIC_KEY": "ssh-ed25519 AAAA"}, "ports": ["22/tcp"], "cloud": "SECURE",
        "dataCenterIds": ["EU-SE-1"],
        "gpu": {"id": "NVIDIA A40", "count": 2, "minVcpuCountPerGpu": 4, "minRamPerGpu": 16},
        "disk": 20, "mounts": {"persistent": {"size": 40, "path": "/workspace"}},
    });
    assert_eq!(serde_json::to_value(launch)?, golden);
    Ok(())
}
