//! What the operating system says of this process. Where it says nothing (no Linux), the metrics stay at zero.
use prometheus_client::{metrics::gauge::Gauge, registry::Registry};
use std::fs;

pub(super) struct Process {
    resident: Gauge,
    open_files: Gauge,
    most_files: Gauge,
}

impl Process {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::<i64>::default();
            registry.register(format!("process_{name}"), help, gauge.clone());
            gauge
        };
        gauge("start_time_seconds", "When the process started, in seconds since 1970").set(started().unwrap_or(0));
        Self {
            resident: gauge("resident_memory_bytes", "Memory that is in RAM"),
            open_files: gauge("open_fds", "Open files and sockets"),
            most_files: gauge("max_fds", "How many files and sockets may be open"),
        }
    }

    pub(super) fn look(&self) {
        self.resident.set(resident().unwrap_or(0));
        // The listing itself has one open.
        let open = fs::read_dir("/proc/self/fd").map_or(0, |files| files.count().saturating_sub(1));
        self.open_files.set(i64::try_from(open).unwrap_or(i64::MAX));
        self.most_files.set(most_files().unwrap_or(0));
    }
}

fn resident() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<i64>().ok()? * 1024)
}

fn most_files() -> Option<i64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}

/// When the machine started, and how long after that this process did, in clock ticks of a hundredth of a second.
fn started() -> Option<i64> {
    let machine = fs::read_to_string("/proc/stat").ok()?;
    let machine: i64 = machine.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name may hold spaces; it ends with the last bracket.
    let ticks: i64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    Some(machine + ticks / 100)
}
