//! How an act changes the world, and whom it is about.

use std::net::Ipv4Addr;

use super::act::{Act, Done, Key, Launch, NewKey, Problem, Seen};
use super::catalogue::{self, InstanceType};
use super::machine::{Machine, Status};
use super::user_data;
use super::wire::Wire;
use super::world::{Inner, now_ms};
use crate::faults::{Lie, Subject};

type Outcome = Result<Done, Problem>;

/// An act as faults and records see it.
pub(super) fn subject(inner: &Inner, cloud: &str, act: &Act) -> Subject {
    let machines = |ids: &[String]| {
        let found = inner.machines(cloud).filter(|machine| ids.contains(&machine.id));
        found.map(|it| (it.name.clone(), it.instance_type.clone())).unzip()
    };
    let (names, instance_types) = match act {
        Act::Token
        | Act::Offers(_)
        | Act::Machines
        | Act::Keys
        | Act::Account
        | Act::Charges(_) => <(Vec<_>, Vec<_>)>::default(),
        Act::Machine(id) | Act::Tell(id, _) | Act::Stop(id) | Act::Start(id) => {
            machines(std::slice::from_ref(id))
        }
        Act::Launch(launch) => (vec![launch.name.clone()], vec![launch.instance_type.clone()]),
        Act::Terminate(ids) => machines(ids),
        Act::AddKey(key) => (vec![key.name.clone()], Vec::new()),
        Act::RemoveKey(id) => {
            let found = inner.state.keys.iter().filter(|key| key.cloud == cloud && key.id == *id);
            (found.map(|key| key.name.clone()).collect(), Vec::new())
        }
    };
    Subject { account: cloud.to_owned(), act: act.name().to_owned(), names, instance_types }
}

/// The machine that an earlier request with the same token made.
pub(super) fn made_before(inner: &Inner, cloud: &str, act: &Act) -> Option<Done> {
    let Act::Launch(Launch { name, is_once: true, .. }) = act else { return None };
    let machine = inner.machines(cloud).find(|machine| machine.name == *name)?;
    Some(Done::Launched(seen(machine)))
}

/// Does what is asked of a cloud, with what is to be untrue about it.
pub(super) fn perform(inner: &mut Inner, wire: &Wire, (act, lie): (&Act, Option<&Lie>)) -> Outcome {
    let cloud = wire.cloud;
    match act {
        Act::Token => Ok(Done::TokenGranted),
        Act::Offers(gpus) => {
            let types = catalogue::instance_types(&wire.sold);
            let wanted = types.filter(|it| gpus.is_none_or(|gpus| it.gpus == gpus));
            Ok(Done::Offers(wanted.map(|it| repriced(inner, wire, it)).collect()))
        }
        Act::Machines => Ok(Done::Machines(inner.machines(cloud).map(seen).collect())),
        Act::Machine(id) => {
            let machine = inner.machines(cloud).find(|machine| machine.id == *id);
            machine.map(|it| Done::Machine(seen(it))).ok_or(Problem::Missing("instance"))
        }
        Act::Launch(wanted) => launch(inner, wire, (wanted, lie)),
        Act::Tell(id, user_data) => {
            let told = inner.tell(id, user_data).map(|machine| Done::Machine(seen(machine)));
            told.ok_or(Problem::Missing("instance"))
        }
        Act::Stop(id) => stop(inner, cloud, id),
        Act::Start(id) => start(inner, cloud, (id, lie)),
        Act::Terminate(ids) => terminate(inner, wire, ids),
        Act::Keys => {
            let keys = inner.state.keys.iter().filter(|key| key.cloud == cloud);
            Ok(Done::Keys(keys.cloned().collect()))
        }
        Act::AddKey(wanted) => add_key(inner, cloud, wanted),
        Act::Account => Ok(Done::Account),
        Act::Charges(day) => Ok(Done::Charges(*day, inner.charged(cloud, *day))),
        Act::RemoveKey(id) => {
            let before = inner.state.keys.len();
            inner.state.keys.retain(|key| key.cloud != cloud || key.id != *id);
            if inner.state.keys.len() < before {
                Ok(Done::KeyRemoved)
            } else {
                Err(Problem::Missing("key"))
            }
        }
    }
}

/// The type at what its machines cost, where nothing else tells that.
fn repriced(inner: &Inner, wire: &Wire, sold: InstanceType) -> InstanceType {
    let machines = inner.machines(wire.cloud).filter(|_| wire.prices_by_type);
    let of_type = machines.filter(|machine| machine.instance_type == sold.name);
    match of_type.map(|machine| machine.rate_usd_micros_per_hour).last() {
        Some(rate_usd_micros_per_hour) => InstanceType { rate_usd_micros_per_hour, ..sold },
        None => sold,
    }
}

fn seen(machine: &Machine) -> Seen {
    Seen { machine: machine.clone(), status: machine.status(now_ms()) }
}

/// What the script with this identifier says.
fn script(inner: &Inner, cloud: &str, id: &str) -> Option<String> {
    let scripts = inner.state.keys.iter().filter(|key| key.cloud == cloud);
    scripts.filter(|key| key.id == id).map(|key| key.public.clone()).next()
}

fn launch(inner: &mut Inner, wire: &Wire, (wanted, lie): (&Launch, Option<&Lie>)) -> Outcome {
    let cloud = wire.cloud;
    let Some(instance_type) = catalogue::instance_type(&wire.sold, &wanted.instance_type) else {
        return Err(Problem::Missing("instance type"));
    };
    if !instance_type.regions.contains(&wanted.region.as_str()) {
        return Err(Problem::Missing("region with this instance type"));
    }
    let knows =
        |name: &String| inner.state.keys.iter().any(|key| key.cloud == cloud && key.name == *name);
    if !wanted.ssh_key_names.iter().all(knows) {
        return Err(Problem::Missing("SSH key"));
    }
    if inner.machines(cloud).count() >= inner.state.settings.machines_max {
        return Err(Problem::Quota);
    }
    let script = match &wanted.script_id {
        None => None,
        Some(id) => Some(script(inner, cloud, id).ok_or(Problem::Missing("startup script"))?),
    };
    let (user_data, http_ports) = match script {
        Some(script) => (script.clone(), user_data::published(&script)),
        None => (wanted.user_data.clone(), wanted.http_ports.clone()),
    };
    let more = match lie {
        Some(Lie::Price { more_usd_micros_per_hour }) => *more_usd_micros_per_hour,
        _ => 0,
    };
    let boot_ms = i64::try_from(inner.state.settings.boot_ms).unwrap_or(0);
    let machine = Machine {
        id: inner.next_id(),
        cloud: cloud.to_owned(),
        name: wanted.name.clone(),
        instance_type: instance_type.name,
        region: wanted.region.clone(),
        ip: Ipv4Addr::UNSPECIFIED,
        rate_usd_micros_per_hour: instance_type.rate_usd_micros_per_hour.saturating_add(more),
        ssh_key_names: wanted.ssh_key_names.clone(),
        user_data,
        http_ports,
        boots_at_ms: (lie != Some(&Lie::Booting)).then(|| now_ms() + boot_ms),
        stopped_at_ms: wanted.is_off.then(now_ms),
        is_binned: false,
        gone_at_ms: None,
    };
    match inner.place(&machine) {
        Some(machine) => Ok(Done::Launched(seen(machine))),
        None => Err(Problem::Broken("No address has all of its ports free.".to_owned())),
    }
}

/// The state of a machine of this cloud.
fn status(inner: &Inner, cloud: &str, id: &str) -> Result<Status, Problem> {
    let machine = inner.machines(cloud).find(|machine| machine.id == id);
    machine.map(|machine| machine.status(now_ms())).ok_or(Problem::Missing("instance"))
}

fn stop(inner: &mut Inner, cloud: &str, id: &str) -> Outcome {
    if !matches!(status(inner, cloud, id)?, Status::Booting | Status::Active) {
        return Err(Problem::State("It does not run."));
    }
    inner.stop(id).map(|machine| Done::Machine(seen(machine))).ok_or(Problem::Missing("instance"))
}

fn start(inner: &mut Inner, cloud: &str, (id, lie): (&str, Option<&Lie>)) -> Outcome {
    if status(inner, cloud, id)? != Status::Stopped {
        return Err(Problem::State("It is not stopped."));
    }
    let is_stuck = inner.machines(cloud).any(|it| it.id == id && it.boots_at_ms.is_none());
    match inner.start(id, is_stuck || lie == Some(&Lie::Booting)) {
        Some(machine) => Ok(Done::Machine(seen(machine))),
        None => Err(Problem::Broken("Its ports are taken.".to_owned())),
    }
}

fn terminate(inner: &mut Inner, wire: &Wire, ids: &[String]) -> Outcome {
    let cloud = wire.cloud;
    if ids.iter().any(|id| !inner.machines(cloud).any(|machine| machine.id == *id)) {
        return Err(Problem::Missing("instance"));
    }
    for id in ids.iter().filter(|_| wire.ends_only_off) {
        if status(inner, cloud, id)? != Status::Stopped {
            return Err(Problem::State("It is not stopped."));
        }
    }
    for id in ids {
        let is_first = inner.machines(cloud).any(|machine| machine.id == *id && !machine.is_binned);
        if wire.has_bin && is_first {
            inner.bin(id);
        } else {
            inner.terminate(id);
        }
    }
    let ended = inner.machines(cloud).filter(|machine| ids.contains(&machine.id));
    let done = Done::Terminated(ended.map(seen).collect());
    if wire.ends_at_once {
        for id in ids {
            inner.vanish(id);
        }
    }
    Ok(done)
}

fn add_key(inner: &mut Inner, cloud: &str, wanted: &NewKey) -> Outcome {
    if inner.state.keys.iter().any(|key| key.cloud == cloud && key.name == wanted.name) {
        return Err(Problem::Invalid("There is a key of this name.".to_owned()));
    }
    let is_made = wanted.public.is_none();
    let public = wanted.public.clone().unwrap_or_else(|| "ssh-rsa made-here".to_owned());
    let id = inner.next_id();
    let key = Key { id, cloud: cloud.to_owned(), name: wanted.name.clone(), public };
    inner.state.keys.push(key.clone());
    Ok(Done::KeyAdded { key, is_made })
}
