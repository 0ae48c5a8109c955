//! The real program: started, stopped, and killed.
use crate::{Browser, keeper};
use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// `HUDDLE_BIN`, or the program beside this test, built when that must be.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match env::var_os("HUDDLE_BIN") {
        Some(path) => path.into(),
        None => build(),
    })
}

fn build() -> PathBuf {
    let test = env::current_exe().expect("this test is a file");
    // target/<profile>, or deps in it.
    let folder = test.ancestors().skip(1).find(|folder| !folder.ends_with("deps")).expect("it is in a folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The whole workspace chooses the features, as it did for this test: nothing is compiled twice.
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--workspace", "--bin", "huddle", "--profile", profile, "--target-dir"]);
    build.arg(folder.parent().expect("a target folder")).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    // What cargo tells this test of its package would make the build scripts that look at such names run again, and
    // with them half of what is built.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
            build.env_remove(name);
        }
    }
    let built = build.status().expect("cargo runs");
    assert!(built.success(), "the program does not build");
    folder.join("huddle")
}

/// Runs a command to its end, without the settings of whoever runs the tests.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HUDDLE_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// How a `huddle serve` is started.
#[derive(Clone, Debug)]
pub struct Launch {
    pub database_url: String,
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub listen: SocketAddr,
    /// In the words of `HUDDLE_LOG`.
    pub depth: String,
    /// Where the log goes, after what is there.
    pub log: Log,
}

impl Launch {
    /// On a free port, logging at `info`, taking documents of the test's own.
    pub fn on(database_url: &str) -> Self {
        Self {
            database_url: database_url.to_owned(),
            arguments: vec!["--development".to_owned()],
            environment: Vec::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            depth: "info".to_owned(),
            log: Log::default(),
        }
    }
}

/// What a process has written to its standard error so far.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<String>>);

impl Log {
    pub fn text(&self) -> String {
        self.0.lock().expect("a log").clone()
    }

    /// The last lines: for the message of a failure.
    pub fn tail(&self, lines: usize) -> String {
        let text = self.text();
        let from = text.lines().count().saturating_sub(lines);
        text.lines().skip(from).collect::<Vec<_>>().join("\n")
    }

    pub fn note(&self, line: &str) {
        self.push(&format!("---- {line}\n"));
    }

    fn push(&self, text: &str) {
        self.0.lock().expect("a log").push_str(text);
    }
}

/// `huddle serve`, killed with the value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    log: Log,
    reader: Option<thread::JoinHandle<()>>,
}

impl Process {
    pub fn start(database_url: &str, more: &[&str]) -> Self {
        Self::start_logging(database_url, more, "info")
    }

    /// With a log of that depth, in the words of `HUDDLE_LOG`.
    pub fn start_logging(database_url: &str, more: &[&str], depth: &str) -> Self {
        let mut launch = Launch { depth: depth.to_owned(), ..Launch::on(database_url) };
        launch.arguments.extend(more.iter().map(|&word| word.to_owned()));
        Self::launch(&launch)
    }

    /// Waits until it listens.
    pub fn launch(launch: &Launch) -> Self {
        Self::try_launch(launch).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The same where it may refuse to start.
    pub fn try_launch(launch: &Launch) -> Result<Self, String> {
        let listen = launch.listen.to_string();
        let mut command = command(&["serve", "--listen", &listen, "--database-url", &launch.database_url]);
        // Tests that are about the second factor say so.
        command.env("HUDDLE_SECOND_FACTOR", "optional");
        // A screen that only listens is no activity, and the checker's listen for hours.
        command.env("HUDDLE_IDLE_MINUTES", "720");
        // And one person follows with many of them.
        command.env("HUDDLE_LIMIT_SOCKETS", "60000");
        command.args(&launch.arguments).env("HUDDLE_LOG", &launch.depth);
        command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let log = launch.log.clone();
        let reader = collect(child.stderr.take().expect("a log"), log.clone());
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("an output"));
        stdout.read_line(&mut first).expect("the program says something");
        let said = first.trim().strip_prefix("listening on http");
        let address = said.and_then(|rest| rest.trim_start_matches('s').strip_prefix("://"));
        let address = address.and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let _ = child.wait();
            let _ = reader.join();
            return Err(format!("the first line is {first:?}, the log: {}", log.tail(20)));
        };
        // What it still prints is of no interest, but a full pipe would stop it.
        thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Ok(Self { child, address, log, reader: Some(reader) })
    }

    pub fn stranger(&self) -> Browser {
        Browser::at(self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `STOP` and `CONT`, or anything else.
    pub fn signal(&self, name: &str) {
        keeper::signal(self.pid(), name);
    }

    /// SIGKILL: no goodbye, nothing flushed.
    pub fn kill(mut self) {
        self.child.kill().expect("the program is killed");
        self.child.wait().expect("the program ends");
    }

    /// How it ended, where it has by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the program can be waited for")
    }

    /// SIGTERM. Answers how it ended, and its log.
    pub fn terminate(self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.wait(PATIENCE)
    }

    /// Waits until it has ended.
    pub fn wait(mut self, patience: Duration) -> (ExitStatus, String) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                let _ = self.reader.take().map(thread::JoinHandle::join);
                return (status, self.log.text());
            }
            assert!(since.elapsed() < patience, "it does not stop");
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut from: impl Read + Send + 'static, into: Log) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            into.push(&String::from_utf8_lossy(&buffer[..read]));
        }
    })
}
