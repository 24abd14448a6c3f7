//! Lambda's API: <https://docs.lambda.ai/public-cloud/cloud-api/>.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::machine::Machine;
use super::script::{Effect, Subject};
use super::world::{Inner, Key, Recorded, World, now_ms};
use super::{API_KEY, catalogue};

/// Where it begins.
pub(super) const PATH: &str = "/lambda/api/v1";
/// Longer than anybody waits.
const NO_ANSWER: Duration = Duration::from_mins(5);

/// What is asked for.
#[derive(Debug)]
enum Call {
    InstanceTypes,
    Instances,
    Instance(String),
    Launch(Launch),
    Terminate(Terminate),
    Keys,
    AddKey(AddKey),
    RemoveKey(String),
}

#[derive(Clone, Debug, Deserialize)]
struct Launch {
    region_name: String,
    instance_type_name: String,
    ssh_key_names: Vec<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    user_data: String,
}

#[derive(Debug, Deserialize)]
struct Terminate {
    instance_ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct AddKey {
    name: String,
    public_key: Option<String>,
}

/// Status and body.
type Answer = (u16, Value);

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    (status, json!({"error": {"code": code, "message": message, "suggestion": null}}))
}

fn invalid(message: &str) -> Answer {
    refusal(400, "global/invalid-parameters", message)
}

fn missing(what: &str) -> Answer {
    refusal(404, "global/object-does-not-exist", &format!("There is no such {what}."))
}

fn data(value: impl Into<Value>) -> Answer {
    (200, json!({ "data": value.into() }))
}

pub(super) fn router(world: Arc<World>) -> Router {
    let answer = any(
        |State(world): State<Arc<World>>,
         method: Method,
         uri: Uri,
         headers: HeaderMap,
         body: Bytes| async move {
            let authorized = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok())
                == Some(&format!("Bearer {API_KEY}"));
            answer(&world, &method, uri.path(), (authorized, &body)).await
        },
    );
    Router::new().route(&format!("{PATH}/{{*rest}}"), answer).with_state(world)
}

impl Call {
    fn read(method: &Method, path: &str, body: &[u8]) -> Result<Self, Answer> {
        fn parsed<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Answer> {
            serde_json::from_slice(body).map_err(|error| invalid(&error.to_string()))
        }
        let words: Vec<&str> =
            path.trim_start_matches(PATH).split('/').filter(|word| !word.is_empty()).collect();
        match (method.as_str(), words.as_slice()) {
            ("GET", ["instance-types"]) => Ok(Self::InstanceTypes),
            ("GET", ["instances"]) => Ok(Self::Instances),
            ("GET", ["instances", id]) => Ok(Self::Instance((*id).to_owned())),
            ("POST", ["instance-operations", "launch"]) => parsed(body).map(Self::Launch),
            ("POST", ["instance-operations", "terminate"]) => parsed(body).map(Self::Terminate),
            ("GET", ["ssh-keys"]) => Ok(Self::Keys),
            ("POST", ["ssh-keys"]) => parsed(body).map(Self::AddKey),
            ("DELETE", ["ssh-keys", id]) => Ok(Self::RemoveKey((*id).to_owned())),
            _ => Err(missing("operation")),
        }
    }

    fn subject(&self, inner: &Inner) -> Subject {
        let machines = |ids: &[String]| {
            let found = inner.state.machines.iter().filter(|machine| ids.contains(&machine.id));
            found.map(|it| (it.name.clone(), it.instance_type.clone())).unzip()
        };
        let key = |id: &String| {
            let found = inner.state.keys.iter().filter(|key| key.id == *id);
            (found.map(|key| key.name.clone()).collect(), Vec::new())
        };
        let (operation, (names, instance_types)) = match self {
            Self::InstanceTypes => ("instance_types", <(Vec<_>, Vec<_>)>::default()),
            Self::Instances => ("instances", <(Vec<_>, Vec<_>)>::default()),
            Self::Instance(id) => ("instance", machines(std::slice::from_ref(id))),
            Self::Launch(launch) => {
                ("launch", (vec![launch.name.clone()], vec![launch.instance_type_name.clone()]))
            }
            Self::Terminate(terminate) => ("terminate", machines(&terminate.instance_ids)),
            Self::Keys => ("keys", <(Vec<_>, Vec<_>)>::default()),
            Self::AddKey(key) => ("add_key", (vec![key.name.clone()], Vec::new())),
            Self::RemoveKey(id) => ("remove_key", key(id)),
        };
        Subject { operation, names, instance_types }
    }
}

async fn answer(
    world: &World,
    method: &Method,
    path: &str,
    (authorized, body): (bool, &[u8]),
) -> Response {
    let call = Call::read(method, path, body);
    let number = world.see(|inner| {
        inner.record(Recorded {
            method: method.to_string(),
            path: path.trim_start_matches(PATH).to_owned(),
            subject: call.as_ref().map(|call| call.subject(inner)).unwrap_or_default(),
            body: serde_json::from_slice(body).unwrap_or_default(),
            status: None,
            number: 0,
        })
    });
    let (status, text) = match call {
        _ if !authorized => told(&refusal(401, "global/invalid-api-key", "Unknown key.")),
        Err(refused) => told(&refused),
        Ok(call) => obey(world, &call).await,
    };
    world.see(|inner| inner.answered(number, status));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [("content-type", "application/json")], text).into_response()
}

fn told((status, body): &Answer) -> (u16, String) {
    (*status, body.to_string())
}

/// Does what is asked, or what a script makes of it.
async fn obey(world: &World, call: &Call) -> (u16, String) {
    let is_launch = matches!(call, Call::Launch(_));
    if world.see(|inner| inner.is_too_soon(is_launch)) {
        return told(&refusal(429, "global/too-many-requests", "Slow down."));
    }
    let effect = match world.change(|inner| inner.effect(&call.subject(inner))) {
        Ok(effect) => effect,
        Err(error) => return told(&refusal(500, "global/internal-error", &error.to_string())),
    };
    let perform = |effect| match world.change(|inner| perform(inner, call, effect)) {
        Ok(answer) => told(&answer),
        Err(error) => told(&refusal(500, "global/internal-error", &error.to_string())),
    };
    match effect {
        Some(Effect::NoCapacity) => told(&refusal(
            400,
            "instance-operations/launch/insufficient-capacity",
            "Not enough capacity to fulfill launch request.",
        )),
        Some(Effect::Quota) => told(&quota()),
        Some(Effect::RateLimited) => told(&refusal(429, "global/too-many-requests", "Slow down.")),
        Some(Effect::Status { status }) => {
            told(&refusal(status, "global/internal-error", "Something went wrong."))
        }
        Some(Effect::Delay { delay_ms }) => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            perform(None)
        }
        Some(Effect::TimeOutBefore) => {
            tokio::time::sleep(NO_ANSWER).await;
            told(&refusal(504, "global/internal-error", "No answer."))
        }
        Some(Effect::TimeOutAfter) => {
            let answer = perform(None);
            tokio::time::sleep(NO_ANSWER).await;
            answer
        }
        Some(Effect::Malformed) => {
            let (status, _) = perform(None);
            (status, "{\"data\": [".to_owned())
        }
        effect => perform(effect),
    }
}

fn quota() -> Answer {
    refusal(400, "global/quota-exceeded", "Quota exceeded.")
}

fn perform(inner: &mut Inner, call: &Call, effect: Option<Effect>) -> Answer {
    let now_ms = now_ms();
    match call {
        Call::InstanceTypes => data(instance_types()),
        Call::Instances => {
            let machines = inner.state.machines.iter();
            data(machines.map(|machine| machine.told(now_ms)).collect::<Vec<_>>())
        }
        Call::Instance(id) => {
            let machine = inner.state.machines.iter().find(|machine| machine.id == *id);
            machine.map_or_else(|| missing("instance"), |machine| data(machine.told(now_ms)))
        }
        Call::Launch(launch) => launch_one(inner, launch, effect),
        Call::Terminate(terminate) => terminate_all(inner, &terminate.instance_ids),
        Call::Keys => data(inner.state.keys.iter().map(key).collect::<Vec<_>>()),
        Call::AddKey(wish) => add_key(inner, wish),
        Call::RemoveKey(id) => {
            let before = inner.state.keys.len();
            inner.state.keys.retain(|key| key.id != *id);
            if inner.state.keys.len() < before { (200, json!({})) } else { missing("key") }
        }
    }
}

fn instance_types() -> Value {
    let listed = catalogue::kinds().map(|kind| {
        let regions: Vec<_> = kind.regions.iter().map(|name| catalogue::region(name)).collect();
        let told = kind.told(kind.cents_per_hour);
        let entry = json!({"instance_type": told, "regions_with_capacity_available": regions});
        (kind.name, entry)
    });
    Value::Object(listed.collect())
}

fn launch_one(inner: &mut Inner, wish: &Launch, effect: Option<Effect>) -> Answer {
    let Some(kind) = catalogue::kind(&wish.instance_type_name) else {
        return missing("instance type");
    };
    if !kind.regions.contains(&wish.region_name.as_str()) {
        return missing("region with this instance type");
    }
    let [key] = wish.ssh_key_names.as_slice() else {
        return invalid("Exactly one SSH key is needed.");
    };
    if !inner.state.keys.iter().any(|known| known.name == *key) {
        return missing("SSH key");
    }
    if inner.state.machines.len() >= inner.state.settings.machines_max {
        return quota();
    }
    let boot_ms = i64::try_from(inner.state.settings.boot_ms).unwrap_or(0);
    let dearer = match effect {
        Some(Effect::Dearer { cents_per_hour }) => cents_per_hour,
        _ => 0,
    };
    let id = inner.next_id();
    let machine = Machine {
        id,
        name: wish.name.clone(),
        instance_type: kind.name,
        region: wish.region_name.clone(),
        ip: Ipv4Addr::UNSPECIFIED,
        cents_per_hour: kind.cents_per_hour.saturating_add(dearer),
        ssh_key_names: wish.ssh_key_names.clone(),
        user_data: wish.user_data.clone(),
        boots_at_ms: (effect != Some(Effect::NeverBoots)).then(|| now_ms() + boot_ms),
        gone_at_ms: None,
    };
    match inner.place(&machine) {
        Some(machine) => data(json!({ "instance_ids": [machine.id] })),
        None => refusal(503, "global/internal-error", "No address has all of its ports free."),
    }
}

fn terminate_all(inner: &mut Inner, ids: &[String]) -> Answer {
    if ids.iter().any(|id| !inner.state.machines.iter().any(|machine| machine.id == *id)) {
        return missing("instance");
    }
    for id in ids {
        inner.terminate(id);
    }
    let now_ms = now_ms();
    let ended = inner.state.machines.iter().filter(|machine| ids.contains(&machine.id));
    let told: Vec<_> = ended.map(|machine| machine.told(now_ms)).collect();
    data(json!({ "terminated_instances": told }))
}

fn add_key(inner: &mut Inner, wish: &AddKey) -> Answer {
    if inner.state.keys.iter().any(|known| known.name == wish.name) {
        return invalid("There is a key of this name.");
    }
    let made = Key {
        id: inner.next_id(),
        name: wish.name.clone(),
        public: wish.public_key.clone().unwrap_or_else(|| "ssh-rsa made-here".to_owned()),
    };
    let mut told = key(&made);
    if let (Value::Object(fields), None) = (&mut told, &wish.public_key) {
        fields.insert("private_key".to_owned(), json!("the private half of a local key"));
    }
    inner.state.keys.push(made);
    data(told)
}

fn key(key: &Key) -> Value {
    json!({"id": key.id, "name": key.name, "public_key": key.public})
}
