//! The OpenAPI document of the whole HTTP API, put together from its functions, the landing page's
//! board as they would answer it, and the list prices of the public pages of GPUs.

mod board;
mod gpus;
mod integers;

use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};

pub use board::board;
pub use gpus::gpus;

/// The document, as `web/openapi.json` holds it.
///
/// # Errors
///
/// When it cannot be written as JSON.
pub fn openapi() -> Result<Value, serde_json::Error> {
    let info = InfoBuilder::new()
        .title("GPUBROKER")
        .version("2")
        .description(Some("Rent a GPU as simply and as safely as paying with a card."))
        .build();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = ComponentsBuilder::new()
        .security_scheme("access_token", SecurityScheme::Http(token))
        .build();
    let whole: OpenApi = OpenApiBuilder::new().info(info).components(Some(components)).build();
    let parts = [
        api_offers::openapi(),
        api_plans::openapi(),
        api_billing::openapi(),
        api_signup::openapi(),
        api_session::openapi(),
        api_configure::openapi(),
        api_pods::openapi(),
        api_activate::openapi(),
        api_statements::openapi(),
        api_realtime::openapi(),
        api_notifications::openapi(),
    ];
    let whole = parts.into_iter().fold(whole, OpenApi::merge_from);
    let mut document = serde_json::to_value(whole)?;
    integers::spell(&mut document);
    document["openapi"] = json!("3.1.0");
    Ok(document)
}
