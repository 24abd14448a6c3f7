//! The course of one call: what a fault makes of it before and after its effect.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::language::{Fault, Lie, Refusal, What, When};

/// Longer than any caller waits.
const NO_ANSWER: Duration = Duration::from_mins(5);
/// What is left of an answer that breaks off.
const BROKEN_OFF: &str = "{\"data\": [";

/// An answer on its way to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON, unless it is malformed on purpose.
    pub body: String,
}

impl Answer {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, body: body.to_string() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(CONTENT_TYPE, "application/json")], self.body).into_response()
    }
}

/// What becomes of a call, told by the fault that struck it, if any.
#[derive(Clone, Debug)]
pub struct Course<F = fn(Refusal) -> Answer> {
    fault: Option<(When, What)>,
    refused: F,
}

impl<F: Fn(Refusal) -> Answer> Course<F> {
    /// The course of a call struck by `fault`, at a fake that refuses in the words of `refused`.
    #[must_use]
    pub fn new(fault: Option<Fault>, refused: F) -> Self {
        Self { fault: fault.map(|fault| (fault.when, fault.what)), refused }
    }

    /// What happens before the effect; an answer replaces it.
    pub async fn before(&self) -> Option<Answer> {
        let Some((When::Before, what)) = &self.fault else { return None };
        match what {
            What::Slow { millis } => {
                tokio::time::sleep(Duration::from_millis(*millis)).await;
                None
            }
            What::Silent => {
                tokio::time::sleep(NO_ANSWER).await;
                Some((self.refused)(Refusal::Status { status: 504 }))
            }
            What::Malformed => Some(Answer { status: 200, body: BROKEN_OFF.to_owned() }),
            What::Refuse { refusal } => Some((self.refused)(*refusal)),
            What::Twice { .. } | What::Lie { .. } => None,
        }
    }

    /// How often the effect takes place.
    #[must_use]
    pub fn effects(&self) -> u32 {
        match self.fault {
            Some((_, What::Twice { more })) => more.saturating_add(1),
            _ => 1,
        }
    }

    /// Whether a payment is to be declined before money moves. A fake that can do so leaves the
    /// traces of a failed payment instead of what [`Course::before`] answers.
    #[must_use]
    pub fn declines(&self) -> bool {
        matches!(self.fault, Some((When::Before, What::Refuse { refusal: Refusal::Declined })))
    }

    /// What the fake is to lie about.
    #[must_use]
    pub fn lie(&self) -> Option<&Lie> {
        match &self.fault {
            Some((_, What::Lie { lie })) => Some(lie),
            _ => None,
        }
    }

    /// What becomes of the answer after the effect.
    pub async fn after(&self, answer: Answer) -> Answer {
        match &self.fault {
            Some((_, What::Lie { lie: Lie::Field { pointer, value } })) => {
                lied(answer, pointer, value)
            }
            Some((When::After, What::Slow { millis })) => {
                tokio::time::sleep(Duration::from_millis(*millis)).await;
                answer
            }
            Some((When::After, What::Silent)) => {
                tokio::time::sleep(NO_ANSWER).await;
                answer
            }
            Some((When::After, What::Malformed)) => {
                Answer { body: BROKEN_OFF.to_owned(), ..answer }
            }
            Some((When::After, What::Refuse { refusal })) => (self.refused)(*refusal),
            _ => answer,
        }
    }
}

fn lied(answer: Answer, pointer: &str, value: &Value) -> Answer {
    let mut told: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    match told.pointer_mut(pointer) {
        Some(field) => {
            *field = value.clone();
            Answer::json(answer.status, &told)
        }
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(refusal: Refusal) -> Answer {
        Answer::json(503, &json!({ "refusal": refusal }))
    }

    /// What replaces the effect, and what becomes of its answer, under a fault.
    async fn course(fault: Fault) -> (Option<Answer>, Answer) {
        let course = Course::new(Some(fault), refused);
        (course.before().await, course.after(truth()).await)
    }

    fn truth() -> Answer {
        Answer::json(200, &json!({"price": 1}))
    }

    fn broken_off() -> Answer {
        Answer { status: 200, body: BROKEN_OFF.to_owned() }
    }

    #[tokio::test]
    async fn a_fault_strikes_on_its_side_of_the_effect() {
        let down = Refusal::Status { status: 503 };
        for (fault, spoilt) in
            [(Fault::malformed(), broken_off()), (Fault::refuse(down), refused(down))]
        {
            assert_eq!(course(fault.clone()).await, (Some(spoilt.clone()), truth()), "{fault:?}");
            assert_eq!(course(fault.after()).await, (None, spoilt));
        }
        let short = Duration::from_millis(40);
        for fault in [Fault::slow(40), Fault::slow(40).after()] {
            let began = tokio::time::Instant::now();
            assert_eq!(course(fault.clone()).await, (None, truth()));
            assert!(began.elapsed() >= short, "{fault:?}");
        }
        let silent = |fault| Course::new(Some(fault), refused);
        let before = silent(Fault::silent());
        assert!(tokio::time::timeout(short, before.before()).await.is_err());
        let after = silent(Fault::silent().after());
        assert_eq!(after.before().await, None, "the effect takes place");
        assert!(tokio::time::timeout(short, after.after(truth())).await.is_err());
    }

    #[tokio::test]
    async fn a_lie_and_a_repetition_leave_the_rest_as_it_is() {
        let field =
            |pointer: &str| Fault::lie(Lie::Field { pointer: pointer.into(), value: json!(9) });
        let lied = Answer::json(200, &json!({"price": 9}));
        assert_eq!(course(field("/price")).await, (None, lied));
        assert_eq!(course(field("/name")).await, (None, truth()));
        let twice = Course::new(Some(Fault::twice(2)), refused);
        assert_eq!((twice.effects(), twice.lie(), twice.declines()), (3, None, false));
        let plain = Course::new(None, refused);
        assert_eq!((plain.effects(), plain.before().await), (1, None));
    }
}
