//! Who is calling, as the edge and the gateway's authorizer say.

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use domain::id::UserId;
use domain::{Error, Kind};
use lambda_http::request::RequestContext;

use super::error::ApiError;

/// The host name the person called, which names the tenant. The edge writes it into
/// `x-forwarded-host`, replacing whatever the client sent; a forged one only picks another
/// tenant's public pages, since everything else needs a membership there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Host(pub String);

/// A signed-in person, as the access token that the gateway verified names them, with the host
/// they called.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The subject of the access token that the gateway checked.
    pub user_id: UserId,
    /// The host name that was called, which names the tenant.
    pub host: Host,
}

impl<S: Send + Sync> FromRequestParts<S> for Host {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = header("x-forwarded-host").or_else(|| header(HOST.as_str())).unwrap_or_default();
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        Ok(Self(name.to_ascii_lowercase()))
    }
}

fn user_name(parts: &Parts) -> Option<&str> {
    let Some(RequestContext::ApiGatewayV2(context)) = parts.extensions.get::<RequestContext>()
    else {
        return None;
    };
    let jwt = context.authorizer.as_ref()?.jwt.as_ref()?;
    // The gateway takes identity tokens too; only an access token stands for a session.
    let is_access = jwt.claims.get("token_use").is_some_and(|kind| kind == "access");
    jwt.claims.get("username").filter(|_| is_access).map(String::as_str)
}

impl<S: Send + Sync> FromRequestParts<S> for Identity {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let user_id = user_name(parts).and_then(|name| name.parse().ok()).ok_or_else(|| {
            ApiError(Error::new(Kind::Unauthenticated, "unauthenticated", "Please sign in."))
        })?;
        let host = Host::from_request_parts(parts, state).await?;
        Ok(Self { user_id, host })
    }
}
