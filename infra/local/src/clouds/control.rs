//! `/control`: what tests and the curious see and change.
//!
//! | route | does |
//! | --- | --- |
//! | `GET /control/machines` | every machine |
//! | `POST /control/machines/{id or name}/vanish` | takes it away, unasked |
//! | `GET /control/requests?contains=` | every request that names the text anywhere |
//! | `POST /control/scripts`, `DELETE /control/scripts/{id}` | adds or removes a script |
//! | `PUT /control/settings` | how the clouds behave |
//! | `POST /control/reset` | forgets machines, keys, scripts and requests |

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::script::Script;
use super::world::{Settings, World, now_ms};
use crate::BoxError;

type OfWorld = State<Arc<World>>;

pub(super) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/control/machines", get(machines))
        .route("/control/machines/{machine}/vanish", post(vanish))
        .route("/control/requests", get(requests))
        .route("/control/scripts", post(add_script))
        .route("/control/scripts/{id}", delete(remove_script))
        .route("/control/settings", put(set))
        .route("/control/reset", post(reset))
        .with_state(world)
}

fn done<T: Serialize>(changed: Result<T, BoxError>) -> Response {
    match changed {
        Ok(made) => Json(made).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn machines(State(world): OfWorld) -> Json<Value> {
    let machines = world.see(|inner| {
        let now_ms = now_ms();
        let told = |machine: &super::machine::Machine| {
            json!({
                "id": machine.id,
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

async fn vanish(State(world): OfWorld, Path(machine): Path<String>) -> Response {
    done(world.change(|inner| inner.vanish(&machine)))
}

async fn requests(
    State(world): OfWorld,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let part = query.get("contains").map(String::as_str).unwrap_or_default();
    let requests = world.see(|inner| {
        let all = inner.requests.iter().filter_map(|request| serde_json::to_value(request).ok());
        all.filter(|request| request.to_string().contains(part)).collect::<Vec<_>>()
    });
    Json(json!({ "requests": requests }))
}

async fn add_script(State(world): OfWorld, Json(script): Json<Script>) -> Response {
    done(world.change(|inner| {
        let id = inner.next_number();
        inner.state.scripts.push(Script { id, ..script });
        json!({ "id": id })
    }))
}

async fn remove_script(State(world): OfWorld, Path(id): Path<u64>) -> Response {
    done(world.change(|inner| inner.state.scripts.retain(|script| script.id != id)))
}

async fn set(State(world): OfWorld, Json(settings): Json<Settings>) -> Response {
    done(world.change(|inner| inner.state.settings = settings))
}

async fn reset(State(world): OfWorld) -> Response {
    done(world.change(super::world::Inner::reset))
}
