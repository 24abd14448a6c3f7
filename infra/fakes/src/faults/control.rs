//! `/control/faults`: where faults are added and removed, the same at every fake.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::kept::Faults;
use super::language::{Fault, Refusal, What};
use crate::BoxError;

#[derive(Clone)]
struct Control {
    faults: Arc<Faults>,
    expresses: fn(&Fault) -> bool,
}

/// The routes of a fake's faults; `expresses` says which ones it can commit.
pub fn router(faults: Arc<Faults>, expresses: fn(&Fault) -> bool) -> Router {
    Router::new()
        .route("/control/faults", post(add))
        .route("/control/faults/{id}", delete(remove))
        .with_state(Control { faults, expresses })
}

/// Whether any server could commit it.
fn is_sound(fault: &Fault) -> bool {
    match fault.what {
        What::Refuse { refusal: Refusal::Status { status } } => (500..600).contains(&status),
        What::Twice { more } => more > 0,
        _ => true,
    }
}

async fn add(State(control): State<Control>, Json(fault): Json<Fault>) -> Response {
    if is_sound(&fault) && (control.expresses)(&fault) {
        return done(control.faults.add(fault).map(|id| json!({ "id": id })));
    }
    let refusal = format!("This fake cannot commit {fault:?}.");
    (StatusCode::UNPROCESSABLE_ENTITY, refusal).into_response()
}

async fn remove(State(control): State<Control>, Path(id): Path<u64>) -> Response {
    done(control.faults.remove(id))
}

fn done<T: Serialize>(changed: Result<T, BoxError>) -> Response {
    match changed {
        Ok(made) => Json(made).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
