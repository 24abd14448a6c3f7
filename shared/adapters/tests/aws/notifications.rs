//! A notice counts as sent once, what is kept of it is kept once, and reading only goes forward.

use adapters::tables::notifications::{Notifications, Reader, UNREAD_MAX};
use domain::id::NotificationId;
use domain::people::notification::{Notification, NotificationKind, id_of};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Outcome, World, code, now, tenant_id, user_id};

async fn inbox() -> Outcome<(Notifications, Reader)> {
    let world = World::from_env().await?;
    let reader = Reader { tenant_id: tenant_id()?, user_id: user_id()? };
    Ok((Notifications::new(&world.aws, world.output("AccountsTable")?), reader))
}

fn notification(key: &str, at: Timestamp) -> Notification {
    Notification {
        id: id_of(key, at),
        at,
        kind: NotificationKind::PodRunning,
        title: format!("{key} is running"),
        text: "You find its connection details on its page.".into(),
        pod_id: None,
        machine: None,
    }
}

/// Sends this many, a second apart; the oldest first.
async fn sent(inbox: &Notifications, reader: &Reader, count: u8) -> Outcome<Vec<Notification>> {
    let mut all = Vec::new();
    for number in 0..count {
        let key = format!("running#{number}");
        let kept = notification(&key, now() + SignedDuration::from_secs(i64::from(number)));
        inbox.mark_sent(reader, &key, kept.at, Some(&kept)).await?;
        all.push(kept);
    }
    Ok(all)
}

async fn unread(inbox: &Notifications, reader: &Reader) -> Outcome<u32> {
    let read_up_to = inbox.read_up_to(reader).await?;
    Ok(inbox.count_after(reader, read_up_to.as_ref()).await?)
}

#[tokio::test]
async fn a_notice_counts_as_sent_once_it_was_marked_and_only_in_its_tenant() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    let tenant = &reader.tenant_id;
    assert!(!inbox.was_sent(tenant, "verify#1").await?);
    for _ in 0..2 {
        inbox.mark_sent(&reader, "verify#1", now(), None).await?;
    }
    assert!(inbox.was_sent(tenant, "verify#1").await?);
    assert!(!inbox.was_sent(tenant, "verify#2").await?);
    assert!(!inbox.was_sent(&tenant_id()?, "verify#1").await?);
    assert_eq!(inbox.list(&reader, None, 10).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_notice_that_was_mailed_twice_is_kept_once() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    let first = notification("running#1", now());
    let again = notification("running#1", now() + SignedDuration::from_secs(60));
    assert_ne!(first.id, again.id);
    for kept in [&first, &again, &first] {
        inbox.mark_sent(&reader, "running#1", kept.at, Some(kept)).await?;
    }
    assert_eq!(inbox.list(&reader, None, 10).await?, [first]);
    Ok(())
}

#[tokio::test]
async fn pages_are_newest_first_without_repeats_or_gaps() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    let mut all = sent(&inbox, &reader, 5).await?;
    all.reverse();
    // How far one has read lies beside them and is none of them.
    inbox.mark_read(&reader, &all[2].id).await?;
    let (mut paged, mut before): (Vec<Notification>, Option<NotificationId>) = (Vec::new(), None);
    for length in [2, 2, 1, 0] {
        let page = inbox.list(&reader, before.as_ref(), 2).await?;
        assert_eq!(page.len(), length);
        before = page.last().map(|last| last.id.clone()).or(before);
        paged.extend(page);
    }
    assert_eq!(paged, all);
    Ok(())
}

#[tokio::test]
async fn what_is_read_stays_read_and_the_rest_is_counted() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    assert_eq!(unread(&inbox, &reader).await?, 0);
    let all = sent(&inbox, &reader, 4).await?;
    assert_eq!(unread(&inbox, &reader).await?, 4);
    for (number, left) in [(1, 2), (2, 1), (0, 1), (2, 1), (3, 0)] {
        inbox.mark_read(&reader, &all[number].id).await?;
        assert_eq!(unread(&inbox, &reader).await?, left, "up to {number}");
    }
    assert_eq!(inbox.read_up_to(&reader).await?.as_ref(), Some(&all[3].id));
    Ok(())
}

#[tokio::test]
async fn no_more_than_a_hundred_unread_are_counted() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    sent(&inbox, &reader, UNREAD_MAX + 1).await?;
    assert_eq!(unread(&inbox, &reader).await?, u32::from(UNREAD_MAX));
    Ok(())
}

#[tokio::test]
async fn nobody_sees_or_reads_the_notifications_of_another() -> Outcome<()> {
    let (inbox, reader) = inbox().await?;
    let id = sent(&inbox, &reader, 1).await?.remove(0).id;
    for other in [
        Reader { user_id: user_id()?, ..reader.clone() },
        Reader { tenant_id: tenant_id()?, ..reader.clone() },
    ] {
        assert_eq!(inbox.list(&other, None, 10).await?, []);
        assert_eq!(unread(&inbox, &other).await?, 0);
        assert_eq!(code(inbox.mark_read(&other, &id).await), Some("not_found"));
    }
    let unknown = id_of("running#0", now() + SignedDuration::from_hours(1));
    assert_eq!(code(inbox.mark_read(&reader, &unknown).await), Some("not_found"));
    assert_eq!(unread(&inbox, &reader).await?, 1);
    Ok(())
}
