//! A secret that is JSON: trusted for five minutes, and never repeated.

use std::collections::BTreeMap;

use adapters::aws::secrets::JsonSecret;
use jiff::SignedDuration;

use crate::world::{Outcome, World, code, now, tenant_id};

type Words = BTreeMap<String, String>;

fn words(value: &str) -> (String, Words) {
    let words = Words::from([("key".to_owned(), value.to_owned())]);
    (format!(r#"{{"key":"{value}"}}"#), words)
}

/// The address of a secret of this test's own, which says `text`.
async fn secret(world: &World, text: &str) -> Outcome<String> {
    let name = format!("test/{}", tenant_id()?.body());
    let made = world.secrets().create_secret().name(name).secret_string(text).send().await?;
    made.arn.ok_or_else(|| "the secret has no address".into())
}

#[tokio::test]
async fn what_a_secret_says_is_trusted_for_five_minutes() -> Outcome<()> {
    let world = World::from_env().await?;
    let ((first, told), (second, told_later)) = (words("a"), words("b"));
    let arn = secret(&world, &first).await?;
    let (reader, writer) = (
        JsonSecret::<Words>::new(&world.aws, arn.clone()),
        JsonSecret::<Words>::new(&world.aws, arn),
    );
    let start = now();
    assert_eq!(*reader.get(start).await?, told);
    writer.put(&second).await?;
    assert_eq!(*writer.get(start).await?, told_later);
    assert_eq!(*reader.get(start + SignedDuration::from_secs(299)).await?, told);
    assert_eq!(*reader.get(start + SignedDuration::from_secs(300)).await?, told_later);
    Ok(())
}

#[tokio::test]
async fn a_secret_that_is_something_else_is_a_fault_of_ours_and_is_not_told() -> Outcome<()> {
    let world = World::from_env().await?;
    let arn = secret(&world, r#"["k-secret"]"#).await?;
    let wrong = JsonSecret::<Words>::new(&world.aws, arn);
    let read = wrong.get(now()).await;
    let told = format!("{wrong:?} {read:?}");
    assert!(!told.contains("k-secret"), "{told}");
    assert_eq!(code(read), Some("internal"));
    let missing = JsonSecret::<Words>::new(&world.aws, "test/no-such-secret".to_owned());
    assert_eq!(code(missing.get(now()).await), Some("unavailable"));
    Ok(())
}
