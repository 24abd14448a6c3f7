//! What happened to all pods of a person is one list, and pods that ended can be left out.

use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Stack, User, until};

/// Every page of `path`, each of at most `limit`.
async fn pages(user: &User, path: &str, limit: u8) -> Outcome<Vec<Value>> {
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("{path}limit={limit}{next}");
        let page = user.get(&path).await?.with_status(200)?;
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next_cursor"].as_str() {
            None => return Ok(all),
            Some(cursor) => next = format!("&cursor={cursor}"),
        }
    }
}

/// A pod's history as the activity tells it, the newest first.
async fn told(user: &User, pod: &str) -> Outcome<Vec<Value>> {
    let gpu = user.pod(pod).await?["gpu"].clone();
    let told = |event: &Value| {
        json!({
            "at": event["at"], "kind": event["kind"], "message": event["message"],
            "pod_id": pod, "pod_name": "trial", "gpu": gpu,
        })
    };
    Ok(user.events(pod).await?.iter().rev().map(told).collect())
}

fn ids(pods: &[Value]) -> Vec<&str> {
    pods.iter().filter_map(|pod| pod["id"].as_str()).collect()
}

#[tokio::test]
async fn what_happened_to_all_pods_is_one_list_and_the_ended_ones_can_be_left_out() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let other = stack.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let first = user.deploy(&offer, None).await?;
    user.settled(&first, "ready").await?;
    let token = stack.activation_token(&first).await?;
    user.try_activate(&first, &token).await?.with_status(200)?;
    user.delete(&format!("/pods/{first}")).await?.with_status(202)?;
    until("its end", async || Ok((user.pod(&first).await?["state"] == "terminated").then_some(())))
        .await?;
    let second = user.deploy(&offer, None).await?;
    user.settled(&second, "ready").await?;

    let expected = [told(&user, &second).await?, told(&user, &first).await?].concat();
    assert!(expected.len() > 10, "{expected:?}");
    // An index follows its table a moment later.
    let all = until("all that happened", async || {
        let all = pages(&user, "/activity?", 100).await?;
        Ok((all.len() >= expected.len()).then_some(all))
    })
    .await?;
    assert_eq!(all, expected);
    assert_eq!(pages(&user, "/activity?", 3).await?, expected);
    let page = user.get("/activity").await?.with_status(200)?;
    assert_eq!(page["items"][0], expected[0]);
    assert_eq!(other.get("/activity").await?.with_status(200)?["items"], json!([]));

    for (path, wanted) in [
        ("/pods?", vec![second.as_str(), &first]),
        ("/pods?live=false&", vec![&second, &first]),
        ("/pods?live=true&", vec![&second]),
    ] {
        for limit in [1, 2, 50] {
            assert_eq!(ids(&pages(&user, path, limit).await?), wanted, "{path} {limit}");
        }
    }
    assert_eq!(other.get("/pods?live=true").await?.with_status(200)?["items"], json!([]));
    Ok(())
}

#[tokio::test]
async fn what_is_asked_of_the_activity_keeps_the_limits() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    for limit in ["0", "101"] {
        let path = format!("/activity?limit={limit}");
        user.get(&path).await?.refused(400, "invalid_limit")?;
    }
    for cursor in ["x", "", "dHJhbnNhY3Rpb24j", &"x".repeat(300)] {
        user.get(&format!("/activity?cursor={cursor}")).await?.refused(400, "invalid_cursor")?;
    }
    user.get("/pods?live=perhaps").await?.refused(400, "invalid_query")?;
    user.get("/activity?pod=1").await?.refused(400, "invalid_query")
}
