//! PostgreSQL of our own, gone with the process however that ends: one that all tests share, started by the first that
//! needs it, and others that a test may stop and start.
//!
//! They listen on a socket in their own temporary folder only, so that no port is taken and nobody else gets in.
use crate::keeper::{self, Kept};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const INSTALL: &str = "PostgreSQL's own programs (initdb, postgres) are neither on the PATH nor under /usr/lib/postgresql: \
                       install them, on Debian with `apt-get install postgresql`";

/// Nothing of a test outlives its server.
const CARELESS: &[&str] = &["fsync=off", "full_page_writes=off", "synchronous_commit=off"];
/// What was acknowledged outlives the server's process: no test survives a loss of power, so nothing waits for the disk.
const KEEPING: &[&str] = &["fsync=off", "full_page_writes=off"];

#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    settings: &'static [&'static str],
    running: Mutex<Option<Kept>>,
}

/// How it stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Work in progress is rolled back, connections are closed.
    Fast,
    /// As when the machine loses its process: the log is replayed at the next start.
    Immediate,
}

impl Server {
    /// The one server of this process. Nobody stops it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Result<Server, String>> = OnceLock::new();
        match SHARED.get_or_init(|| Self::make(CARELESS)) {
            Ok(server) => server,
            Err(why) => panic!("{why}"),
        }
    }

    /// A server of the caller's own, which keeps what it acknowledged however it is stopped.
    pub fn own() -> Self {
        Self::make(KEEPING).unwrap_or_else(|why| panic!("{why}"))
    }

    /// One as people run it, for measuring.
    pub fn durable() -> Self {
        Self::make(&[]).unwrap_or_else(|why| panic!("{why}"))
    }

    /// What all its processes have computed so far, in hundredths of a second.
    pub fn ticks(&self) -> u64 {
        let data = self.folder.join("data");
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
        let own = processes.filter(|path| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == data));
        own.map(|path| ticks(&path)).sum()
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://huddle@localhost/{database}?host={}", self.folder.display())
    }

    /// Where its socket is, and with it `log` and `data`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of PostgreSQL's programs, such as `pg_dump`, of the server's own version.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Waits until it is gone. Harmless where it is stopped already.
    pub fn stop(&self, how: Stop) {
        let signal = match how {
            Stop::Fast => "INT",
            Stop::Immediate => "QUIT",
        };
        if let Some(running) = self.running.lock().expect("a server").take() {
            running.stop(signal);
        }
    }

    /// Starts it again at the same place.
    pub fn start(&self) {
        let mut running = self.running.lock().expect("a server");
        assert!(running.is_none(), "it runs already");
        *running = Some(self.run().unwrap_or_else(|why| panic!("{why}")));
    }

    pub fn restart(&self, how: Stop) {
        self.stop(how);
        self.start();
    }

    fn make(settings: &'static [&'static str]) -> Result<Self, String> {
        let programs = programs().ok_or(INSTALL)?;
        let folder = env::temp_dir().join(format!("huddle-pg-{}", Uuid::new_v4().simple()));
        fs::create_dir(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        let mut initdb = keeper::unprivileged(&folder, &programs.join("initdb"))?;
        initdb.args(["--username=huddle", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
        let made = initdb.arg(folder.join("data")).output().map_err(|error| format!("cannot run initdb: {error}"))?;
        if !made.status.success() {
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let server = Self { folder, programs, settings, running: Mutex::new(None) };
        *server.running.lock().expect("a server") = Some(server.run()?);
        Ok(server)
    }

    fn run(&self) -> Result<Kept, String> {
        let (data, pid) = (self.folder.join("data"), self.folder.join("data/postmaster.pid"));
        // What a killed one left behind says "ready" too.
        let _ = fs::remove_file(pid);
        let mut postgres: Command = keeper::unprivileged(&self.folder, &self.programs.join("postgres"))?;
        postgres.arg("-D").arg(&data).arg("-k").arg(&self.folder);
        for setting in self.settings {
            postgres.args(["-c", setting]);
        }
        postgres.args(["-c", "listen_addresses="]);
        postgres.args(["-c", "max_connections=600", "-c", "shared_buffers=64MB", "-c", "jit=off"]);
        let running = Kept::start(&self.folder, "QUIT", &postgres)?;
        let since = Instant::now();
        while !is_ready(&data) {
            if since.elapsed() > PATIENCE || running.has_ended() {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL did not start: {log}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop(Stop::Immediate);
        let _ = fs::remove_dir_all(&self.folder);
    }
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

/// The server writes its state into the eighth line of this file.
fn is_ready(data: &Path) -> bool {
    let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    state.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

/// Of one process, which may be gone already, and of those that it started and saw end.
pub fn ticks(process: &Path) -> u64 {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    // The name, in brackets, may hold anything.
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(4).filter_map(|number| number.parse::<u64>().ok()).sum()
}
