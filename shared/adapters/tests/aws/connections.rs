//! A connection hears of its owner's things alone, and nothing of it is left after its end.

use std::collections::BTreeSet;

use adapters::tables::connections::{Audience, Connections};
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::people::realtime::{
    CONNECTIONS_MAX, Channel, Connection, Ticket, check_room, ticket_hash, ticket_text,
};
use futures_util::future::join_all;

use crate::world::{Outcome, World, code, now, tenant_id, user_id};

async fn connections() -> Outcome<Connections> {
    let world = World::from_env().await?;
    Ok(Connections::new(&world.aws, world.output("ConnectionsTable")?))
}

async fn open(
    connections: &Connections,
    tenant_id: &TenantId,
    user_id: &UserId,
) -> Outcome<Connection> {
    let ticket = Ticket {
        tenant_id: tenant_id.clone(),
        user_id: user_id.clone(),
        mode: Mode::Sandbox,
        host: "localhost".to_owned(),
        expires_at: Ticket::expiry(now()),
    };
    let text = ticket_text(runtime::ids::secret()?);
    let hash = ticket_hash(&text);
    connections.issue(&hash, &ticket).await?;
    let id = ticket_text(runtime::ids::secret()?);
    let connection = connections.ticket(&hash).await?.redeem(&id, None, now())?;
    connections.open(&hash, &connection, |open| check_room(open, now())).await?;
    Ok(connection)
}

async fn listen(connections: &Connections, id: &str, channels: &[Channel]) -> Outcome<Connection> {
    let wanted: BTreeSet<Channel> = channels.iter().copied().collect();
    Ok(connections.change(id, |connection| connection.subscribed(&wanted)).await?)
}

fn owner(tenant_id: &TenantId, user_id: &UserId) -> Audience {
    Audience::Owner { tenant_id: tenant_id.clone(), user_id: user_id.clone() }
}

async fn heard(
    connections: &Connections,
    audience: &Audience,
    channel: Channel,
) -> Outcome<Vec<String>> {
    let listeners = connections.listeners(audience, channel).await?;
    Ok(listeners.into_iter().map(|listener| listener.connection_id).collect())
}

#[tokio::test]
async fn only_the_owner_in_the_same_tenant_is_found() -> Outcome<()> {
    let connections = connections().await?;
    let (tenant, user) = (tenant_id()?, user_id()?);
    let mine = open(&connections, &tenant, &user).await?;
    let elsewhere = tenant_id()?;
    let same_user = open(&connections, &elsewhere, &user).await?;
    let other_user = open(&connections, &tenant, &user_id()?).await?;
    for each in [&mine, &same_user, &other_user] {
        listen(&connections, &each.id, &[Channel::Pods]).await?;
    }
    let audience = owner(&tenant, &user);
    assert_eq!(
        heard(&connections, &audience, Channel::Pods).await?,
        std::slice::from_ref(&mine.id)
    );
    assert!(heard(&connections, &audience, Channel::Billing).await?.is_empty());
    let there = owner(&elsewhere, &user);
    assert_eq!(heard(&connections, &there, Channel::Pods).await?, [same_user.id]);
    Ok(())
}

#[tokio::test]
async fn a_public_channel_finds_everybody_of_its_mode() -> Outcome<()> {
    let connections = connections().await?;
    let one = open(&connections, &tenant_id()?, &user_id()?).await?;
    let two = open(&connections, &tenant_id()?, &user_id()?).await?;
    listen(&connections, &one.id, &[Channel::System]).await?;
    listen(&connections, &two.id, &[Channel::System, Channel::Pods]).await?;
    let all = heard(&connections, &Audience::Everybody(Mode::Sandbox), Channel::System).await?;
    assert!(all.contains(&one.id) && all.contains(&two.id), "{all:?}");
    let live = heard(&connections, &Audience::Everybody(Mode::Live), Channel::System).await?;
    assert!(!live.contains(&one.id), "{live:?}");
    Ok(())
}

#[tokio::test]
async fn listening_no_longer_and_ending_leave_no_row_behind() -> Outcome<()> {
    let connections = connections().await?;
    let (tenant, user) = (tenant_id()?, user_id()?);
    let open = open(&connections, &tenant, &user).await?;
    listen(&connections, &open.id, &[Channel::Pods, Channel::Billing, Channel::Offers]).await?;
    let less = BTreeSet::from([Channel::Billing]);
    let left = connections.change(&open.id, |each| each.unsubscribed(&less)).await?;
    assert_eq!(left.channels, BTreeSet::from([Channel::Pods, Channel::Offers]));
    let audience = owner(&tenant, &user);
    assert!(heard(&connections, &audience, Channel::Billing).await?.is_empty());

    connections.close(&open.id).await?;
    connections.close(&open.id).await?;
    assert_eq!(connections.count(&tenant, &user, now()).await?, 0);
    assert!(heard(&connections, &audience, Channel::Pods).await?.is_empty());
    let everybody = Audience::Everybody(Mode::Sandbox);
    assert!(!heard(&connections, &everybody, Channel::Offers).await?.contains(&open.id));
    let late = connections.change(&open.id, |each| each.unsubscribed(&less)).await;
    assert_eq!(code(late), Some("connection_gone"));
    Ok(())
}

#[tokio::test]
async fn two_subscriptions_at_once_are_both_kept() -> Outcome<()> {
    let connections = connections().await?;
    let (tenant, user) = (tenant_id()?, user_id()?);
    let open = open(&connections, &tenant, &user).await?;
    let (one, two) = tokio::join!(
        listen(&connections, &open.id, &[Channel::Pods]),
        listen(&connections, &open.id, &[Channel::Billing])
    );
    one?;
    two?;
    let audience = owner(&tenant, &user);
    for channel in [Channel::Pods, Channel::Billing] {
        assert_eq!(heard(&connections, &audience, channel).await?, std::slice::from_ref(&open.id));
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_listener_is_forgotten_even_without_its_connection() -> Outcome<()> {
    let connections = connections().await?;
    let (tenant, user) = (tenant_id()?, user_id()?);
    let open = open(&connections, &tenant, &user).await?;
    listen(&connections, &open.id, &[Channel::Pods]).await?;
    let audience = owner(&tenant, &user);
    let found = connections.listeners(&audience, Channel::Pods).await?;
    let listener = found.first().ok_or("nobody listens")?;
    connections.lost(listener).await?;
    assert!(heard(&connections, &audience, Channel::Pods).await?.is_empty());
    connections.lost(listener).await?;
    assert_eq!(connections.count(&tenant, &user, now()).await?, 0);
    Ok(())
}

#[tokio::test]
async fn connections_that_are_opened_at_once_do_not_pass_the_limit_together() -> Outcome<()> {
    let connections = connections().await?;
    let (tenant, user) = (tenant_id()?, user_id()?);
    for _ in 1..CONNECTIONS_MAX {
        open(&connections, &tenant, &user).await?;
    }
    let tries = (0..6).map(|_| open(&connections, &tenant, &user));
    let opened = join_all(tries).await.into_iter().flatten().count();
    assert_eq!(opened, 1);
    assert_eq!(connections.count(&tenant, &user, now()).await?, CONNECTIONS_MAX);
    Ok(())
}
