//! The two ports of a run: the origin's, which a person knows, and the local AWS's, which nobody
//! needs to know but which stays the same over restarts, because stored URLs hold it.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fakes::ports::each_once;
use serde::{Deserialize, Serialize};

use crate::BoxError;

/// Where a port for the local AWS is looked for: below the range that systems lend to outgoing
/// connections, so that it is still free after a restart.
const EMULATOR_PORTS: Range<u16> = 14_566..14_666;

/// A local AWS whose `local` was killed needs a moment to go and free its port.
const PORT_FREED_WITHIN: Duration = Duration::from_secs(10);

#[derive(Serialize, Deserialize)]
struct Ports {
    emulator: u16,
}

/// Opens the origin's port.
///
/// # Errors
///
/// The port is taken.
pub fn open_origin(port: u16) -> Result<tokio::net::TcpListener, BoxError> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => format!(
                "port {port} is taken by another program: stop that program, \
                 or choose another port with `make run PORT={}`",
                port.saturating_add(1)
            ),
            _ => format!("port {port} cannot be opened: {error}"),
        })?;
    listener.set_nonblocking(true)?;
    Ok(tokio::net::TcpListener::from_std(listener)?)
}

/// The local AWS's port as remembered in `dir`, or a free one, remembered from now on.
///
/// # Errors
///
/// The remembered port is taken, or no port is free.
pub async fn remembered_emulator_port(dir: &Path) -> Result<u16, BoxError> {
    let path = dir.join("ports.json");
    let Some(ports) = read(&path)? else {
        let emulator = each_once(EMULATOR_PORTS).find(|port| is_free(*port)).ok_or_else(|| {
            format!("every port from {} to {} is taken", EMULATOR_PORTS.start, EMULATOR_PORTS.end)
        })?;
        fs::create_dir_all(dir)?;
        fs::write(&path, serde_json::to_vec(&Ports { emulator })?)?;
        return Ok(emulator);
    };
    let start = Instant::now();
    while !is_free(ports.emulator) {
        if start.elapsed() > PORT_FREED_WITHIN {
            return Err(taken(ports.emulator, &path).into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(ports.emulator)
}

/// A free port for a run that keeps nothing.
///
/// # Errors
///
/// No port is free.
pub fn any_port() -> Result<u16, BoxError> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn read(path: &PathBuf) -> Result<Option<Ports>, BoxError> {
    match fs::read(path) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(ports) => Ok(Some(ports)),
            Err(error) => Err(format!(
                "{} cannot be read ({error}): `make reset` starts afresh",
                path.display()
            )
            .into()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn taken(port: u16, path: &Path) -> String {
    format!(
        "port {port}, which the local AWS has had so far ({}), is taken by another program: \
         stop that program, or forget the local state with `make reset`",
        path.display()
    )
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_origin_port_is_named_with_what_to_do() -> Result<(), BoxError> {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = holder.local_addr()?.port();
        let refusal = open_origin(port).map_err(|error| error.to_string());
        assert!(refusal.is_err_and(|message| {
            message.contains(&format!("port {port} is taken")) && message.contains("make run PORT=")
        }));
        Ok(())
    }

    #[tokio::test]
    async fn the_local_aws_keeps_its_port_over_restarts() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let first = remembered_emulator_port(folder.path()).await?;
        assert_eq!(remembered_emulator_port(folder.path()).await?, first);
        Ok(())
    }

    #[tokio::test]
    async fn a_port_of_a_killed_local_aws_is_awaited() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = holder.local_addr()?.port();
        fs::write(folder.path().join("ports.json"), format!(r#"{{"emulator":{port}}}"#))?;
        let asked = remembered_emulator_port(folder.path());
        let (asked, ()) = tokio::join!(asked, async { drop(holder) });
        assert_eq!(asked?, port);
        Ok(())
    }

    #[tokio::test]
    async fn a_damaged_ports_file_names_itself() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("ports.json"), "{")?;
        let refusal = remembered_emulator_port(folder.path()).await;
        assert!(refusal.is_err_and(|error| error.to_string().contains("ports.json")));
        Ok(())
    }
}
