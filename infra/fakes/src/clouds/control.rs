//! `/control`: what tests and the curious see and change.
//!
//! | route | does |
//! | --- | --- |
//! | `GET /control/machines` | every machine |
//! | `POST /control/machines/{id or name}/vanish` | takes it away, unasked |
//! | `POST /control/machines/{id or name}/shut-down` | shuts it down from inside |
//! | `GET /control/requests?contains=` | every request that holds the text anywhere |
//! | `POST /control/faults`, `DELETE /control/faults/{id}` | adds or removes a fault |
//! | `PUT /control/charges` | what a cloud charges for a day (UTC): `cloud`, `day`, `usd_micros` |
//! | `PUT /control/settings` | how the clouds behave |
//! | `POST /control/reset` | forgets machines, keys, charges, faults and requests |

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::bill::Charged;
use super::call::Site;
use super::machine::Machine;
use super::world::{Inner, Settings, now_ms};
use crate::BoxError;
use crate::faults;

pub(super) fn router(site: Site) -> Router {
    let faults = faults::router(site.faults.clone(), |_| true);
    Router::new()
        .route("/control/machines", get(machines))
        .route("/control/machines/{machine}/vanish", post(vanish))
        .route("/control/machines/{machine}/shut-down", post(shut_down))
        .route("/control/requests", get(requests))
        .route("/control/charges", put(charge))
        .route("/control/settings", put(set))
        .route("/control/reset", post(reset))
        .with_state(site)
        .merge(faults)
}

fn done<T: Serialize>(changed: Result<T, BoxError>) -> Response {
    match changed {
        Ok(made) => Json(made).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn machines(State(site): State<Site>) -> Json<Value> {
    let machines = site.world.see(|inner| {
        let now_ms = now_ms();
        let told = |machine: &Machine| {
            json!({
                "id": machine.id,
                "cloud": machine.cloud,
                "name": machine.name,
                "instance_type": machine.instance_type,
                "region": machine.region,
                "ip": machine.ip,
                "status": machine.status(now_ms),
                "user_data": machine.user_data,
                "ssh_key_names": machine.ssh_key_names,
            })
        };
        inner.state.machines.iter().map(told).collect::<Vec<_>>()
    });
    Json(json!({ "machines": machines }))
}

async fn vanish(State(site): State<Site>, Path(machine): Path<String>) -> Response {
    done(site.world.change(|inner| inner.vanish(&machine)))
}

async fn shut_down(State(site): State<Site>, Path(machine): Path<String>) -> Response {
    done(site.world.change(|inner| {
        let id = inner.machine(&machine).map(|machine| machine.id.clone());
        id.is_some_and(|id| inner.stop(&id).is_some())
    }))
}

async fn requests(
    State(site): State<Site>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let part = query.get("contains").map(String::as_str).unwrap_or_default();
    let requests = site.world.see(|inner| {
        let all = inner.requests.iter().filter_map(|request| serde_json::to_value(request).ok());
        all.filter(|request| request.to_string().contains(part)).collect::<Vec<_>>()
    });
    Json(json!({ "requests": requests }))
}

async fn charge(State(site): State<Site>, Json(charged): Json<Charged>) -> Response {
    done(site.world.change(|inner| inner.charge(charged)))
}

async fn set(State(site): State<Site>, Json(settings): Json<Settings>) -> Response {
    done(site.world.change(|inner| inner.state.settings = settings))
}

async fn reset(State(site): State<Site>) -> Response {
    done(site.faults.clear().and_then(|()| site.world.change(Inner::reset)))
}
