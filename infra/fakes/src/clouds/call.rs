//! One call: recorded, paced, spoilt by a fault, and done.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, Method, Uri};

use super::act::{Act, Problem};
use super::perform::{made_before, perform, subject};
use super::wire::{Request, Wire};
use super::world::{Recorded, World};
use crate::faults::{Answer, Course, Faults, Lie, Refusal};

/// What all clouds of a server share.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) world: Arc<World>,
    pub(super) faults: Arc<Faults>,
}

/// The routes of one cloud.
pub(super) fn router(wire: &'static Wire, site: Site) -> Router {
    let answer = any(
        move |State(site): State<Site>,
              method: Method,
              uri: Uri,
              headers: HeaderMap,
              body: Bytes| async move {
            answer(wire, &site, &Request { method, uri, headers, body }).await
        },
    );
    Router::new()
        .route(&format!("{}/", wire.path), answer.clone())
        .route(&format!("{}/{{*rest}}", wire.path), answer)
        .with_state(site)
}

async fn answer(wire: &Wire, site: &Site, request: &Request) -> Response {
    let act = wire.read(request);
    let path = request.uri.path();
    let number = site.world.see(|inner| {
        let subject = act.as_ref().map(|act| subject(inner, wire.cloud, act));
        inner.record(Recorded {
            method: request.method.to_string(),
            path: path.strip_prefix(wire.path).unwrap_or(path).to_owned(),
            subject: subject.unwrap_or_default(),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
            status: None,
            number: 0,
        })
    });
    let answer = match act {
        Ok(act) => obey((wire, site), request, &act).await,
        Err(problem) => wire.refused(&problem),
    };
    site.world.see(|inner| inner.answered(number, answer.status));
    answer.into_response()
}

/// Does what is asked, or what a fault makes of it.
async fn obey((wire, site): (&Wire, &Site), request: &Request, act: &Act) -> Answer {
    let is_launch = matches!(act, Act::Launch(_));
    if site.world.see(|inner| inner.is_too_soon(wire.cloud, is_launch)) {
        return wire.refused(&Problem::TooSoon);
    }
    let subject = site.world.see(|inner| subject(inner, wire.cloud, act));
    let course = match site.faults.take(&subject) {
        Ok(fault) => Course::new(fault, |refusal: Refusal| wire.refused(&refusal.into())),
        Err(error) => return wire.refused(&Problem::Broken(error.to_string())),
    };
    if let Some(answer) = course.before().await {
        return answer;
    }
    // A fault may still let it happen twice, as if its cloud had forgotten the token.
    if let Some(made) = site.world.see(|inner| made_before(inner, wire.cloud, act)) {
        return course.after(wire.told(request, &made)).await;
    }
    let mut done = effect((wire, site), request, (act, course.lie()));
    for _ in 1..course.effects() {
        done = effect((wire, site), request, (act, course.lie()));
    }
    course.after(done).await
}

fn effect(
    (wire, site): (&Wire, &Site),
    request: &Request,
    (act, lie): (&Act, Option<&Lie>),
) -> Answer {
    let outcome = site.world.change(|inner| perform(inner, wire, (act, lie)));
    match outcome {
        Ok(Ok(done)) => wire.told(request, &done),
        Ok(Err(problem)) => wire.refused(&problem),
        Err(error) => wire.refused(&Problem::Broken(error.to_string())),
    }
}
