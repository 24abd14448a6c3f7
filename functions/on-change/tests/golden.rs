//! The golden changes of tables become the golden frames, told to their owner alone.

#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::PathBuf;

use adapters::tables::connections::Audience;
use domain::Mode;
use domain::people::realtime::Channel;
use jiff::Timestamp;
use on_change::change::{Push, read};
use runtime::stream::StreamRecord;
use serde_json::Value;

fn golden(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events/on-change");
    let text = fs::read_to_string(folder.join(format!("{name}.json"))).expect("an event");
    serde_json::from_str(&text).expect("JSON")
}

fn now() -> Timestamp {
    "2026-11-21T00:00:00Z".parse().expect("a time")
}

fn record(event: Value) -> StreamRecord {
    serde_json::from_value(event).expect("a change")
}

fn told(name: &str) -> Option<Push> {
    read(&record(golden(&format!("stream-{name}"))), now()).expect("a row")
}

fn owner() -> Audience {
    Audience::Owner {
        tenant_id: "ten_01jd8x4zq2m5r7t9v0w3y6aceh".parse().expect("an id"),
        user_id: "usr_01jd8x4zq2m5r7t9v0w3y6acej".parse().expect("an id"),
    }
}

#[test]
fn each_change_becomes_its_frame_for_the_owner_and_channel_it_concerns() {
    for (name, audience, channel) in [
        ("pod-changed", owner(), Channel::Pods),
        ("pod-failed", owner(), Channel::Pods),
        ("wallet-changed", owner(), Channel::Billing),
        ("offers-changed", Audience::Everybody(Mode::Sandbox), Channel::Offers),
    ] {
        let push = told(name).expect("a frame");
        let frame = serde_json::to_value(&push.frame).expect("JSON");
        assert_eq!(frame, golden(&format!("frame-{name}")), "{name}");
        assert_eq!((push.audience, push.channel), (audience, channel), "{name}");
    }
}

#[test]
fn removals_and_rows_that_are_nobodys_news_are_not_told() {
    assert_eq!(told("removed"), None);
    assert_eq!(told("event"), None);
    let mut ticket = golden("stream-pod-changed");
    ticket["dynamodb"]["Keys"]["pk"]["S"] = "ticket#00ff".into();
    assert_eq!(read(&record(ticket), now()).expect("no error"), None);
}

#[test]
fn a_pods_frame_holds_neither_its_address_nor_its_quote_nor_its_attempts() {
    let text = golden("frame-pod-changed").to_string();
    for kept_back in ["198.51.100.7", "quote", "attempts", "machine", "tenant", "user"] {
        assert!(!text.contains(kept_back), "{kept_back} in {text}");
    }
}

#[test]
fn a_row_that_is_not_what_its_key_says_is_told_to_nobody() {
    let mut other_tenant = golden("stream-pod-changed");
    other_tenant["dynamodb"]["Keys"]["pk"]["S"] =
        "ten_01jd8x4zq2m5r7t9v0w3y6acex#pod#pod_01jd8x4zq2m5r7t9v0w3y6acek".into();
    let mut no_state = golden("stream-pod-changed");
    no_state["dynamodb"]["NewImage"]["state"]["S"] = "dreaming".into();
    let mut no_mode = golden("stream-wallet-changed");
    let pk = no_mode["dynamodb"]["Keys"]["pk"]["S"].as_str().expect("a key").to_owned();
    no_mode["dynamodb"]["Keys"]["pk"]["S"] = pk.replace("#sandbox", "#moon").into();
    for event in [other_tenant, no_state, no_mode] {
        let refused = read(&record(event), now()).err().map(|error| error.code);
        assert_eq!(refused, Some("internal"));
    }
}
