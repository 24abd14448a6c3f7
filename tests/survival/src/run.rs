//! One `local run`, from its start to its kill, again and again on the same state.

use std::env;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use testkit::{LocalClouds, Outcome, Stack};

use crate::processes::{interrupt, kill_all, memory_bytes};
use crate::within;

/// Where the origin's port is looked for: below the range that systems lend to outgoing
/// connections, so that it is still free after a restart.
const PORTS: std::ops::Range<u16> = 14_800..14_900;
/// A first start deploys everything, on a machine that may be busy.
const SERVING_WITHIN: Duration = Duration::from_mins(2);
/// The local AWS has five seconds, and everything else needs less.
const STOPPED_WITHIN: Duration = Duration::from_secs(15);
/// What `local run` prints last before it serves.
const SERVING: &str = "Ctrl-C stops";

/// A product of its own; killed when dropped.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    port: u16,
    /// Each start tells in a file of its own how it went.
    starts: u32,
    child: Option<Child>,
}

fn number(file: &Path, key: &str) -> Outcome<u64> {
    let value: Value = serde_json::from_slice(&fs::read(file)?)?;
    let found = value[key].as_u64();
    found.ok_or_else(|| format!("{} has no {key}", file.display()).into())
}

/// `local`, built along with this very program: `target/debug/local`, beside it or beside `deps`.
fn program() -> Outcome<PathBuf> {
    let own = env::current_exe()?;
    let mut beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("local"));
    let built = beside.find(|file| file.is_file());
    built.ok_or_else(|| format!("no `local` near {}: run `make test`", own.display()).into())
}

impl Run {
    /// Starts a product that knows nothing yet, with its state in `folder`.
    pub async fn start_afresh(folder: PathBuf) -> Outcome<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
        // Tests that begin together begin to look at different ports.
        let skipped = std::process::id() % u32::from(PORTS.end - PORTS.start);
        let first = PORTS.start + u16::try_from(skipped)?;
        let mut ports = (first..PORTS.end).chain(PORTS.start..first);
        let port = ports.find(is_free).ok_or("no port is free")?;
        let mut run = Self { folder, port, starts: 0, child: None };
        run.start().await?;
        Ok(run)
    }

    /// Starts it again on what the kill left, and waits until it serves.
    pub async fn start(&mut self) -> Outcome<()> {
        self.starts += 1;
        let told = self.folder.join(format!("told-{:02}.log", self.starts));
        let output = File::create(&told)?;
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        // In the group of this test: whoever ends that, ends this too.
        let mut command = Command::new(program()?);
        command
            .current_dir(checkout)
            .args(["run", "--port", &self.port.to_string(), "--state"])
            .arg(&self.folder)
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output);
        self.child = Some(command.spawn()?);
        within(SERVING_WITHIN, "`local run` to serve", async || {
            let text = fs::read_to_string(&told)?;
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                return Err(format!("`local run` ended ({status}):\n{text}").into());
            }
            Ok(text.contains(SERVING).then_some(()))
        })
        .await
    }

    /// Kills every process of it at once.
    pub fn kill(&mut self) -> Outcome<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        // Everything is killed before anybody looks at how it went.
        let killed = kill_all(child.id());
        child.wait()?;
        if killed { Ok(()) } else { Err("a process outlived its kill".into()) }
    }

    /// Stops it as a person does, and waits until it has ended.
    pub async fn stop(&mut self) -> Outcome<()> {
        let Some(child) = &mut self.child else { return Ok(()) };
        interrupt(child.id());
        let status =
            within(STOPPED_WITHIN, "`local run` to end", async || Ok(child.try_wait()?)).await?;
        self.child = None;
        if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
    }

    /// The product, for new connections: those to a killed one are dead.
    pub fn stack(&self) -> Outcome<Stack> {
        let aws = number(&self.folder.join("ports.json"), "emulator")?;
        let origin = format!("http://127.0.0.1:{}", self.port);
        let outputs = self.folder.join("state/outputs.json");
        Stack::at(origin, format!("http://127.0.0.1:{aws}"), &outputs)
    }

    /// Its local GPU clouds.
    pub fn clouds(&self) -> Outcome<LocalClouds> {
        let port = number(&self.folder.join("state/clouds.json"), "port")?;
        Ok(LocalClouds::new(format!("http://127.0.0.1:{port}")))
    }

    /// The memory of all its processes, what several share counted once.
    pub fn memory_bytes(&self) -> Outcome<u64> {
        let child = self.child.as_ref().ok_or("it does not run")?;
        Ok(memory_bytes(child.id()))
    }

    /// Its local Stripe.
    pub fn stripe_url(&self) -> Outcome<String> {
        let port = fs::read_to_string(self.folder.join("stripe-port"))?;
        Ok(format!("http://127.0.0.1:{}", port.trim()))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // An error has been told already, or there is nobody left to tell.
        let _ = self.kill();
    }
}
