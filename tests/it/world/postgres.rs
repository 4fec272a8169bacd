//! A PostgreSQL of one's own, that a test may stop and start.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A server on loopback with its own data; stopped when dropped.
pub struct OwnPostgres {
    dir: TempDir,
    programs: PathBuf,
    pub port: u16,
}

impl OwnPostgres {
    /// Creates the data and starts. Durable, unlike the server the other tests share.
    pub fn start() -> Self {
        let dir = TempDir::with_prefix("consigne-pg-").unwrap();
        let programs = glob_programs();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = Self { dir, programs, port };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(own.dir.path()));
        }
        let data = own.data();
        own.run(
            "initdb",
            &["-D", &data, "-U", "consigne", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        own.up();
        own
    }

    fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command.args(arguments).current_dir(self.dir.path()));
    }

    /// Starts.
    pub fn up(&self) {
        let options = format!("-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories=''", self.port);
        let log = self.dir.path().join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-l", &log, "-o", &options, "start"]);
    }

    /// Stops at once, as by a fault.
    pub fn down(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }

    /// Its address, with the database `postgres`.
    pub fn url(&self) -> String {
        format!("postgres://consigne@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let data = self.data();
        if std::fs::exists(format!("{data}/postmaster.pid")).unwrap_or(false) {
            self.down();
        }
    }
}

pub fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

fn glob_programs() -> PathBuf {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").unwrap().flatten().map(|e| e.path()).collect();
    versions.sort();
    versions.pop().unwrap().join("bin")
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).status().unwrap();
    assert!(output.success(), "{command:?}");
}
