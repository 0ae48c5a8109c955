//! A PostgreSQL of our own: started by the first test that needs one, gone with the process however that ends.
//!
//! It listens on a socket in its own temporary folder only, so that no port is taken and nobody else gets in.
use std::{
    env, fs,
    io::Write,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const INSTALL: &str = "PostgreSQL's own programs (initdb, postgres) are neither on the PATH nor under /usr/lib/postgresql: \
                       install them, on Debian with `apt-get install postgresql`";

/// Runs the server, and again whenever it has ended and somebody asks for it. Once its standard input ends, which it
/// does when the test process is gone, killed or not, it stops the server and cleans up.
const KEEPER: &str = r#"
folder=$1; shift
trap '' INT TERM HUP
exec 3<&0
( cat <&3 >/dev/null; touch "$folder/over"; kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null ) &
until [ -e "$folder/over" ]; do
  rm -f "$folder/again"
  "$@" 3<&- >>"$folder/log" 2>&1
  until [ -e "$folder/again" ] || [ -e "$folder/over" ]; do sleep 0.05; done
done
rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
"#;

/// Nothing of a test outlives it.
const CARELESS: [&str; 3] = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];

pub struct Server {
    folder: PathBuf,
    /// Closed by the end of the process, and the keeper hears it.
    _keeper: ChildStdin,
}

impl Server {
    /// The one server of this process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Result<Server, String>> = OnceLock::new();
        match SHARED.get_or_init(|| start(&CARELESS)) {
            Ok(server) => server,
            Err(why) => panic!("{why}"),
        }
    }

    /// Another one, for a test that stops it.
    pub fn private() -> Self {
        start(&CARELESS).unwrap_or_else(|why| panic!("{why}"))
    }

    /// One that keeps what it acknowledged, for measuring.
    pub fn durable() -> Self {
        start(&[]).unwrap_or_else(|why| panic!("{why}"))
    }

    /// As an update of PostgreSQL does: connections are cut, what was committed is kept.
    pub fn stop(&self) {
        let pid = fs::read_to_string(self.data().join("postmaster.pid")).expect("the server runs");
        let pid = pid.lines().next().expect("a process id").to_owned();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
        assert!(sent.success());
        wait("stop", || !self.data().join("postmaster.pid").exists());
    }

    pub fn start_again(&self) {
        fs::write(self.folder.join("again"), "").expect("the keeper can be asked");
        wait("start again", || is_ready(&self.data()));
    }

    /// What all its processes have computed so far, in hundredths of a second.
    pub fn ticks(&self) -> u64 {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
        processes
            .filter(|path| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == self.data()))
            .map(|p| ticks(&p))
            .sum()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://huddle@localhost/{database}?host={}", self.folder.display())
    }
}

/// Of one process, which may be gone already.
pub fn ticks(process: &Path) -> u64 {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    // The name, in brackets, may hold anything.
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum()
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < PATIENCE, "PostgreSQL does not {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn start(more: &[&str]) -> Result<Server, String> {
    let programs = programs().ok_or(INSTALL)?;
    let folder = env::temp_dir().join(format!("huddle-pg-{}", Uuid::new_v4().simple()));
    fs::create_dir(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let data = folder.join("data");
    let run_as = unprivileged(&folder)?;

    let mut initdb = command(&run_as, &programs.join("initdb"));
    initdb.args(["--username=huddle", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
    let made = initdb.arg(&data).output().map_err(|error| format!("cannot run initdb: {error}"))?;
    if !made.status.success() {
        return Err(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr)));
    }

    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).args(&run_as).arg(programs.join("postgres"));
    keeper.arg("-D").arg(&data).arg("-k").arg(&folder);
    for setting in ["listen_addresses="].iter().chain(more) {
        keeper.args(["-c", setting]);
    }
    keeper.args(["-c", "max_connections=600", "-c", "shared_buffers=64MB", "-c", "jit=off"]);
    let mut keeper =
        keeper.stdin(Stdio::piped()).spawn().map_err(|error| format!("cannot start PostgreSQL: {error}"))?;
    let mut lifeline = keeper.stdin.take().ok_or("the keeper has no standard input")?;
    lifeline.flush().map_err(|error| error.to_string())?;

    let since = Instant::now();
    while !is_ready(&data) {
        if since.elapsed() > PATIENCE || keeper.try_wait().is_ok_and(|ended| ended.is_some()) {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(format!("PostgreSQL did not start: {log}"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(Server { folder, _keeper: lifeline })
}

/// On the PATH, or where Debian keeps them; the newest of several.
fn programs() -> Option<PathBuf> {
    let has = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(found) = env::split_paths(&env::var_os("PATH")?).find(has) {
        // A link in the PATH does not lead to the files that belong to the program.
        return fs::canonicalize(found.join("postgres")).ok()?.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<f32>().ok());
    let mut found: Vec<_> = versions.filter(|version| has(&version.join("bin"))).collect();
    found.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    found.pop().map(|version| version.join("bin"))
}

/// PostgreSQL refuses to run as root: then somebody without rights runs it, and owns the folder.
fn unprivileged(folder: &Path) -> Result<Vec<String>, String> {
    let metadata = fs::metadata(folder).map_err(|error| error.to_string())?;
    if metadata.uid() != 0 {
        return Ok(Vec::new());
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("cannot read /etc/passwd: {error}"))?;
    let find = |name: &str| users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|user| user[0] == name);
    let user = find("postgres").or_else(|| find("nobody")).ok_or("there is neither a user postgres nor nobody")?;
    let (uid, gid): (u32, u32) = match (user[2].parse(), user[3].parse()) {
        (Ok(uid), Ok(gid)) => (uid, gid),
        _ => return Err("cannot read /etc/passwd".to_owned()),
    };
    chown(folder, Some(uid), Some(gid)).map_err(|error| error.to_string())?;
    Ok(vec!["setpriv".to_owned(), format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()])
}

fn command(run_as: &[String], program: &Path) -> Command {
    match run_as {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    }
}

/// The server writes its state into the eighth line of this file.
fn is_ready(data: &Path) -> bool {
    let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    state.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}
