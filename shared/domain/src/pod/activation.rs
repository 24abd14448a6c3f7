//! Activation: until when, and the mails that carry its link.

use jiff::{SignedDuration, Timestamp};

use super::{ActivationMails, Pod, PodState, Transition, Wanted, out_of_turn};
use crate::{Error, Kind};

/// How often the owner of a pod may have its activation mail sent again.
pub const MAILS_AGAIN_MAX: u32 = 5;
/// Seconds between one activation mail and the next.
pub const MAIL_AGAIN_SECS: i64 = 60;
/// Seconds that a mailed link must have worked for its lapse to count.
const MAILED_SECS_MIN: i64 = 300;

impl Pod {
    /// Whether it can be activated at `now`.
    ///
    /// # Errors
    ///
    /// 409 `activation_used` once it runs or ran, 410 `activation_expired` past the deadline or
    /// once it failed, 409 `pod_state` before it is ready.
    pub fn check_activation(&self, now: Timestamp) -> Result<(), Error> {
        let expired = || {
            let message = "The time to activate this pod is over. Deploy it again.";
            Err(Error::new(Kind::Gone, "activation_expired", message))
        };
        match self.state {
            PodState::Ready => {}
            PodState::Failed => return expired(),
            PodState::Pending | PodState::Provisioning => {
                return Err(out_of_turn(self, "be activated"));
            }
            PodState::Running
            | PodState::Stopping
            | PodState::Stopped
            | PodState::Terminating
            | PodState::Terminated => {
                let message = "This pod has already been activated.";
                return Err(Error::conflict("activation_used", message));
            }
        }
        let over = self.deadline_at.is_none_or(|deadline| now >= deadline);
        if over || self.wanted != Wanted::Running { expired() } else { Ok(()) }
    }

    /// Notes that its owner wants the activation mail once more.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::check_activation`]; 409 `activation_mails_used` after the last one that is
    /// allowed; 429 `activation_mail_wait` within [`MAIL_AGAIN_SECS`] of the one before.
    pub fn mail_activation_again(self, now: Timestamp) -> Result<Transition, Error> {
        self.check_activation(now)?;
        let ActivationMails { asked, asked_at } = self.activation_mails;
        if asked >= MAILS_AGAIN_MAX {
            let message = format!(
                "This email was sent again {MAILS_AGAIN_MAX} times. Activate the pod on its page."
            );
            return Err(Error::conflict("activation_mails_used", message));
        }
        let wait = SignedDuration::from_secs(MAIL_AGAIN_SECS);
        if asked_at.or(self.ready_at).is_some_and(|last| now < last + wait) {
            let message = "This email was sent less than a minute ago. Wait a moment, or activate \
                           the pod on its page.";
            return Err(Error::new(Kind::RateLimited, "activation_mail_wait", message));
        }
        let mails = ActivationMails { asked: asked.saturating_add(1), asked_at: Some(now) };
        let again = Self { activation_mails: mails, ..self };
        Ok(again.changed("pod.activation_mail", "The activation email is sent again.", now))
    }

    /// Whether its activation mail left its owner enough time: [`MAILED_SECS_MIN`], or half of the
    /// time there was where that is shorter, since the mail always follows its beginning.
    pub(super) fn was_mailed_in_time(&self) -> bool {
        let (Some(ready_at), Some(until)) = (self.ready_at, self.activation_until) else {
            return false;
        };
        let least =
            (until.duration_since(ready_at) / 2).min(SignedDuration::from_secs(MAILED_SECS_MIN));
        self.activation_mailed_at.is_some_and(|mailed_at| until.duration_since(mailed_at) >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Reason;
    use crate::pod::tests::address;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    /// A pod that was ready at 0 and can be activated for so many seconds.
    fn ready(secs: u32) -> Pod {
        let (state, address) = (PodState::Provisioning, Some(address()));
        let reached = Pod { state, address, ..sample::pod(1) };
        reached.answered(secs, at(0)).expect("reached").pod
    }

    fn refusal(pod: Pod, secs: i64) -> Option<&'static str> {
        pod.mail_activation_again(at(secs)).err().map(|error| error.code)
    }

    #[test]
    fn the_mail_is_sent_again_once_a_minute_and_five_times() {
        assert_eq!(refusal(ready(900), 59), Some("activation_mail_wait"));
        let mut pod = ready(900);
        for number in 1..=5 {
            let next = number * 60;
            assert_eq!(refusal(pod.clone(), next - 1), Some("activation_mail_wait"), "{number}");
            let again = pod.mail_activation_again(at(next)).expect("a minute later");
            assert_eq!(again.event.kind, "pod.activation_mail");
            pod = again.pod;
        }
        assert_eq!(pod.activation_mails, ActivationMails { asked: 5, asked_at: Some(at(300)) });
        assert_eq!(pod.activation_until, Some(at(900)), "a mail gives no more time");
        assert_eq!(refusal(pod.clone(), 301), Some("activation_mails_used"));
        assert_eq!(refusal(pod, 899), Some("activation_mails_used"));
    }

    #[test]
    fn a_pod_that_cannot_be_activated_is_mailed_no_link() {
        let booting = Pod { state: PodState::Provisioning, ..ready(900) };
        assert_eq!(refusal(booting, 100), Some("pod_state"));
        assert_eq!(refusal(ready(900), 900), Some("activation_expired"));
        let cancelled = ready(900).want_gone(None, at(1)).expect("a change").pod;
        assert!(cancelled.mail_activation_again(at(100)).is_err());
        let failed = ready(900).fail(Reason::new("x", "x"), at(1)).expect("it never ran").pod;
        assert_eq!(refusal(failed, 100), Some("activation_expired"));
        let running = ready(900).activate(at(1)).expect("in time").pod;
        assert_eq!(refusal(running, 100), Some("activation_used"));
    }

    #[test]
    fn a_mail_is_in_time_with_five_minutes_left_or_half_of_a_shorter_time() {
        let in_time = |secs, mailed: Option<i64>| {
            let pod = Pod { activation_mailed_at: mailed.map(at), ..ready(secs) };
            let over = at(i64::from(secs) + 60);
            let failed = pod.fail(Reason::new("x", "x"), over).expect("it never ran").pod;
            failed.was_mailed_in_time()
        };
        assert!(in_time(900, Some(1)));
        assert!(in_time(900, Some(600)));
        assert!(!in_time(900, Some(601)));
        assert!(!in_time(900, Some(901)), "once it was over");
        assert!(!in_time(900, None));
        assert!(in_time(120, Some(60)));
        assert!(!in_time(120, Some(61)));
    }

    #[test]
    fn what_was_mailed_is_left_out_until_then() {
        let stored = |pod: &Pod| serde_json::to_value(pod).expect("JSON");
        assert_eq!(stored(&ready(900)).get("activation_mailed_at"), None);
        let mailed = Pod { activation_mailed_at: Some(at(1)), ..ready(900) };
        let read: Pod = serde_json::from_value(stored(&mailed)).expect("a pod");
        assert_eq!(read, mailed);
    }
}
