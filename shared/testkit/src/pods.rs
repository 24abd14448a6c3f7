//! Pods on their way.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Outcome, User, Visitor, fresh_address, until};

impl Visitor {
    /// The first offer of a query, as shown: `gpu=H100&sort=price_asc`.
    pub async fn offer(&self, query: &str) -> Outcome<Value> {
        let page = self.get(&format!("/offers?limit=1&{query}")).await?.with_status(200)?;
        let offer = page["items"][0]["offer"].clone();
        if offer.is_null() { Err(format!("no offer for {query}").into()) } else { Ok(offer) }
    }

    /// Holds the price of an offer with the plain template.
    pub async fn quote(&self, offer: &Value) -> Outcome<Value> {
        let asked = json!({"offer_id": offer["id"], "template_id": "ssh"});
        self.post("/pods/quotes", &asked).await?.with_status(201)
    }

    /// Tries to deploy under an idempotency key.
    pub async fn try_deploy(&self, key: &str, body: &Value) -> Outcome<Answer> {
        let headers = [("idempotency-key", key)];
        self.send(Method::POST, "/pods", &headers, Some(body.to_string())).await
    }

    /// A pod as it is now.
    pub async fn pod(&self, id: &str) -> Outcome<Value> {
        self.get(&format!("/pods/{id}")).await?.with_status(200)
    }

    /// A pod's history.
    pub async fn events(&self, id: &str) -> Outcome<Vec<Value>> {
        let page = self.get(&format!("/pods/{id}/events")).await?.with_status(200)?;
        Ok(page["items"].as_array().cloned().unwrap_or_default())
    }

    /// Waits until a pod is ready, running or over; it must then be in `state`.
    pub async fn settled(&self, id: &str, state: &str) -> Outcome<Value> {
        let pod = until(&format!("{id} to settle"), async || {
            let pod = self.pod(id).await?;
            let moving = matches!(pod["state"].as_str(), Some("pending" | "provisioning"));
            Ok((!moving).then_some(pod))
        })
        .await?;
        if pod["state"] == state { Ok(pod) } else { Err(format!("not {state}: {pod}").into()) }
    }

    /// Tries to activate a pod.
    pub async fn try_activate(&self, id: &str, token: &str) -> Outcome<Answer> {
        self.post("/pods/activate", &json!({"pod_id": id, "token": token})).await
    }
}

impl User {
    /// Quotes and deploys an offer; returns the pod's identifier.
    pub async fn deploy(&self, offer: &Value, scenario: Option<&str>) -> Outcome<String> {
        self.deploy_quoted(&self.quote(offer).await?, scenario).await
    }

    /// The same for a pod that is deployed again when its cloud takes its machine away.
    pub async fn deploy_again_when_lost(
        &self,
        offer: &Value,
        scenario: Option<&str>,
    ) -> Outcome<String> {
        let asked = json!({"offer_id": offer["id"], "template_id": "ssh", "relaunch": true});
        let quote = self.post("/pods/quotes", &asked).await?.with_status(201)?;
        self.deploy_quoted(&quote, scenario).await
    }

    async fn deploy_quoted(&self, quote: &Value, scenario: Option<&str>) -> Outcome<String> {
        let body = json!({"quote_id": quote["id"], "name": "trial", "scenario": scenario});
        let pod = self.try_deploy(&fresh_key()?, &body).await?.with_status(202)?;
        Ok(pod["id"].as_str().unwrap_or_default().to_owned())
    }

    /// The token of the mailed activation link of the pod called `name`.
    pub async fn activation_token(&self, name: &str) -> Outcome<String> {
        let subject = format!("{name} is ready");
        self.stack.mail(&self.email, &subject).await?.token()
    }
}

/// An idempotency key that was never used.
pub fn fresh_key() -> Outcome<String> {
    Ok(fresh_address("key")?.chars().filter(char::is_ascii_alphanumeric).take(40).collect())
}
