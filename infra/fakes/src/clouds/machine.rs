//! Machines: what is known about each, and the sockets at its address.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where a port for a server is looked for: below the range that systems lend to outgoing
/// connections. Each port has a block of machine addresses of its own, so servers never meet.
pub(super) const PORTS: Range<u16> = 14_700..14_800;
/// Where the machines' SSH servers listen: no privilege is needed for it.
pub(super) const SSH_PORT: u16 = 2_222;
/// Machines one server can have at once: two blocks of 250 addresses.
const MACHINES_MAX: u32 = 500;
const BLOCK: u32 = 250;
/// As much of a request as a page needs to see.
const REQUEST_LEN_MAX: usize = 16 << 10;
/// How long a connection may last.
const VISIT_WITHIN: Duration = Duration::from_secs(10);

/// The state of a machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Booting,
    Active,
    Stopping,
    Stopped,
    Terminating,
}

/// A machine.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Machine {
    pub(super) id: String,
    /// The cloud it is at.
    pub(super) cloud: String,
    pub(super) name: String,
    pub(super) instance_type: String,
    pub(super) region: String,
    pub(super) ip: Ipv4Addr,
    pub(super) rate_usd_micros_per_hour: u32,
    pub(super) ssh_key_names: Vec<String>,
    pub(super) user_data: String,
    /// The ports at which it serves HTTP.
    #[serde(default)]
    pub(super) http_ports: Vec<u16>,
    /// When it is up, in milliseconds since 1970; `None`: never.
    pub(super) boots_at_ms: Option<i64>,
    /// When it is stopped, in milliseconds since 1970, once somebody asked for that.
    #[serde(default)]
    pub(super) stopped_at_ms: Option<i64>,
    /// Whether it waits in a bin for its end to be asked for again.
    #[serde(default)]
    pub(super) is_binned: bool,
    /// When it is gone, in milliseconds since 1970, once somebody asked for its end.
    pub(super) gone_at_ms: Option<i64>,
}

impl Machine {
    pub(super) fn status(&self, now_ms: i64) -> Status {
        match (self.gone_at_ms, self.stopped_at_ms, self.boots_at_ms) {
            (Some(_), _, _) => Status::Terminating,
            (None, Some(stopped_at_ms), _) if now_ms >= stopped_at_ms => Status::Stopped,
            (None, Some(_), _) => Status::Stopping,
            (None, None, Some(boots_at_ms)) if now_ms >= boots_at_ms => Status::Active,
            (None, None, _) => Status::Booting,
        }
    }

    /// Whether its sockets are open: neither stopped nor gone, nor on the way there.
    pub(super) fn listens(&self) -> bool {
        self.gone_at_ms.is_none() && self.stopped_at_ms.is_none()
    }

    /// Opens its sockets; they answer once it is up.
    pub(super) fn open(&self, now_ms: i64) -> io::Result<Sockets> {
        let mut sockets = Vec::new();
        for (port, service) in [(SSH_PORT, Service::Ssh)]
            .into_iter()
            .chain(self.http_ports.iter().map(|port| (*port, Service::Http)))
        {
            let listener = TcpListener::bind((self.ip, port))?;
            listener.set_nonblocking(true)?;
            sockets.push((tokio::net::TcpListener::from_std(listener)?, service));
        }
        let mut tasks = JoinSet::new();
        if let Some(boots_at_ms) = self.boots_at_ms {
            let wait_ms = u64::try_from(boots_at_ms - now_ms).unwrap_or(0);
            for (listener, service) in sockets {
                let page = format!("{} at your service\n", self.name);
                tasks.spawn(serve(listener, service, page, Duration::from_millis(wait_ms)));
            }
        }
        Ok(Sockets(tasks))
    }
}

/// The loopback addresses that only the machines of the server at `port` use.
pub(super) fn addresses(port: u16) -> impl Iterator<Item = Ipv4Addr> {
    let block = u32::from(port.saturating_sub(PORTS.start)) * 2;
    (0..MACHINES_MAX).filter_map(move |number| {
        let third = u8::try_from(block + number / BLOCK).ok()?;
        let fourth = u8::try_from(number % BLOCK + 1).ok()?;
        Some(Ipv4Addr::new(127, 77, third, fourth))
    })
}

/// The open sockets of a machine; they close with this.
#[derive(Debug)]
pub(super) struct Sockets(#[expect(dead_code, reason = "held to be dropped")] JoinSet<()>);

#[derive(Clone, Copy, Debug)]
enum Service {
    Ssh,
    Http,
}

async fn serve(listener: tokio::net::TcpListener, service: Service, page: String, wait: Duration) {
    tokio::time::sleep(wait).await;
    let mut visits = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let page = page.clone();
        visits.spawn(async move {
            let visit = async {
                match service {
                    Service::Ssh => greet(stream).await,
                    Service::Http => show(stream, &page).await,
                }
            };
            // A client that leaves early misses the rest.
            let _ = tokio::time::timeout(VISIT_WITHIN, visit).await;
        });
        while visits.try_join_next().is_some() {}
    }
}

async fn greet(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(b"SSH-2.0-OpenSSH_9.6 local machine\r\n").await?;
    stream.shutdown().await?;
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

async fn show(mut stream: TcpStream, page: &str) -> io::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 1_024];
    while request.len() < REQUEST_LEN_MAX && !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part).await? {
            0 => break,
            count => request.extend_from_slice(part.get(..count).unwrap_or_default()),
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await
}
