//! The notification that the web app keeps of a mail.

use contracts::notice::{NoticeV1, SubjectV1};
use domain::id::PodId;
use domain::market::browse::MachineId;
use domain::people::notification::{Notification, NotificationKind, id_of};
use jiff::Timestamp;

use crate::letter::Letter;

/// The notification of the mail that went out at `sent_at`; none of the mails that carry a code or
/// belong to registering.
pub(crate) fn notification(
    notice: &NoticeV1,
    letter: &Letter,
    sent_at: Timestamp,
) -> Option<Notification> {
    let (kind, pod_id) = about(&notice.subject)?;
    Some(Notification {
        id: id_of(&notice.key, sent_at),
        at: sent_at,
        kind,
        title: letter.subject.clone(),
        text: letter.lines.join(" "),
        pod_id: pod_id.cloned(),
        machine: machine_of(&notice.subject).cloned(),
    })
}

fn machine_of(subject: &SubjectV1) -> Option<&MachineId> {
    match subject {
        SubjectV1::PriceFell { machine, .. } => Some(machine),
        _ => None,
    }
}

fn about(subject: &SubjectV1) -> Option<(NotificationKind, Option<&PodId>)> {
    use NotificationKind as Kind;
    Some(match subject {
        SubjectV1::VerifyAddress { .. }
        | SubjectV1::ResetPassword { .. }
        | SubjectV1::AddressInUse => return None,
        SubjectV1::ActivatePod { pod_id } => (Kind::ActivatePod, Some(pod_id)),
        SubjectV1::PodRunning { pod_id } => (Kind::PodRunning, Some(pod_id)),
        SubjectV1::PodStopped { pod_id, .. } => (Kind::PodStopped, Some(pod_id)),
        SubjectV1::PodEnded { pod_id, .. } => (Kind::PodEnded, Some(pod_id)),
        SubjectV1::PodFailed { pod_id, .. } => (Kind::PodFailed, Some(pod_id)),
        SubjectV1::FundsLow { pod_id, .. } => (Kind::FundsLow, Some(pod_id)),
        SubjectV1::InvoiceReady { .. } => (Kind::InvoiceReady, None),
        SubjectV1::PaymentFailed { .. } => (Kind::PaymentFailed, None),
        SubjectV1::SubscriptionChanged { .. } => (Kind::SubscriptionChanged, None),
        SubjectV1::ToppedUp { .. } => (Kind::ToppedUp, None),
        SubjectV1::PriceFell { .. } => (Kind::PriceFell, None),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The golden notices by the names of their subjects.
    fn notices() -> Vec<(String, NoticeV1)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/on-notice");
        let files = fs::read_dir(folder).expect("a folder of events");
        let notice = |file: std::io::Result<fs::DirEntry>| {
            let path = file.expect("a file").path();
            let name = path.file_stem().expect("a name").to_string_lossy().replace('-', "_");
            let text = fs::read_to_string(&path).expect("an event");
            (name, serde_json::from_str(&text).expect("a notice"))
        };
        files.map(notice).collect()
    }

    #[test]
    fn every_mail_but_those_of_codes_and_registering_is_kept_under_its_subject() {
        let letter = Letter::verify("123456");
        let notices = notices();
        assert_eq!(notices.len(), 14);
        for (name, notice) in notices {
            let kept = notification(&notice, &letter, Timestamp::UNIX_EPOCH);
            let kind = kept.map(|kept| serde_json::json!(kept.kind));
            let never = ["verify_address", "reset_password", "address_in_use"];
            let expected = (!never.contains(&name.as_str())).then(|| serde_json::json!(name));
            assert_eq!(kind, expected, "{name}");
        }
    }

    #[test]
    fn a_mails_code_and_link_are_not_kept() {
        let tenant = crate::letter::tests::tenant();
        let secrets = [Letter::verify("123456"), Letter::address_in_use(&tenant)];
        for (name, notice) in notices() {
            for letter in &secrets {
                if let Some(kept) = notification(&notice, letter, Timestamp::UNIX_EPOCH) {
                    let text = serde_json::to_string(&kept).expect("JSON");
                    assert!(kept.title == letter.subject && !kept.text.is_empty());
                    assert!(!text.contains("123456") && !text.contains(&tenant.origin), "{name}");
                }
            }
        }
    }

    #[test]
    fn what_is_about_a_pod_names_it() {
        for (name, notice) in notices() {
            let kept = notification(&notice, &Letter::verify("123456"), Timestamp::UNIX_EPOCH);
            let of_pod = name.contains("pod") || name == "funds_low";
            let names_pod = kept.is_some_and(|kept| kept.pod_id.is_some());
            assert_eq!(names_pod, of_pod, "{name}");
        }
    }
}
