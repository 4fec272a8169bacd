//! The files of `deploy/`, read by the programs that they are for: systemd, Caddy, a reader of YAML, Consigne itself. No image
//! is built and no container runs here.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

fn deploy(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn systemd_takes_the_unit_and_finds_it_closed() {
    let dir = tempfile::TempDir::new().unwrap();
    let unit = dir.path().join("consigne.service");
    let text = std::fs::read_to_string(deploy("consigne.service")).unwrap();
    assert!(text.contains("ExecStart=/usr/local/bin/consigne serve --config /etc/consigne/consigne.toml"));
    // systemd looks whether the program is there.
    std::fs::write(&unit, text.replace("/usr/local/bin/consigne", env!("CARGO_BIN_EXE_consigne"))).unwrap();
    let analyze = |arguments: &[&str]| Command::new("systemd-analyze").args(arguments).arg(&unit).output().unwrap();
    let verified = analyze(&["verify", "--man=no"]);
    assert_eq!(succeeds(&verified), "", "no warning either");
    let said = succeeds(&analyze(&["security", "--offline=true", "--no-pager"]));
    let level = said.lines().find_map(|line| line.split("exposure level for consigne.service: ").nth(1)).unwrap();
    let level: f32 = level.split_whitespace().next().unwrap().parse().unwrap();
    assert!(level < 1.5, "exposure {level}; 10 is open, 0 is closed");
}

fn compose() -> Value {
    let program = "import json,sys,yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let read = Command::new("python3").args(["-c", program]).arg(deploy("compose.yaml")).output().unwrap();
    serde_json::from_str(&succeeds(&read)).unwrap()
}

#[test]
fn the_composed_form_shows_the_proxy_alone_and_keeps_secrets_in_files() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    assert_eq!(services.keys().map(String::as_str).collect::<Vec<_>>().len(), 5);
    for (name, service) in services {
        assert_eq!(service["ports"].is_null(), name != "proxy", "{name}: only the proxy has ports");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["security_opt"][0], "no-new-privileges:true", "{name}");
        assert!(service["privileged"].is_null() && service["network_mode"].is_null(), "{name}");
        assert!(name == "bucket" || service["healthcheck"]["test"].is_array(), "{name}: no health check");
        let image = service["image"].as_str().unwrap();
        assert!(name == "consigne" || image.split_once(':').is_some_and(|(_, tag)| tag != "latest"), "{image}");
        for (variable, value) in service["environment"].as_object().into_iter().flatten() {
            let is_secret = ["PASSWORD", "SECRET", "KEY"].iter().any(|word| variable.contains(word));
            assert!(!is_secret || variable.ends_with("_FILE"), "{name}: {variable}={value}");
        }
        let networks = service["networks"].as_array().unwrap();
        let is_inside = !networks.iter().any(|network| network == "front");
        assert_eq!(is_inside, !["proxy", "consigne"].contains(&name.as_str()), "{name}");
        for secret in service["secrets"].as_array().into_iter().flatten() {
            let secret = secret.as_str().or(secret["source"].as_str()).unwrap();
            assert!(compose["secrets"][secret]["file"].is_string(), "{name}: {secret}");
        }
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let from = volume.as_str().unwrap().split(':').next().unwrap();
            let known = compose["volumes"].as_object().unwrap().contains_key(from);
            assert!(known || deploy(from).exists(), "{name}: {from}");
        }
    }
    assert_eq!(compose["networks"]["back"]["internal"], true, "the stores reach nothing outside");
    assert_eq!(services["consigne"]["user"], "10001:10001");
    // What the page tells to ignore is what must never be committed.
    let ignored = std::fs::read_to_string(deploy("../.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "/deploy/secrets/"));
}

#[test]
fn the_image_is_made_of_what_the_repository_has() {
    let text = std::fs::read_to_string(deploy("Containerfile")).unwrap();
    let mut copied = 0;
    for line in text.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in &words[..words.len() - 1] {
            assert!(deploy("..").join(source).exists(), "{line}");
            copied += 1;
        }
    }
    assert!(copied >= 6);
    assert!(text.contains("\nCOPY docs/api-quirks.md docs/api-quirks.md\n"), "the program has it in itself");
    let user = text.lines().position(|line| line == "USER 10001:10001").unwrap();
    assert!(user < text.lines().position(|line| line.starts_with("ENTRYPOINT")).unwrap(), "not root");
}

#[test]
fn secrets_and_what_is_built_here_stay_out_of_the_image() {
    let text = std::fs::read_to_string(deploy("../.dockerignore")).unwrap();
    let left_out: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for name in [".git", "target", "consigne-demo", "deploy/secrets", "wip"] {
        assert!(left_out.contains(&name), "{name}");
    }
    // Whatever is not committed, but for what a build or a test leaves as single files, stays out too.
    let ignored = std::fs::read_to_string(deploy("../.gitignore")).unwrap();
    for name in ignored.lines().filter_map(|line| line.strip_prefix('/')) {
        assert!(left_out.contains(&name.trim_end_matches('/')), "{name} is not committed, and would be in the image");
    }
    // The file is read where the context is, and leaves out nothing that the image is made of.
    assert_eq!(compose()["services"]["consigne"]["build"]["context"], "..");
    let container = std::fs::read_to_string(deploy("Containerfile")).unwrap();
    for line in container.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let taken = line.split_whitespace().skip(1).filter(|word| left_out.iter().any(|name| word.starts_with(name)));
        assert_eq!(taken.count(), 0, "{line}");
    }
    assert!(left_out.iter().all(|line| !line.starts_with('!')), "nothing of it is taken in again");
}

#[test]
fn consigne_reads_the_example_configurations() {
    for (example, then) in [("consigne.toml", "no installation here yet"), ("consigne.compose.toml", "no root key at")]
    {
        let dir = tempfile::TempDir::new().unwrap();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_consigne"));
        serve.args(["serve", "--config"]).arg(deploy(example)).arg("--data-dir").arg(dir.path());
        serve.env("CONSIGNE_ROOT_KEY_FILE", dir.path().join("root.key"));
        let output = serve.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(then), "{example} is read, then: {said}");
    }
}

/// Something that answers, and tells which head reached it.
fn upstream() -> (std::net::SocketAddr, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head: Vec<String> = BufReader::new(stream.try_clone().unwrap())
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n");
            if tell.send(head.join("\n").to_lowercase()).is_err() {
                return;
            }
        }
    });
    (address, told)
}

struct Caddy(std::process::Child);

impl Drop for Caddy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The real proxy with the real file, but for TLS: what a client says of where it comes from never reaches the service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_believes_no_client_about_addresses() {
    let (upstream, told) = upstream();
    let front = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("Caddyfile");
    // The administration's port is the same for all: off, several may run at once.
    let text =
        std::fs::read_to_string(deploy("Caddyfile")).unwrap().replacen("{\n\tservers", "{\n\tadmin off\n\tservers", 1);
    assert!(text.contains("admin off"));
    std::fs::write(&file, text).unwrap();
    let caddy = |command: &str| {
        let mut caddy = Command::new("caddy");
        caddy.args([command, "--adapter", "caddyfile", "--config"]).arg(&file);
        caddy.env("CONSIGNE_HOST", format!("http://127.0.0.1:{}", front.port()));
        caddy.env("CONSIGNE_UPSTREAM", upstream.to_string()).env("HOME", dir.path()).env("XDG_DATA_HOME", dir.path());
        caddy.env("XDG_CONFIG_HOME", dir.path()).stdin(Stdio::null());
        caddy
    };
    succeeds(&caddy("validate").output().unwrap());
    let _running = Caddy(caddy("run").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap());
    for _ in 0..200 {
        if std::net::TcpStream::connect(front).is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |path: &str| {
        let request = client.get(format!("http://{front}{path}"));
        let forged = request.header("x-forwarded-for", "203.0.113.9").header("x-real-ip", "203.0.113.9");
        forged.header("x-forwarded-proto", "gopher").send().await.unwrap()
    };
    assert_eq!(ask("/api/v1/me").await.status().as_u16(), 200);
    let head = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(head.contains(&format!("host: {front}")), "the public host is passed on: {head}");
    assert!(head.contains("x-forwarded-for: 127.0.0.1") && !head.contains("203.0.113.9"), "{head}");
    assert!(!head.contains("gopher"), "{head}");
    for path in ["/readyz", "/healthz", "/metrics"] {
        assert_eq!(ask(path).await.status().as_u16(), 404, "{path} is for inside");
    }
    assert!(told.recv_timeout(Duration::from_millis(300)).is_err(), "none of them went through");
}
