//! The world: what exists at the clouds, kept in one file.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::act::Key;
use super::bill::Charged;
use super::machine::{Machine, Sockets, addresses};
use super::user_data;
use crate::BoxError;
use crate::faults::Subject;

/// As many requests as are remembered; a whole test run has some thousands.
const REQUESTS_MAX: usize = 50_000;

/// How the clouds behave.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// How long a machine boots.
    pub(super) boot_ms: u64,
    /// How long a machine takes to stop.
    pub(super) stop_ms: u64,
    /// How long a machine takes to end.
    pub(super) terminate_ms: u64,
    /// The least time between two requests of an account; sooner is refused.
    pub(super) min_interval_ms: u64,
    /// The least time between two launches of an account; sooner is refused.
    pub(super) launch_interval_ms: u64,
    /// How many machines an account may have.
    pub(super) machines_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            boot_ms: 1_000,
            stop_ms: 500,
            terminate_ms: 500,
            min_interval_ms: 0,
            launch_interval_ms: 0,
            machines_max: 400,
        }
    }
}

/// What is kept.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct State {
    /// The port, the same over restarts, since accounts name it.
    port: u16,
    /// Counts what was ever made.
    serial: u64,
    pub(super) machines: Vec<Machine>,
    pub(super) keys: Vec<Key>,
    pub(super) settings: Settings,
    #[serde(default)]
    pub(super) charged: Vec<Charged>,
}

/// A request as it came, and the status it was answered with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Recorded {
    pub(super) method: String,
    /// After the part that all requests to this cloud share.
    pub(super) path: String,
    #[serde(flatten)]
    pub(super) subject: Subject,
    pub(super) body: Value,
    /// `None` until it is answered, or if it never is.
    pub(super) status: Option<u16>,
    /// Its place in the record, from 0.
    pub(super) number: u64,
}

/// When an account was last asked for something.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    at: Option<Instant>,
    launch_at: Option<Instant>,
}

/// What is known while the server runs.
#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) state: State,
    pub(super) requests: VecDeque<Recorded>,
    recorded: u64,
    sockets: HashMap<String, Sockets>,
    asked: HashMap<String, Asked>,
}

/// The world.
#[derive(Debug)]
pub(super) struct World {
    file: PathBuf,
    inner: Mutex<Inner>,
}

/// Milliseconds since 1970.
pub(super) fn now_ms() -> i64 {
    runtime::clock::now().as_millisecond()
}

impl World {
    /// The world as kept in `file`, and whether there was one.
    pub(super) fn open(file: &Path) -> Result<(Self, bool), BoxError> {
        let (state, known) = match fs::read(file) {
            Ok(bytes) => {
                let state = serde_json::from_slice(&bytes).map_err(|error| {
                    let path = file.display();
                    format!("{path} cannot be read ({error}): `make reset` starts afresh")
                })?;
                (state, true)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => (State::default(), false),
            Err(error) => return Err(error.into()),
        };
        let inner = Mutex::new(Inner { state, ..Inner::default() });
        Ok((Self { file: file.to_path_buf(), inner }, known))
    }

    pub(super) fn port(&self) -> u16 {
        self.lock().state.port
    }

    /// Begins to serve at `port`: the machines listen again.
    pub(super) fn begin(&self, port: u16) -> Result<(), BoxError> {
        let mut inner = self.lock();
        inner.state.port = port;
        inner.forget_gone(now_ms());
        for machine in inner.state.machines.clone() {
            if machine.listens() {
                let ip = machine.ip;
                let sockets = machine.open(now_ms());
                let sockets = sockets.map_err(|e| format!("a local machine's {ip}: {e}"))?;
                inner.sockets.insert(machine.id, sockets);
            }
        }
        self.save(&inner.state)
    }

    /// Looks at the current world.
    pub(super) fn see<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.lock();
        inner.forget_gone(now_ms());
        look(&mut inner)
    }

    /// Changes the current world, and keeps it before anybody hears of it.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> Result<T, BoxError> {
        let mut inner = self.lock();
        inner.forget_gone(now_ms());
        let made = act(&mut inner);
        self.save(&inner.state)?;
        Ok(made)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the file, whole or not at all.
    fn save(&self, state: &State) -> Result<(), BoxError> {
        let draft = self.file.with_extension("json.part");
        fs::write(&draft, serde_json::to_vec(state)?)?;
        Ok(fs::rename(&draft, &self.file)?)
    }
}

impl Inner {
    /// Forgets the machines that are gone.
    fn forget_gone(&mut self, now_ms: i64) {
        self.state.machines.retain(|machine| machine.gone_at_ms.is_none_or(|at| now_ms < at));
    }

    /// The machines of one cloud.
    pub(super) fn machines(&self, cloud: &str) -> impl Iterator<Item = &Machine> {
        self.state.machines.iter().filter(move |machine| machine.cloud == cloud)
    }

    /// The machine with this identifier or name.
    pub(super) fn machine(&self, id_or_name: &str) -> Option<&Machine> {
        let mut machines = self.state.machines.iter();
        machines.find(|machine| machine.id == id_or_name || machine.name == id_or_name)
    }

    /// An identifier nobody had.
    pub(super) fn next_id(&mut self) -> String {
        self.state.serial += 1;
        format!("{:032x}", self.state.serial)
    }

    /// Remembers a request; returns its number.
    pub(super) fn record(&mut self, request: Recorded) -> u64 {
        let number = self.recorded;
        self.recorded += 1;
        if self.requests.len() >= REQUESTS_MAX {
            self.requests.pop_front();
        }
        self.requests.push_back(Recorded { number, ..request });
        number
    }

    /// Notes how a request was answered.
    pub(super) fn answered(&mut self, number: u64, status: u16) {
        if let Some(request) = self.requests.iter_mut().rev().find(|it| it.number == number) {
            request.status = Some(status);
        }
    }

    /// Whether this request comes too soon after the one before at the same cloud.
    pub(super) fn is_too_soon(&mut self, cloud: &str, is_launch: bool) -> bool {
        let now = Instant::now();
        let Settings { min_interval_ms, launch_interval_ms, .. } = self.state.settings;
        let asked = self.asked.entry(cloud.to_owned()).or_default();
        let soon = |last: Option<Instant>, millis| {
            last.is_some_and(|last| now.duration_since(last) < Duration::from_millis(millis))
        };
        let too_soon = soon(asked.at, min_interval_ms)
            || (is_launch && soon(asked.launch_at, launch_interval_ms));
        if !too_soon {
            asked.at = Some(now);
            asked.launch_at = if is_launch { Some(now) } else { asked.launch_at };
        }
        too_soon
    }

    /// Puts a machine on a free address; `None` when there is none left.
    pub(super) fn place(&mut self, machine: &Machine) -> Option<&Machine> {
        let now_ms = now_ms();
        let taken: Vec<Ipv4Addr> = self.state.machines.iter().map(|other| other.ip).collect();
        let free = addresses(self.state.port).filter(|ip| !taken.contains(ip));
        let mut placed = free.map(|ip| Machine { ip, ..machine.clone() });
        if machine.listens() {
            let open = |placed: Machine| placed.open(now_ms).ok().map(|sockets| (placed, sockets));
            let (machine, sockets) = placed.find_map(open)?;
            self.sockets.insert(machine.id.clone(), sockets);
            self.state.machines.push(machine);
        } else {
            let machine = placed.next()?;
            self.state.machines.push(machine);
        }
        self.state.machines.last()
    }

    /// Tells a machine what it runs when it boots.
    pub(super) fn tell(&mut self, id: &str, user_data: &str) -> Option<&Machine> {
        let machine = self.state.machines.iter_mut().find(|machine| machine.id == id)?;
        user_data.clone_into(&mut machine.user_data);
        machine.http_ports = user_data::published(user_data);
        Some(machine)
    }

    /// Begins a machine's stop; it is not reached any more.
    pub(super) fn stop(&mut self, id: &str) -> Option<&Machine> {
        let stopped_at_ms = now_ms() + i64::try_from(self.state.settings.stop_ms).unwrap_or(0);
        self.sockets.remove(id);
        let machine = self.state.machines.iter_mut().find(|machine| machine.id == id)?;
        machine.stopped_at_ms = Some(stopped_at_ms);
        Some(machine)
    }

    /// Boots a stopped machine again at its address, for ever if it is `stuck`; `None` if another
    /// program has taken its ports meanwhile.
    pub(super) fn start(&mut self, id: &str, stuck: bool) -> Option<&Machine> {
        let now_ms = now_ms();
        let boots_at_ms = now_ms + i64::try_from(self.state.settings.boot_ms).unwrap_or(0);
        let machine = self.state.machines.iter_mut().find(|machine| machine.id == id)?;
        let boots_at_ms = (!stuck).then_some(boots_at_ms);
        let started = Machine { stopped_at_ms: None, boots_at_ms, ..machine.clone() };
        self.sockets.insert(started.id.clone(), started.open(now_ms).ok()?);
        *machine = started;
        Some(machine)
    }

    /// Lets a cloud charge so much for a day, and nothing else.
    pub(super) fn charge(&mut self, charged: Charged) {
        let Charged { cloud, day, .. } = &charged;
        self.state.charged.retain(|it| it.cloud != *cloud || it.day != *day);
        self.state.charged.push(charged);
    }

    /// What a cloud charges for a day, in millionths of a dollar.
    pub(super) fn charged(&self, cloud: &str, day: Date) -> i64 {
        let found = self.state.charged.iter().find(|it| it.cloud == cloud && it.day == day);
        found.map_or(0, |it| it.usd_micros)
    }

    /// Switches a machine off until its end is asked for again.
    pub(super) fn bin(&mut self, id: &str) {
        self.sockets.remove(id);
        for machine in self.state.machines.iter_mut().filter(|machine| machine.id == id) {
            (machine.is_binned, machine.stopped_at_ms) = (true, Some(now_ms()));
        }
    }

    /// Begins a machine's end.
    pub(super) fn terminate(&mut self, id: &str) {
        let gone_at_ms = now_ms() + i64::try_from(self.state.settings.terminate_ms).unwrap_or(0);
        self.sockets.remove(id);
        for machine in self.state.machines.iter_mut().filter(|machine| machine.id == id) {
            machine.gone_at_ms = machine.gone_at_ms.or(Some(gone_at_ms));
        }
    }

    /// Lets a machine vanish, as if it had never been.
    pub(super) fn vanish(&mut self, id_or_name: &str) -> bool {
        let is_it = |machine: &Machine| machine.id == id_or_name || machine.name == id_or_name;
        let before = self.state.machines.len();
        for machine in self.state.machines.iter().filter(|machine| is_it(machine)) {
            self.sockets.remove(&machine.id);
        }
        self.state.machines.retain(|machine| !is_it(machine));
        self.state.machines.len() < before
    }

    /// Forgets everything but the port and the count of what was ever made.
    pub(super) fn reset(&mut self) {
        let State { port, serial, .. } = self.state;
        self.state = State { port, serial, ..State::default() };
        self.requests.clear();
        self.sockets.clear();
    }
}
