//! A Redis of our own: on a port of this machine only, with nothing on disk, gone with the process however that ends.
use crate::keeper::{self, Kept};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(30);
const INSTALL: &str = "redis-server is not on the PATH: install it, on Debian with `apt-get install redis-server`";

#[derive(Debug)]
pub struct Redis {
    pub address: SocketAddr,
    folder: PathBuf,
    running: Mutex<Option<Kept>>,
    cluster: bool,
}

impl Redis {
    pub fn start() -> Self {
        Self::start_as(false)
    }

    /// The smallest cluster: one server that holds every slot.
    pub fn start_cluster() -> Self {
        let redis = Self::start_as(true);
        redis.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
        let since = Instant::now();
        while redis.try_command(&["GET", "anything"]).as_deref() != Ok("$-1") {
            assert!(since.elapsed() < PATIENCE, "the cluster is not ready");
            thread::sleep(Duration::from_millis(20));
        }
        redis
    }

    fn start_as(cluster: bool) -> Self {
        let folder = env::temp_dir().join(format!("huddle-redis-{}", Uuid::new_v4().simple()));
        fs::create_dir(&folder).expect("a temporary folder can be made");
        let address = SocketAddr::from(([127, 0, 0, 1], keeper::free_port()));
        let redis = Self { address, folder, running: Mutex::new(None), cluster };
        redis.start_again();
        redis
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Waits until it is gone. Harmless where it is stopped already.
    pub fn stop(&self) {
        if let Some(running) = self.running.lock().expect("a server").take() {
            running.stop("KILL");
        }
    }

    /// At the same address, empty.
    pub fn start_again(&self) {
        let mut running = self.running.lock().expect("a server");
        assert!(running.is_none(), "it runs already");
        let program = keeper::on_path("redis-server").unwrap_or_else(|| panic!("{INSTALL}"));
        let mut program = keeper::unprivileged(&self.folder, &program).expect("somebody to run it");
        program.args(["--bind", "127.0.0.1", "--port", &self.address.port().to_string(), "--save", ""]);
        program.args(["--appendonly", "no", "--daemonize", "no", "--dir"]).arg(&self.folder);
        if self.cluster {
            let bus = keeper::free_port().to_string();
            program.args(["--cluster-enabled", "yes", "--cluster-port", &bus]);
        }
        let kept = Kept::start(&self.folder, "KILL", &program).expect("Redis starts");
        let since = Instant::now();
        while self.try_command(&["PING"]).as_deref() != Ok("+PONG") {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(since.elapsed() < PATIENCE && !kept.has_ended(), "Redis did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        *running = Some(kept);
    }

    /// SIGSTOP: connections stay open, and nothing is answered.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        if let Some(running) = &*self.running.lock().expect("a server") {
            running.signal(name);
        }
    }

    pub fn forget_everything(&self) {
        self.command(&["FLUSHALL"]);
    }

    /// Ends every connection that listens to a channel. Says how many those were.
    pub fn cut_listeners(&self) -> usize {
        let ended = self.command(&["CLIENT", "KILL", "TYPE", "pubsub"]);
        ended.trim_start_matches(':').parse().expect("a number of connections")
    }

    /// The first line of the answer.
    pub fn command(&self, words: &[&str]) -> String {
        self.try_command(words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// The same where Redis may be gone or frozen.
    pub fn try_command(&self, words: &[&str]) -> Result<String, String> {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.try_bytes(&words).map_err(|error| error.to_string())
    }

    /// The same with words that need be no text.
    pub fn try_bytes(&self, words: &[&[u8]]) -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend(format!("${}\r\n", word.len()).into_bytes());
            request.extend(*word);
            request.extend(b"\r\n");
        }
        stream.write_all(&request)?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
