//! What Linux knows of a process.

use std::fs;
use std::time::Duration;

use crate::Outcome;

/// A size of memory in `/proc/<pid>/status`, in bytes: `VmHWM` is the greatest resident set so far,
/// `VmRSS` the present one.
pub(crate) fn memory_bytes(pid: u32, field: &str) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let of_field = |line: &str| line.strip_prefix(field)?.strip_prefix(':').map(str::to_owned);
    let text = status.lines().find_map(of_field).ok_or("the process is gone")?;
    let kibibytes: u64 = text.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

/// The time all threads of a process have spent on a processor.
pub(crate) fn processor_time(pid: u32) -> Outcome<Duration> {
    let mut nanos = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_a_past() -> Outcome<()> {
        let pid = std::process::id();
        assert!(memory_bytes(pid, "VmHWM")? >= memory_bytes(pid, "VmRSS")? / 2);
        assert!(memory_bytes(pid, "VmNone").is_err());
        let before = processor_time(pid)?;
        assert!((0..1_000_000_u64).fold(0, |sum, each| std::hint::black_box(sum ^ each)) < 1 << 20);
        assert!(processor_time(pid)? >= before);
        Ok(())
    }
}
