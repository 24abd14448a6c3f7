//! A draft is saved over the version that was read, and nobody sees another's.

use adapters::tables::drafts::Drafts;
use domain::id::{DraftId, TenantId, UserId};
use domain::pod::draft::{DRAFTS_MAX, Draft, DraftFields, check_room};
use futures_util::future::join_all;

use crate::world::{Outcome, World, code, entropy, now, tenant_id, user_id};

struct Owner {
    drafts: Drafts,
    tenant_id: TenantId,
    user_id: UserId,
}

fn fields(name: &str) -> DraftFields {
    DraftFields { name: Some(name.to_owned()), ..DraftFields::default() }
}

impl Owner {
    async fn new() -> Outcome<Self> {
        let world = World::from_env().await?;
        let drafts = Drafts::new(&world.aws, world.output("PodsTable")?);
        Ok(Self { drafts, tenant_id: tenant_id()?, user_id: user_id()? })
    }

    async fn add(&self) -> Result<Draft, domain::Error> {
        let (id, at) = (DraftId::new(now(), entropy()?), now());
        let fields = fields("trial");
        let draft = Draft { id, fields, version: 1, created_at: at, updated_at: at };
        self.drafts.add(&self.tenant_id, &self.user_id, &draft, check_room).await.map(|()| draft)
    }

    async fn save(&self, draft: &Draft) -> Result<(), domain::Error> {
        self.drafts.save(&self.tenant_id, &self.user_id, draft).await
    }

    async fn find(&self, draft: &Draft) -> Result<Draft, domain::Error> {
        self.drafts.find(&self.tenant_id, &self.user_id, &draft.id).await
    }

    async fn remove(&self, draft: &Draft) -> Result<(), domain::Error> {
        self.drafts.remove(&self.tenant_id, &self.user_id, &draft.id).await
    }
}

#[tokio::test]
async fn of_two_saves_of_one_version_at_once_one_is_told_that_the_draft_changed() -> Outcome<()> {
    let owner = Owner::new().await?;
    let draft = owner.add().await?;
    let (one, two) = (draft.edit(fields("one"), 1, now())?, draft.edit(fields("two"), 1, now())?);
    let (first, second) = tokio::join!(owner.save(&one), owner.save(&two));
    let (kept, loser) = if first.is_ok() { (&one, second) } else { (&two, first) };
    assert_eq!(code(loser), Some("draft_changed"));
    assert_eq!(&owner.find(&draft).await?, kept);
    owner.save(&kept.edit(fields("three"), 2, now())?).await?;
    assert_eq!(code(owner.save(kept).await), Some("draft_changed"));
    Ok(())
}

#[tokio::test]
async fn a_removed_draft_is_gone_and_is_not_saved_back() -> Outcome<()> {
    let owner = Owner::new().await?;
    let draft = owner.add().await?;
    owner.remove(&draft).await?;
    assert_eq!(code(owner.remove(&draft).await), Some("not_found"));
    assert_eq!(code(owner.find(&draft).await), Some("not_found"));
    let edited = draft.edit(fields("late"), 1, now())?;
    assert_eq!(code(owner.save(&edited).await), Some("draft_changed"));
    assert_eq!(code(owner.find(&draft).await), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn one_draft_past_the_limit_is_refused() -> Outcome<()> {
    let owner = Owner::new().await?;
    let first = owner.add().await?;
    for _ in 1..DRAFTS_MAX {
        owner.add().await?;
    }
    assert_eq!(code(owner.add().await), Some("too_many_drafts"));
    owner.remove(&first).await?;
    owner.add().await?;
    let kept = owner.drafts.list(&owner.tenant_id, &owner.user_id).await?;
    assert_eq!(kept.len(), DRAFTS_MAX);
    Ok(())
}

#[tokio::test]
async fn drafts_that_are_added_at_once_do_not_pass_the_limit_together() -> Outcome<()> {
    let owner = Owner::new().await?;
    for _ in 1..DRAFTS_MAX {
        owner.add().await?;
    }
    let added = join_all((0..6).map(|_| owner.add())).await.into_iter().flatten();
    assert_eq!(added.count(), 1);
    let kept = owner.drafts.list(&owner.tenant_id, &owner.user_id).await?;
    assert_eq!(kept.len(), DRAFTS_MAX);
    Ok(())
}

#[tokio::test]
async fn the_draft_of_another_is_not_found() -> Outcome<()> {
    let owner = Owner::new().await?;
    let draft = owner.add().await?;
    let other = Owner { drafts: owner.drafts.clone(), user_id: user_id()?, ..owner };
    assert_eq!(code(other.find(&draft).await), Some("not_found"));
    assert_eq!(code(other.remove(&draft).await), Some("not_found"));
    assert!(other.drafts.list(&other.tenant_id, &other.user_id).await?.is_empty());
    Ok(())
}
