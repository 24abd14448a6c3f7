//! What can be asked of a cloud, and what comes of it, in nobody's words.

use jiff::civil::Date;
use serde::Serialize;

use super::catalogue::InstanceType;
use super::machine::{Machine, Status};
use super::user_data;
use crate::faults::Refusal;

/// What is asked for.
#[derive(Debug)]
pub(super) enum Act {
    /// A token that opens the account for a while.
    Token,
    /// What there is to be had, with this many GPUs if that is said.
    Offers(Option<u32>),
    /// Every machine of the account.
    Machines,
    /// The machine with this identifier.
    Machine(String),
    Launch(Launch),
    /// What the machine with this identifier, which is off, runs when it boots.
    Tell(String, String),
    /// The stop of the machine with this identifier; its disk is kept.
    Stop(String),
    /// The start of the stopped machine with this identifier.
    Start(String),
    /// The end of the machines with these identifiers.
    Terminate(Vec<String>),
    Keys,
    AddKey(NewKey),
    /// The removal of the key with this identifier.
    RemoveKey(String),
    /// Whose key it is.
    Account,
    /// What the account is charged for a day.
    Charges(Date),
}

impl Act {
    /// Its name in faults and records.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Offers(_) => "offers",
            Self::Machines => "machines",
            Self::Machine(_) => "machine",
            Self::Launch(_) => "launch",
            Self::Tell(..) => "tell",
            Self::Stop(_) => "stop",
            Self::Start(_) => "start",
            Self::Terminate(_) => "terminate",
            Self::Keys => "keys",
            Self::AddKey(_) => "add_key",
            Self::RemoveKey(_) => "remove_key",
            Self::Account => "account",
            Self::Charges(_) => "charges",
        }
    }
}

/// A machine to be launched.
#[derive(Clone, Debug, Default)]
pub(super) struct Launch {
    pub(super) name: String,
    pub(super) instance_type: String,
    pub(super) region: String,
    pub(super) ssh_key_names: Vec<String>,
    /// The script that the machine is told to run, by its identifier, where a cloud keeps scripts:
    /// they are kept like keys.
    pub(super) script_id: Option<String>,
    /// What the machine is told to run, in its cloud's words, if that is no script.
    pub(super) user_data: String,
    /// The ports at which it serves HTTP, if no script says so.
    pub(super) http_ports: Vec<u16>,
    /// Whether it is made without being switched on.
    pub(super) is_off: bool,
    /// Whether a machine that has this name already is what is answered, since the request bears a
    /// token that says so.
    pub(super) is_once: bool,
}

impl Launch {
    /// A machine that is told `user_data`, a cloud-init or a script.
    pub(super) fn told(
        (name, instance_type, region): (String, String, String),
        user_data: String,
    ) -> Self {
        let http_ports = user_data::published(&user_data);
        Self { name, instance_type, region, user_data, http_ports, ..Self::default() }
    }
}

/// A key to be registered.
#[derive(Clone, Debug)]
pub(super) struct NewKey {
    pub(super) name: String,
    /// Absent: the cloud makes a pair.
    pub(super) public: Option<String>,
}

/// A registered key.
#[derive(Clone, Debug, serde::Deserialize, Serialize)]
pub(super) struct Key {
    pub(super) id: String,
    /// The cloud that knows it.
    pub(super) cloud: String,
    pub(super) name: String,
    pub(super) public: String,
}

/// A machine as its cloud sees it at one moment.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) machine: Machine,
    pub(super) status: Status,
}

/// What was done.
#[derive(Debug)]
pub(super) enum Done {
    TokenGranted,
    Offers(Vec<InstanceType>),
    Machines(Vec<Seen>),
    /// It was looked at, told, stopped or started.
    Machine(Seen),
    Launched(Seen),
    Terminated(Vec<Seen>),
    Keys(Vec<Key>),
    KeyAdded {
        key: Key,
        /// Whether the cloud made the pair.
        is_made: bool,
    },
    KeyRemoved,
    Account,
    /// The millionths of a dollar that this day costs.
    Charges(Date, i64),
}

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Problem {
    /// The key of the account is wrong.
    Unauthorized,
    /// There is no such operation, machine, key, …
    Missing(&'static str),
    /// The request makes no sense.
    Invalid(String),
    /// The machine is not in a state for it.
    State(&'static str),
    /// The account may not have more machines.
    Quota,
    /// None is left.
    NoCapacity,
    /// The account has not paid.
    Declined,
    /// The request comes too soon after the one before.
    TooSoon,
    /// The server fails with this status.
    Fails(u16),
    /// The fake itself fails.
    Broken(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoCapacity => Self::NoCapacity,
            Refusal::Quota => Self::Quota,
            Refusal::RateLimited => Self::TooSoon,
            Refusal::Declined => Self::Declined,
            Refusal::Status { status } => Self::Fails(status),
        }
    }
}
