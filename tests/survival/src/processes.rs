//! All processes of a run, as the kernel lists them.

use std::collections::BTreeSet;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// A killed process is gone in a moment; a busy machine needs some of them.
const GONE_WITHIN: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug)]
struct Process {
    id: i32,
    parent: i32,
    group: i32,
    is_dead: bool,
}

impl Process {
    /// Reads a line of `/proc/<id>/stat` (`proc_pid_stat(5)`): the fields after the name, which
    /// ends with the last parenthesis, are state, parent and group.
    fn read(stat: &str) -> Option<Self> {
        let id = stat.split_whitespace().next()?.parse().ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let is_dead = matches!(fields.next()?, "Z" | "X");
        let parent = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Self { id, parent, group, is_dead })
    }
}

fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter_map(|stat| Process::read(&stat)).filter(|process| !process.is_dead).collect()
}

/// A program and all it started: the groups its children lead, and who is in our own group.
#[derive(Debug, Default)]
struct Family {
    members: BTreeSet<i32>,
    groups: BTreeSet<i32>,
}

impl Family {
    fn of(root: i32) -> Self {
        let processes = all();
        let mut members = BTreeSet::from([root]);
        loop {
            let of_them = |process: &&Process| members.contains(&process.parent);
            let children: Vec<i32> = processes.iter().filter(of_them).map(|it| it.id).collect();
            let before = members.len();
            members.extend(children);
            if members.len() == before {
                break;
            }
        }
        let theirs = processes.iter().filter(|it| members.contains(&it.id));
        // The root is in the group of the test; a child that leads a group has one of its own.
        let groups = theirs.map(|it| it.group).filter(|group| members.contains(group)).collect();
        Self { members, groups }
    }

    /// Those still there, whoever their parent has become.
    fn left(&self) -> Vec<Process> {
        let mut left = all();
        left.retain(|it| self.members.contains(&it.id) || self.groups.contains(&it.group));
        left
    }
}

/// The proportional set sizes (`proc_pid_smaps(5)`) of a program and all it started.
pub(crate) fn memory_bytes(root: u32) -> u64 {
    let Ok(root) = i32::try_from(root) else { return 0 };
    let of = |id: i32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    };
    Family::of(root).left().iter().filter_map(|process| of(process.id)).sum::<u64>() * 1024
}

fn signal(id: i32, signal: Signal) {
    // One that is gone already is what we want.
    if let Some(id) = Pid::from_raw(id) {
        let _ = kill_process(id, signal);
    }
}

/// Asks a program to end, as Ctrl-C does.
pub(crate) fn interrupt(id: u32) {
    if let Ok(id) = i32::try_from(id) {
        signal(id, Signal::INT);
    }
}

/// Ends a program and everything it started at once, and waits until nothing of it is left;
/// whether that is so. The program itself must still be waited for.
///
/// It is halted first: seeing its local AWS die, or telling that it dies, would be an orderly end.
pub(crate) fn kill_all(root: u32) -> bool {
    let Ok(root) = i32::try_from(root) else { return false };
    signal(root, Signal::STOP);
    let family = Family::of(root);
    for group in family.groups.iter().filter_map(|id| Pid::from_raw(*id)) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    for id in &family.members {
        signal(*id, Signal::KILL);
    }
    let began = Instant::now();
    while began.elapsed() < GONE_WITHIN {
        let left = family.left();
        if left.is_empty() {
            return true;
        }
        for process in left {
            signal(process.id, Signal::KILL);
        }
        sleep(EVERY);
    }
    false
}
