//! What is read of an event. Everything else is fetched again when it matters, so an event of
//! any version of Stripe's API is understood.

use adapters::tables::payment_events::StoredEvent;
use domain::Error;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// Longest identifier Stripe makes. <https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backwards-compatible>
const ID_LEN_MAX: usize = 255;

/// The outside of an event.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    pub(crate) livemode: bool,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    id: Option<String>,
    #[serde(rename = "object")]
    kind: Option<String>,
    customer: Option<Value>,
}

pub(crate) fn invalid(why: impl Into<String>) -> Error {
    let mut error =
        Error::invalid("event_invalid", "This is not an event from the payment provider.");
    error.source = Some(why.into().into());
    error
}

impl Envelope {
    pub(crate) fn read(payload: &str) -> Result<Self, Error> {
        let envelope: Self = serde_json::from_str(payload).map_err(|error| {
            invalid(format!("line {}, column {}", error.line(), error.column()))
        })?;
        let fits = |text: &str| {
            let is_of_id = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
            !text.is_empty() && text.len() <= ID_LEN_MAX && text.bytes().all(is_of_id)
        };
        if fits(&envelope.id) && fits(&envelope.kind) {
            return Ok(envelope);
        }
        Err(invalid("its identifier or type is not as Stripe makes them"))
    }

    /// What is kept of it.
    pub(crate) fn stored(&self, received_at: Timestamp) -> Result<StoredEvent, Error> {
        let object = &self.data.object;
        // Either the customer's identifier or, where it was expanded, the customer.
        let customer = object.customer.as_ref();
        let named = customer.and_then(|customer| customer["id"].as_str().or(customer.as_str()));
        let is_customer = object.kind.as_deref() == Some("customer");
        let customer_id = if is_customer { object.id.clone() } else { named.map(str::to_owned) };
        Ok(StoredEvent {
            kind: self.kind.clone(),
            object_id: object.id.clone(),
            customer_id,
            created_at: Timestamp::from_second(self.created)
                .map_err(|error| invalid(error.to_string()))?,
            received_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(object: &str) -> String {
        format!(
            r#"{{"id":"evt_1","type":"invoice.paid","created":1700000000,"livemode":false,
            "api_version":"2019-01-01","data":{{"object":{object}}}}}"#
        )
    }

    fn stored(object: &str) -> StoredEvent {
        let envelope = Envelope::read(&event(object)).expect("an envelope");
        envelope.stored(Timestamp::UNIX_EPOCH).expect("an event")
    }

    #[test]
    fn an_event_of_any_version_tells_what_it_is_about() {
        let plain = stored(r#"{"id":"in_1","object":"invoice","customer":"cus_1","new":[1]}"#);
        assert_eq!(plain.object_id.as_deref(), Some("in_1"));
        assert_eq!(plain.customer_id.as_deref(), Some("cus_1"));
        let expanded = stored(r#"{"id":"in_1","object":"invoice","customer":{"id":"cus_2"}}"#);
        assert_eq!(expanded.customer_id.as_deref(), Some("cus_2"));
        let customer = stored(r#"{"id":"cus_3","object":"customer"}"#);
        assert_eq!(customer.customer_id.as_deref(), Some("cus_3"));
        assert_eq!(stored("{}").object_id, None);
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let good = event("{}");
        for (from, to) in [("evt_1", ""), ("evt_1", "a#b"), ("1700000000", "\"now\"")] {
            let text = good.replace(from, to);
            assert_eq!(Envelope::read(&text).expect_err(&text).code, "event_invalid");
        }
        let far = Envelope::read(&good.replace("1700000000", "9223372036854775807"));
        assert!(far.expect("an envelope").stored(Timestamp::UNIX_EPOCH).is_err());
    }
}
