//! Whether a machine itself answers; what its cloud says about it proves nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;
use std::time::Duration;

use domain::Error;
use domain::market::template::Readiness;
use domain::pod::Address;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A machine that is up greets at once; one that is not is asked again soon.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// What every SSH server says first (RFC 4253, §4.2).
const BANNER: &[u8; 4] = b"SSH-";
/// The first status by which a server reports a failure of its own.
const SERVER_ERROR: u16 = 500;

/// It goes nowhere a machine sends it: what counts is that machine.
static CLIENT: LazyLock<reqwest::Result<reqwest::Client>> = LazyLock::new(|| {
    let nowhere = reqwest::redirect::Policy::none();
    reqwest::Client::builder().redirect(nowhere).timeout(ANSWER_WITHIN).build()
});

/// Whether a machine whose ports get other numbers outside tells where it is to serve. One that has
/// no such number yet is reached nowhere.
pub(crate) fn is_published(address: &Address, readiness: Readiness) -> bool {
    match readiness {
        Readiness::SshBanner => true,
        Readiness::Http(port) => address.ports.iter().any(|it| it.port == port),
    }
}

/// Whether the machine at `address` serves as `readiness` demands.
///
/// # Errors
///
/// 500 `internal`: no HTTP client can be built.
pub(crate) async fn serves(address: &Address, readiness: Readiness) -> Result<bool, Error> {
    let Ok(ip) = address.host.parse::<IpAddr>() else { return Ok(false) };
    Ok(match readiness {
        Readiness::SshBanner => {
            let greeting = greeting(SocketAddr::new(ip, address.ssh_port));
            tokio::time::timeout(ANSWER_WITHIN, greeting).await.is_ok_and(|read| read.is_ok())
        }
        Readiness::Http(port) => {
            let failed =
                |error: &reqwest::Error| Error::broken("no probe is possible", error.to_string());
            let client = CLIENT.as_ref().map_err(failed)?;
            let url = format!("http://{}/", SocketAddr::new(ip, address.public_port(port)));
            let answer = client.get(url).send().await;
            answer.is_ok_and(|answer| answer.status().as_u16() < SERVER_ERROR)
        }
    })
}

async fn greeting(address: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let mut first = [0; BANNER.len()];
    stream.read_exact(&mut first).await?;
    if first == *BANNER { Ok(()) } else { Err(std::io::ErrorKind::InvalidData.into()) }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// A machine here whose SSH server listens at `ssh_port`.
    fn here(ssh_port: u16) -> Address {
        Address {
            host: HERE.to_string(),
            ssh_port,
            ssh_user: "root".to_owned(),
            simulated: false,
            ports: Vec::new(),
        }
    }

    /// Whether a server that says `words` to whoever connects counts as serving.
    async fn heard(words: &[u8], readiness: fn(u16) -> Readiness) -> std::io::Result<bool> {
        let listener = TcpListener::bind((HERE, 0)).await?;
        let port = listener.local_addr()?.port();
        let server = async {
            let (mut stream, _) = listener.accept().await?;
            if let Readiness::Http(_) = readiness(port) {
                // An HTTP server speaks when it was asked.
                stream.read_exact(&mut [0]).await?;
            }
            stream.write_all(words).await?;
            stream.shutdown().await?;
            // What was asked is read, so that the connection ends in order.
            stream.read_to_end(&mut Vec::new()).await
        };
        let (heard, _) = tokio::join!(probed(port, readiness(port)), server);
        heard
    }

    async fn probed(port: u16, readiness: Readiness) -> std::io::Result<bool> {
        serves(&here(port), readiness).await.map_err(std::io::Error::other)
    }

    #[tokio::test]
    async fn only_an_ssh_banner_proves_an_ssh_server() -> std::io::Result<()> {
        let ssh = |_| Readiness::SshBanner;
        assert!(heard(b"SSH-2.0-OpenSSH_9.6\r\n", ssh).await?);
        assert!(!heard(b"HTTP/1.1 400 Bad Request\r\n", ssh).await?);
        assert!(!heard(b"SSH", ssh).await?);
        Ok(())
    }

    #[tokio::test]
    async fn any_http_answer_below_500_proves_an_http_server() -> std::io::Result<()> {
        let answer = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        assert!(heard(answer("200 OK").as_bytes(), Readiness::Http).await?);
        assert!(heard(answer("403 Forbidden").as_bytes(), Readiness::Http).await?);
        assert!(!heard(answer("502 Bad Gateway").as_bytes(), Readiness::Http).await?);
        assert!(!heard(b"SSH-2.0-OpenSSH_9.6\r\n", Readiness::Http).await?);
        Ok(())
    }

    #[tokio::test]
    async fn a_machine_that_sends_us_elsewhere_is_not_followed() -> std::io::Result<()> {
        let moved =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        assert!(heard(moved, Readiness::Http).await?);
        Ok(())
    }

    #[tokio::test]
    async fn a_closed_port_serves_nobody() -> std::io::Result<()> {
        let listener = TcpListener::bind((HERE, 0)).await?;
        let port = listener.local_addr()?.port();
        drop(listener);
        assert!(!probed(port, Readiness::SshBanner).await?);
        assert!(!probed(port, Readiness::Http(port)).await?);
        let nowhere = Address { host: "no address".to_owned(), ..here(port) };
        assert!(serves(&nowhere, Readiness::SshBanner).await.is_ok_and(|serves| !serves));
        Ok(())
    }
}
