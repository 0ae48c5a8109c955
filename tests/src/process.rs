//! The real program: started, stopped, and killed.
use crate::Browser;
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
    let folder = test.ancestors().nth(2).expect("it is in target/<profile>/deps");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The whole workspace chooses the features, as it did for this test: nothing is compiled twice.
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--workspace", "--bin", "huddle", "--profile", profile, "--target-dir"]);
    build.arg(folder.parent().expect("a target folder")).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
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

/// `huddle serve`, killed with the value.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Process {
    pub fn start(database_url: &str, more: &[&str]) -> Self {
        Self::start_logging(database_url, more, "info")
    }

    /// With a log of that depth, in the words of `HUDDLE_LOG`.
    pub fn start_logging(database_url: &str, more: &[&str], depth: &str) -> Self {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--database-url", database_url];
        arguments.extend(more);
        let mut command = command(&arguments);
        command.env("HUDDLE_LOG", depth).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let reader = collect(child.stderr.take().expect("a log"), log.clone());
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("an output"));
        stdout.read_line(&mut first).expect("the program says something");
        let address = first.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let _ = child.wait();
            panic!("the first line is {first:?}, the log: {}", log.lock().expect("a log"));
        };
        // What it still prints is of no interest, but a full pipe would stop it.
        thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Self { child, address, log, reader: Some(reader) }
    }

    pub fn stranger(&self) -> Browser {
        Browser::at(self.address)
    }

    /// SIGKILL: no goodbye, nothing flushed.
    pub fn kill(mut self) {
        self.child.kill().expect("the program is killed");
        self.child.wait().expect("the program ends");
    }

    /// SIGTERM. Answers how it ended, and its log.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(sent.success());
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                let _ = self.reader.take().map(thread::JoinHandle::join);
                return (status, self.log.lock().expect("a log").clone());
            }
            assert!(since.elapsed() < PATIENCE, "it does not stop");
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a running process");
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

fn collect(mut from: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            into.lock().expect("a log").push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    })
}
