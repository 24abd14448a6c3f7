//! Processes this program starts. Each leads a process group of its own, so that a terminal's
//! Ctrl-C reaches only us and so that we can end it with all it started.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::{BoxError, say};

/// How long a process may take to end after SIGTERM.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(10);

/// How much of a log a message shows.
const LOG_LINES_SHOWN: usize = 20;

/// A running process and all it started.
pub(crate) struct Group {
    child: Child,
    leader: Option<Pid>,
}

impl Group {
    /// Starts `command` as the leader of a new group.
    pub(crate) fn start(command: &mut Command) -> Result<Self, BoxError> {
        let program = command.as_std().get_program().display().to_string();
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| cannot_start(&program, &error))?;
        let leader = pid_of(&child);
        Ok(Self { child, leader })
    }

    /// Waits until the leader ends, and ends what it left behind.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.kill();
        Ok(status)
    }

    /// Asks the leader to end, which may still need the rest, then ends the whole group.
    pub(crate) async fn stop(&mut self) {
        terminate(&mut self.child).await;
        self.kill();
        let _ = self.child.wait().await;
    }

    fn kill(&mut self) {
        if let Some(leader) = self.leader.take() {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks one process, not its group, to end, and makes it end.
pub(crate) async fn stop_one(child: &mut Child) {
    terminate(child).await;
    let _ = child.kill().await;
}

/// Asks a process to end and gives it some time; one that is gone already is what we want.
async fn terminate(child: &mut Child) {
    if let Some(pid) = pid_of(child) {
        let _ = kill_process(pid, Signal::TERM);
        let _ = tokio::time::timeout(STOP_WITHIN, child.wait()).await;
    }
}

/// Runs `command` to its end with its output in `log`; with `show`, the lines of its standard
/// output go to the person too.
pub(crate) async fn run_to_end(
    command: &mut Command,
    log: &Path,
    show: bool,
) -> Result<(), BoxError> {
    let file = create_log(log)?;
    command.stderr(file.try_clone()?);
    if show {
        command.stdout(Stdio::piped());
    } else {
        command.stdout(file);
    }
    let mut group = Group::start(command)?;
    if let Some(output) = group.child.stdout.take() {
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            say::detail(line);
        }
    }
    let status = group.ended().await?;
    if status.success() { Ok(()) } else { Err(format!("{status}{}", last_lines(log)).into()) }
}

/// An empty file for a process's output, at `path`.
pub(crate) fn create_log(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path)
}

/// The end of a log as the end of a message.
pub(crate) fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let shown = &lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..];
    if shown.is_empty() {
        return format!("; {} is empty", log.display());
    }
    format!("; the end of {}:\n  {}", log.display(), shown.join("\n  "))
}

/// The message for a program that did not start.
pub(crate) fn cannot_start(program: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("`{program}` is missing: install it, or check its name"),
        _ => format!("`{program}` cannot be started: {error}"),
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// Waits until nobody holds the writing end of `pipe` any more.
    async fn all_writers_gone(pipe: impl tokio::io::AsyncRead + Unpin) -> io::Result<()> {
        let mut lines = BufReader::new(pipe).lines();
        while lines.next_line().await?.is_some() {}
        Ok(())
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        command
    }

    #[tokio::test]
    async fn a_stop_ends_the_grandchildren_too() -> Result<(), BoxError> {
        let mut group = Group::start(&mut shell("sleep 600 & wait"))?;
        let output = group.child.stdout.take().ok_or("no pipe")?;
        let start = Instant::now();
        group.stop().await;
        all_writers_gone(output).await?;
        assert!(start.elapsed() < STOP_WITHIN);
        Ok(())
    }

    #[tokio::test]
    async fn what_an_ended_leader_left_behind_is_ended() -> Result<(), BoxError> {
        let mut group = Group::start(&mut shell("trap '' TERM; sleep 600 & exit 3"))?;
        let output = group.child.stdout.take().ok_or("no pipe")?;
        assert_eq!(group.ended().await?.code(), Some(3));
        all_writers_gone(output).await?;
        Ok(())
    }

    #[tokio::test]
    async fn a_dropped_group_is_ended() -> Result<(), BoxError> {
        let mut group = Group::start(&mut shell("sleep 600"))?;
        let output = group.child.stdout.take().ok_or("no pipe")?;
        drop(group);
        all_writers_gone(output).await?;
        Ok(())
    }

    #[tokio::test]
    async fn a_failed_command_shows_the_end_of_its_log() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("logs/it.log");
        let ran = run_to_end(&mut shell("seq 100 >&2; exit 1"), &log, true).await;
        let message = ran.map_err(|error| error.to_string()).err().unwrap_or_default();
        assert!(message.contains("it.log") && message.ends_with("\n  99\n  100"), "{message}");
        assert!(!message.contains("\n  80\n"));
        Ok(())
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let started = Group::start(&mut Command::new("no-such-program-here"));
        assert!(started.is_err_and(|error| error.to_string().contains("`no-such-program-here`")));
    }
}
