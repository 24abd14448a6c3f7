//! Which changes of rows are pushed, to whom, and as which frame.

use adapters::tables::connections::Audience;
use contracts::realtime::{FrameV1, PodChangedV1, WalletChangedV1};
use domain::Error;
use domain::Mode;
use domain::id::{PodId, SnapshotId, TenantId, UserId};
use domain::money::ledger::Wallet;
use domain::people::realtime::Channel;
use domain::pod::{PodState, Reason, Wanted};
use jiff::Timestamp;
use runtime::stream::StreamRecord;
use serde::Deserialize;

/// A frame and who may see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Push {
    /// The people whose connections may get it.
    pub audience: Audience,
    /// Only connections that listen to this channel get it.
    pub channel: Channel,
    /// What is sent.
    pub frame: FrameV1,
}

/// What a frame needs of a pod's row. The row has more, also what no frame may hold; and it may
/// have been written by a newer function.
#[derive(Debug, Deserialize)]
struct PodRow {
    id: PodId,
    tenant_id: TenantId,
    user_id: UserId,
    mode: Mode,
    name: String,
    state: PodState,
    wanted: Wanted,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    deadline_at: Option<Timestamp>,
    #[serde(default)]
    funded_until: Option<Timestamp>,
    #[serde(default)]
    running_at: Option<Timestamp>,
    #[serde(default)]
    ended_at: Option<Timestamp>,
    version: u64,
}

#[derive(Debug, Deserialize)]
struct SnapshotRow {
    mode: Mode,
    snapshot_id: SnapshotId,
}

/// What the key of a wallet's row says.
struct WalletKey<'a> {
    tenant: &'a str,
    user: &'a str,
    mode: &'a str,
}

/// What is pushed of a change, if anything is.
///
/// # Errors
///
/// `internal` when the row is not what its key says.
pub fn read(record: &StreamRecord, now: Timestamp) -> Result<Option<Push>, Error> {
    let parts: Vec<&str> = record.pk().split('#').collect();
    match (parts.as_slice(), record.sk()) {
        ([tenant, "pod", _], "pod") => pod(record, tenant),
        ([tenant, "wallet", user, mode], "wallet") => {
            wallet(record, &WalletKey { tenant, user, mode }, now)
        }
        (["platform", "offers", _], "snapshot") => snapshot(record),
        _ => Ok(None),
    }
}

fn strange(record: &StreamRecord) -> Error {
    Error::broken("a row is not what its key says", record.pk().to_owned())
}

fn pod(record: &StreamRecord, tenant: &str) -> Result<Option<Push>, Error> {
    let Some(row) = record.item::<PodRow>()? else {
        return Ok(None);
    };
    if row.tenant_id.as_str() != tenant {
        return Err(strange(record));
    }
    let frame = PodChangedV1 {
        pod_id: row.id,
        mode: row.mode,
        name: row.name,
        state: row.state,
        wanted: row.wanted,
        reason: row.reason,
        deadline_at: row.deadline_at,
        funded_until: row.funded_until,
        running_at: row.running_at,
        ended_at: row.ended_at,
        version: row.version,
    };
    Ok(Some(Push {
        audience: Audience::Owner { tenant_id: row.tenant_id, user_id: row.user_id },
        channel: Channel::Pods,
        frame: FrameV1::PodChanged(Box::new(frame)),
    }))
}

fn wallet(
    record: &StreamRecord,
    key: &WalletKey<'_>,
    now: Timestamp,
) -> Result<Option<Push>, Error> {
    let Some(wallet) = record.item::<Wallet>()? else {
        return Ok(None);
    };
    let mode = match key.mode {
        "sandbox" => Mode::Sandbox,
        "live" => Mode::Live,
        _ => return Err(strange(record)),
    };
    let tenant_id = key.tenant.parse().map_err(|_| strange(record))?;
    let user_id = key.user.parse().map_err(|_| strange(record))?;
    Ok(Some(Push {
        audience: Audience::Owner { tenant_id, user_id },
        channel: Channel::Billing,
        frame: FrameV1::WalletChanged(WalletChangedV1 {
            mode,
            available_usd_micros: wallet.available(now)?,
            granted_usd_micros: wallet.granted(now)?,
            cash_usd_micros: wallet.cash(),
            held_usd_micros: wallet.held()?,
            version: wallet.version,
        }),
    }))
}

fn snapshot(record: &StreamRecord) -> Result<Option<Push>, Error> {
    let Some(SnapshotRow { mode, snapshot_id }) = record.item()? else {
        return Ok(None);
    };
    Ok(Some(Push {
        audience: Audience::Everybody(mode),
        channel: Channel::Offers,
        frame: FrameV1::OffersChanged { mode, snapshot_id },
    }))
}
