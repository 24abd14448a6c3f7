//! A person keeps so many SSH keys and no more, however many are added at once.

use adapters::tables::ssh_keys::SshKeys;
use domain::id::{SshKeyId, TenantId, UserId};
use domain::people::ssh_key::{KEYS_MAX, SshKey, check_room};
use futures_util::future::join_all;

use crate::world::{Outcome, World, code, entropy, now, tenant_id, user_id};

struct Owner {
    keys: SshKeys,
    tenant_id: TenantId,
    user_id: UserId,
}

fn key(number: usize) -> Result<SshKey, domain::Error> {
    Ok(SshKey {
        id: SshKeyId::new(now(), entropy()?),
        name: format!("key {number}"),
        public_key: format!("ssh-ed25519 {number}"),
        fingerprint: format!("SHA256:{number}"),
        created_at: now(),
    })
}

impl Owner {
    async fn new() -> Outcome<Self> {
        let world = World::from_env().await?;
        let keys = SshKeys::new(&world.aws, world.output("AccountsTable")?);
        Ok(Self { keys, tenant_id: tenant_id()?, user_id: user_id()? })
    }

    async fn add(&self, number: usize) -> Result<(), domain::Error> {
        self.keys.add(&self.tenant_id, &self.user_id, &key(number)?, check_room).await
    }

    async fn count(&self) -> Outcome<usize> {
        Ok(self.keys.list(&self.tenant_id, &self.user_id).await?.len())
    }
}

#[tokio::test]
async fn keys_that_are_added_at_once_do_not_pass_the_limit_together() -> Outcome<()> {
    let owner = Owner::new().await?;
    for number in 1..KEYS_MAX {
        owner.add(number).await?;
    }
    let tries = (0..6).map(|number| owner.add(KEYS_MAX + number));
    let added = join_all(tries).await.into_iter().flatten().count();
    assert_eq!((added, owner.count().await?), (1, KEYS_MAX));
    assert_eq!(code(owner.add(KEYS_MAX + 9).await), Some("too_many_ssh_keys"));
    Ok(())
}

#[tokio::test]
async fn a_removed_key_makes_room_and_a_kept_one_is_not_added_twice() -> Outcome<()> {
    let owner = Owner::new().await?;
    owner.add(1).await?;
    assert_eq!(code(owner.add(1).await), Some("ssh_key_exists"));
    for number in 2..=KEYS_MAX {
        owner.add(number).await?;
    }
    assert_eq!(code(owner.add(KEYS_MAX + 1).await), Some("too_many_ssh_keys"));
    let kept = owner.keys.list(&owner.tenant_id, &owner.user_id).await?;
    let first = kept.first().ok_or("no key")?;
    owner.keys.remove(&owner.tenant_id, &owner.user_id, &first.id).await?;
    owner.add(KEYS_MAX + 1).await?;
    assert_eq!(owner.count().await?, KEYS_MAX);
    Ok(())
}
