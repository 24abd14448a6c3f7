//! Every golden event reads as the type it stands for and is written back as it was, so that two
//! functions deployed at different times understand each other.

#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::PathBuf;

use contracts::deploy::{DeployPodV1, StepOutcomeV1, UnwindPodV1};
use contracts::invoice::InvoiceDueV1;
use contracts::notice::{NoticeV1, Recipient};
use contracts::payment::PaymentEventV1;
use contracts::realtime::{FrameV1, RequestV1};
use contracts::usage::UsageDueV1;
use contracts::wanted::PodWantedV1;
use domain::money::UsdMicros;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn events() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events")
}

/// Reads and writes each golden event of `function` whose name begins with `prefix`.
fn round_trip<T: DeserializeOwned + Serialize>(function: &str, prefix: &str) -> usize {
    let files = fs::read_dir(events().join(function)).expect("a folder of events");
    let mut seen = 0;
    for file in files {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.starts_with(prefix) {
            let text = fs::read_to_string(&path).expect("an event");
            let golden: Value = serde_json::from_str(&text).expect("JSON");
            let event: T = serde_json::from_value(golden.clone())
                .unwrap_or_else(|error| panic!("{function}/{name}: {error}"));
            let written = serde_json::to_value(&event).expect("JSON");
            assert_eq!(written, golden, "{function}/{name}");
            seen += 1;
        }
    }
    seen
}

#[test]
fn every_step_reads_the_deploy_it_is_given_and_answers_what_the_machine_branches_on() {
    for step in ["step-hold-funds", "step-launch-pod", "step-probe-pod", "step-mark-ready"] {
        assert_eq!(round_trip::<DeployPodV1>(step, "input"), 1, "{step}");
        assert!(round_trip::<StepOutcomeV1>(step, "output") >= 1, "{step}");
    }
}

#[test]
fn the_unwind_reads_the_deploy_with_its_error() {
    assert_eq!(round_trip::<UnwindPodV1>("step-unwind-pod", "input"), 1);
    assert_eq!(round_trip::<StepOutcomeV1>("step-unwind-pod", "output"), 1);
}

#[test]
fn every_notice_reads_back() {
    assert_eq!(round_trip::<NoticeV1>("on-notice", ""), 13);
}

#[test]
fn every_pod_wanted_and_every_minute_of_the_meter_reads_back() {
    assert_eq!(round_trip::<PodWantedV1>("on-pod-wanted", ""), 2);
    assert_eq!(round_trip::<UsageDueV1>("on-usage-due", ""), 1);
}

#[test]
fn every_month_to_close_reads_back() {
    assert_eq!(round_trip::<InvoiceDueV1>("on-invoice-due", ""), 1);
}

#[test]
fn every_frame_of_the_websocket_reads_back() {
    assert_eq!(round_trip::<FrameV1>("on-change", "frame"), 4);
    assert_eq!(round_trip::<RequestV1>("ws-message", "request"), 3);
    assert_eq!(round_trip::<FrameV1>("ws-message", "answer"), 3);
}

#[test]
fn every_payment_event_reads_back() {
    assert_eq!(round_trip::<PaymentEventV1>("on-payment-event", ""), 1);
}

/// The golden notice in `file`, and its receiver.
fn golden_notice(file: &str) -> (NoticeV1, Recipient) {
    let text = fs::read_to_string(events().join("on-notice").join(file)).expect("an event");
    let notice: NoticeV1 = serde_json::from_str(&text).expect("a notice");
    let to = Recipient { tenant_id: notice.tenant_id.clone(), user_id: notice.user_id.clone() };
    (notice, to)
}

#[test]
fn a_notice_that_is_made_twice_has_the_key_that_was_always_used() {
    let (golden, to) = golden_notice("verify-address.json");
    assert_eq!(NoticeV1::verify_address(to, "notice_01m7xj27a00000000000000000"), golden);
    let (golden, to) = golden_notice("reset-password.json");
    assert_eq!(NoticeV1::reset_password(to, "notice_01m7xj27a00000000000000000"), golden);
    let (golden, to) = golden_notice("address-in-use.json");
    let day = Timestamp::from_second(20_777 * 86_400 + 3).expect("an instant");
    assert_eq!(NoticeV1::address_in_use(to, day), golden);
    let (golden, to) = golden_notice("topped-up.json");
    let top_up = "top_01m7xj289xxdzepe4qvet7jvee".parse().expect("an identifier");
    assert_eq!(NoticeV1::topped_up(to, &top_up, UsdMicros(20_000_000)), golden);
}
