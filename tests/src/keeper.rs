//! Programs that are gone with this process, however that ends: PostgreSQL and Redis.
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// Waits for a word on its standard input: how the program is to stop. The input ends when the test process is gone,
/// killed or not: then the program is stopped its own way, and the folder goes too.
const SCRIPT: &str = r#"
goodbye=$1 folder=$2; shift 2
trap '' INT TERM HUP
"$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
echo "$server"
read -r how || { how=$goodbye; last=yes; }
kill "-$how" "$server" 2>/dev/null
kill -CONT "$server" 2>/dev/null
wait "$server"
[ -z "$last" ] || rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
"#;

/// A running program. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Kept {
    pub pid: u32,
    keeper: Child,
    lifeline: Option<ChildStdin>,
}

impl Kept {
    /// Starts the program, whose log is appended to `log` in the folder. `goodbye` is the signal that ends it.
    pub fn start(folder: &Path, goodbye: &str, program: &Command) -> Result<Self, String> {
        let mut keeper = Command::new("sh");
        keeper.args(["-c", SCRIPT, "keeper", goodbye]).arg(folder);
        keeper.arg(program.get_program()).args(program.get_args());
        // In a group of its own: an interrupt from the keyboard is for the test, which then says what is to be done.
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut keeper = keeper.spawn().map_err(|error| format!("cannot start a keeper: {error}"))?;
        let lifeline = keeper.stdin.take();
        let mut pid = String::new();
        let said = keeper.stdout.take().ok_or("the keeper says nothing")?;
        BufReader::new(said).read_line(&mut pid).map_err(|error| error.to_string())?;
        let pid = pid.trim().parse().map_err(|_| format!("the keeper said {pid:?}"))?;
        Ok(Self { pid, keeper, lifeline })
    }

    pub fn has_ended(&self) -> bool {
        // Nobody has waited for it yet: an ended one is a zombie.
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        stat.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with('Z')) || stat.is_empty()
    }

    pub fn signal(&self, name: &str) {
        signal(self.pid, name);
    }

    /// Stops the program with this signal and waits until it is gone; the folder stays.
    pub fn stop(mut self, how: &str) {
        if let Some(lifeline) = &mut self.lifeline {
            let _ = writeln!(lifeline, "{how}");
        }
        let _ = self.keeper.wait();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.lifeline = None;
        let _ = self.keeper.wait();
    }
}

/// Sends a signal by its name: `TERM`, `KILL`, `STOP`, `CONT`.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    assert!(sent.is_ok(), "kill can be run");
}

/// The program; where we are root, run by somebody without rights, who then owns the folder.
pub fn unprivileged(folder: &Path, program: &Path) -> Result<Command, String> {
    let metadata = fs::metadata(folder).map_err(|error| error.to_string())?;
    let us = fs::metadata("/proc/self").map_err(|error| error.to_string())?.uid();
    if us != 0 {
        return Ok(Command::new(program));
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("cannot read /etc/passwd: {error}"))?;
    let find = |name: &str| users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|user| user[0] == name);
    let user = find("postgres").or_else(|| find("nobody")).ok_or("there is neither a user postgres nor nobody")?;
    let (uid, gid): (u32, u32) = match (user[2].parse(), user[3].parse()) {
        (Ok(uid), Ok(gid)) => (uid, gid),
        _ => return Err("cannot read /etc/passwd".to_owned()),
    };
    if metadata.uid() == 0 {
        chown(folder, Some(uid), Some(gid)).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]).arg(program);
    Ok(command)
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: it is still free when a
/// program that was stopped starts again.
pub fn free_port() -> u16 {
    let lowest_given = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let lowest_given = lowest_given.split_whitespace().next().and_then(|port| port.parse().ok()).unwrap_or(32_768);
    for _ in 0..1_000 {
        let port = rand::random_range(10_000..lowest_given);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free")
}

/// On the PATH.
pub fn on_path(name: &str) -> Option<std::path::PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())
}
