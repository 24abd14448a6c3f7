//! What happened to all pods of a user is one list, and nobody else's.

use adapters::tables::pods::{Activity, ActivityCursor};

use crate::pods::{Owner, request};
use crate::samples;
use crate::world::{Outcome, now, tenant_id, user_id};

/// Every page, each of at most `limit`.
async fn pages(owner: &Owner, limit: u8) -> Outcome<Vec<Vec<Activity>>> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let (tenant, user) = (&owner.tenant_id, &owner.user_id);
        let page = owner.pods.activity(tenant, user, cursor.as_ref(), limit).await?;
        pages.push(page.items);
        match page.next {
            None => return Ok(pages),
            // As a client hands it back.
            Some(next) => cursor = Some(ActivityCursor::decode(&next.encode())?),
        }
    }
}

#[tokio::test]
async fn what_happened_to_two_pods_is_one_list_newest_first_without_repeats_or_gaps() -> Outcome<()>
{
    let owner = Owner::new().await?;
    let first = owner.open(&owner.quote().await?, request("one")).await?;
    owner.end(&first).await?;
    let second = owner.open(&owner.quote().await?, request("two")).await?;
    owner
        .pods
        .change(&owner.tenant_id, &second.id, |pod| samples::running(pod, now()).map(Some))
        .await?;
    let all = pages(&owner, 100).await?.concat();
    let told: Vec<_> = all.iter().map(|it| (it.event.kind.as_str(), &it.pod_id)).collect();
    let expected = [
        ("pod.running", &second.id),
        ("pod.pending", &second.id),
        ("pod.terminated", &first.id),
        ("pod.terminating", &first.id),
        ("pod.pending", &first.id),
    ];
    assert_eq!(told, expected);
    assert!(all.iter().all(|it| (it.pod_name.as_str(), it.gpu.as_str()) == ("trial", "H100 SXM")));
    assert!(all.is_sorted_by(|one, next| one.event.at >= next.event.at));
    let by_two = pages(&owner, 2).await?;
    assert_eq!(by_two.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(by_two.concat(), all);
    // A pod's own history is what it was.
    let history: Vec<_> = all.iter().rev().filter(|it| it.pod_id == first.id).collect();
    let history: Vec<_> = history.into_iter().map(|it| it.event.clone()).collect();
    assert_eq!(owner.pods.events(&first).await?, history);
    Ok(())
}

#[tokio::test]
async fn what_happened_to_the_pods_of_another_is_not_shown() -> Outcome<()> {
    let owner = Owner::new().await?;
    owner.open(&owner.quote().await?, request("key")).await?;
    for (tenant, user) in
        [(owner.tenant_id.clone(), user_id()?), (tenant_id()?, owner.user_id.clone())]
    {
        let page = owner.pods.activity(&tenant, &user, None, 10).await?;
        assert_eq!((page.items, page.next), (Vec::new(), None));
    }
    assert_eq!(pages(&owner, 10).await?.concat().len(), 1);
    Ok(())
}
