//! An address is registered once in a tenant, and a stale account is not written back.

use adapters::tables::accounts::Accounts;
use domain::id::TenantId;
use domain::money::plan::PlanId;
use domain::people::account::{Account, Email, Standing};

use crate::world::{Outcome, World, now, tenant_id, user_id};

async fn accounts() -> Outcome<(Accounts, TenantId)> {
    let world = World::from_env().await?;
    Ok((Accounts::new(&world.aws, world.output("AccountsTable")?), tenant_id()?))
}

fn account() -> Outcome<Account> {
    Ok(Account {
        user_id: user_id()?,
        email: Email::parse("ada@example.com")?,
        name: "Ada".into(),
        standing: Standing::Registering,
        email_verified: false,
        plan_wanted: PlanId::Free,
        created_at: now(),
        enrolling_until: now(),
        verification: None,
        password_reset: None,
    })
}

#[tokio::test]
async fn of_two_registrations_of_one_address_at_once_one_wins() -> Outcome<()> {
    let (accounts, tenant) = accounts().await?;
    let (one, two) = (account()?, account()?);
    let (first, second) =
        tokio::join!(accounts.begin(&tenant, &one), accounts.begin(&tenant, &two));
    let (first, second) = (first?, second?);
    assert_ne!(first, second);
    let (winner, loser) = if first { (&one, &two) } else { (&two, &one) };
    let known = accounts.by_email(&tenant, &one.email).await?;
    assert_eq!(known.map(|read| read.account).as_ref(), Some(winner));
    assert!(accounts.find(&tenant, &loser.user_id).await?.is_none(), "all or nothing");
    assert!(!accounts.begin(&tenant, loser).await?);
    Ok(())
}

#[tokio::test]
async fn the_same_address_is_free_in_another_tenant() -> Outcome<()> {
    let (accounts, tenant) = accounts().await?;
    let (account, other) = (account()?, tenant_id()?);
    assert!(accounts.begin(&tenant, &account).await?);
    assert!(accounts.by_email(&other, &account.email).await?.is_none());
    assert!(accounts.find(&other, &account.user_id).await?.is_none());
    assert!(accounts.begin(&other, &account).await?);
    Ok(())
}

#[tokio::test]
async fn an_account_that_changed_since_it_was_read_is_not_overwritten() -> Outcome<()> {
    let (accounts, tenant) = accounts().await?;
    let account = account()?;
    accounts.begin(&tenant, &account).await?;
    let stale = accounts.find(&tenant, &account.user_id).await?.ok_or("no account")?;
    let active = Account { standing: Standing::Active, ..account.clone() };
    let saved = accounts.save(&tenant, &stale, active.clone()).await?.ok_or("not saved")?;
    let late = Account { name: "Eve".into(), ..account };
    assert!(accounts.save(&tenant, &stale, late.clone()).await?.is_none());
    let kept = accounts.find(&tenant, &active.user_id).await?.map(|read| read.account);
    assert_eq!(kept.as_ref(), Some(&active));
    assert!(accounts.save(&tenant, &saved, late).await?.is_some(), "what save gave is fresh");
    Ok(())
}

#[tokio::test]
async fn a_change_that_lost_its_race_is_decided_again_on_what_is_there_now() -> Outcome<()> {
    let (accounts, tenant) = accounts().await?;
    let account = account()?;
    accounts.begin(&tenant, &account).await?;
    let stale = accounts.find(&tenant, &account.user_id).await?.ok_or("no account")?;
    let renamed = Account { name: "Eve".into(), ..account.clone() };
    accounts.save(&tenant, &stale, renamed).await?.ok_or("not saved")?;
    let activate = |account: &Account| {
        let open = account.standing != Standing::Active;
        open.then(|| Account { standing: Standing::Active, ..account.clone() })
    };
    accounts.change(&tenant, &stale, activate).await?;
    accounts.change(&tenant, &stale, activate).await?;
    let kept = accounts.find(&tenant, &account.user_id).await?.ok_or("no account")?.account;
    assert_eq!((kept.name.as_str(), kept.standing), ("Eve", Standing::Active));
    Ok(())
}
