//! Stripe's errors. <https://docs.stripe.com/api/errors>

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refused request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Refusal {
    fn new(status: u16, error: &Value) -> Self {
        Self { status, body: json!({ "error": error }) }
    }

    pub(super) fn unauthorized() -> Self {
        let message = "Invalid API Key provided";
        Self::new(401, &json!({"type": "invalid_request_error", "message": message}))
    }

    pub(super) fn missing(what: &str, id: &str) -> Self {
        let error = json!({
            "type": "invalid_request_error",
            "code": "resource_missing",
            "message": format!("No such {what}: '{id}'"),
            "param": "id",
        });
        Self::new(404, &error)
    }

    pub(super) fn invalid(param: &str, message: &str) -> Self {
        let error = json!({"type": "invalid_request_error", "message": message, "param": param});
        Self::new(400, &error)
    }

    pub(super) fn idempotency() -> Self {
        let message = "Keys for idempotent requests can only be used with the same parameters \
                       they were first used with.";
        Self::new(400, &json!({"type": "idempotency_error", "message": message}))
    }

    pub(super) fn too_many() -> Self {
        let message = "Too many requests hit the API too quickly.";
        let error =
            json!({"type": "invalid_request_error", "code": "rate_limit", "message": message});
        Self::new(429, &error)
    }

    pub(super) fn broken(status: u16) -> Self {
        Self::new(status, &json!({"type": "api_error", "message": "Something went wrong."}))
    }

    /// A card error, in the shape that a failed payment shows as well.
    pub(super) fn card(error: &Value) -> Self {
        Self::new(402, error)
    }

    pub(super) fn with(mut self, name: &str, object: Value) -> Self {
        self.body["error"][name] = object;
        self
    }
}

pub(super) fn answered(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}
