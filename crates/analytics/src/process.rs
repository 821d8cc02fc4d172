//! What the operating system says about this process; Linux only, silent elsewhere.

use std::fs;

use crate::metrics::single;

/// `USER_HZ`: what `/proc/self/stat` counts time in on every Linux architecture we build for.
const TICKS_PER_SECOND: f64 = 100.0;

/// Appends Prometheus' customary process gauges.
pub(crate) fn write(text: &mut String) {
    if let Some((cpu_seconds, resident, virtual_bytes)) = stat() {
        single(text, "process_cpu_seconds_total", "counter", "User and system CPU time.", cpu_seconds);
        single(text, "process_resident_memory_bytes", "gauge", "Resident memory.", resident);
        single(text, "process_virtual_memory_bytes", "gauge", "Virtual memory.", virtual_bytes);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is the directory being read.
        let open = open.count().saturating_sub(1);
        single(text, "process_open_fds", "gauge", "Open file descriptors.", open);
    }
    if let Some(max) = max_fds() {
        single(text, "process_max_fds", "gauge", "The limit of open file descriptors.", max);
    }
}

/// CPU seconds, resident bytes, virtual bytes (`proc_pid_stat(5)`).
fn stat() -> Option<(f64, u64, u64)> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the command may hold spaces and parentheses: what follows the last one is regular, from field 3 on.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let cpu = (field(14)? + field(15)?) as f64 / TICKS_PER_SECOND;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let resident: u64 = resident.trim().strip_suffix(" kB")?.parse().ok()?;
    Some((cpu, resident * 1024, field(23)?))
}

fn max_fds() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
