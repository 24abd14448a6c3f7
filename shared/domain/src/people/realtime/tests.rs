use super::*;

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn ticket() -> Ticket {
    Ticket {
        tenant_id: TenantId::new(at(0), [1; 10]),
        user_id: UserId::new(at(0), [2; 10]),
        mode: Mode::Sandbox,
        host: "demo.example".to_owned(),
        expires_at: Ticket::expiry(at(100)),
    }
}

fn code<T>(result: Result<T, Error>) -> Option<(Kind, &'static str)> {
    result.err().map(|error| (error.kind, error.code))
}

const REFUSED: Option<(Kind, &str)> = Some((Kind::Unauthenticated, "ticket_invalid"));

#[test]
fn a_ticket_is_good_for_half_a_minute_and_not_a_moment_longer() {
    let ticket = ticket();
    assert!(ticket.redeem("c1", None, at(100)).is_ok());
    let last = at(130) - SignedDuration::from_millis(1);
    assert!(ticket.redeem("c1", None, last).is_ok());
    assert_eq!(code(ticket.redeem("c1", None, at(130))), REFUSED);
}

#[test]
fn a_ticket_opens_nothing_at_another_host() {
    let ticket = ticket();
    assert!(ticket.redeem("c1", Some("demo.example"), at(100)).is_ok());
    assert_eq!(code(ticket.redeem("c1", Some("other.example"), at(100))), REFUSED);
}

#[test]
fn a_connection_is_its_ticket_owners_and_listens_to_nothing_yet() {
    let ticket = ticket();
    let connection = ticket.redeem("c1", None, at(101)).expect("a connection");
    assert_eq!((connection.tenant_id, connection.user_id), (ticket.tenant_id, ticket.user_id));
    assert_eq!((connection.mode, connection.connected_at), (Mode::Sandbox, at(101)));
    assert!(connection.channels.is_empty());
}

#[test]
fn a_connection_is_counted_for_two_hours_and_its_rows_stay_a_little_longer() {
    let connection = ticket().redeem("c1", None, at(100)).expect("a connection");
    assert!(connection.may_live(at(100 + 7_199)));
    assert!(!connection.may_live(at(100 + 7_200)));
    assert_eq!(connection.forget_at(), at(100 + 7_800));
}

#[test]
fn listening_changes_once_and_counts_the_change() {
    let open = ticket().redeem("c1", None, at(100)).expect("a connection");
    let both = BTreeSet::from([Channel::Pods, Channel::Billing]);
    let listening = open.subscribed(&both).expect("a change");
    assert_eq!((&listening.channels, listening.version), (&both, 2));
    assert_eq!(listening.subscribed(&BTreeSet::from([Channel::Pods])), None);
    let less = listening.unsubscribed(&BTreeSet::from([Channel::Pods])).expect("a change");
    assert_eq!((less.channels.len(), less.version), (1, 3));
    assert_eq!(less.unsubscribed(&BTreeSet::from([Channel::Offers])), None);
}

#[test]
fn a_ticket_is_43_url_characters_and_its_hash_tells_nothing_of_it() {
    let text = ticket_text([251; SECRET_BYTES]);
    assert_eq!(text.len(), 43);
    assert!(is_ticket(&text));
    let hash = ticket_hash(&text);
    assert_eq!(hash.len(), 64);
    assert_ne!(hash, ticket_hash(&ticket_text([250; SECRET_BYTES])));
    for wrong in ["", "a b", "ticket#x", &"a".repeat(65)] {
        assert!(!is_ticket(wrong), "{wrong}");
    }
}

#[test]
fn each_channel_is_spelled_in_keys_as_in_frames() {
    for channel in [Channel::Pods, Channel::Billing, Channel::Offers, Channel::System] {
        let written = serde_json::to_value(channel).expect("a name");
        assert_eq!(written, channel.name());
    }
}

#[test]
fn pods_and_billing_are_ones_own_and_the_rest_is_everybodys() {
    let own = [Channel::Pods, Channel::Billing, Channel::Offers, Channel::System];
    assert_eq!(own.map(Channel::is_own), [true, true, false, false]);
}

#[test]
fn twenty_connections_are_open_at_a_time_and_those_that_are_over_do_not_count() {
    let opened = |secs| {
        let ticket = Ticket { expires_at: Ticket::expiry(at(secs)), ..ticket() };
        ticket.redeem("c1", None, at(secs)).expect("a ticket that is good")
    };
    let room = |open: &[Connection], secs| code(check_room(open, at(secs)));
    let full = Some((Kind::RateLimited, "too_many_connections"));
    let all = vec![opened(100); CONNECTIONS_MAX + 1];
    assert_eq!(room(&all[..CONNECTIONS_MAX - 1], 200), None);
    assert_eq!(room(&all[..CONNECTIONS_MAX], 200), full);
    assert_eq!(room(&all, 200), full);
    assert_eq!(room(&all, 100 + 7_199), full);
    assert_eq!(room(&all, 100 + 7_200), None, "two hours later they are over");
}
