//! Connections and processes: who takes too long is left, and who stops loses nothing.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::{Config, Instance, Timeouts};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::harness::PLAYBOOK;

/// After this long nothing will come any more, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is spoken to byte by byte.
struct Line(TcpStream);

impl Line {
    async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("the server listens"))
    }

    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("the server listens on");
    }

    /// Everything until the server ends the connection.
    async fn hear_to_the_end(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut heard)).await.expect("an end in time").expect("an end in order");
        heard
    }

    /// Everything until some text came.
    async fn hear_until(&mut self, text: &str) -> String {
        let mut heard = Vec::new();
        while !String::from_utf8_lossy(&heard).contains(text) {
            let read = timeout(PATIENCE, self.0.read_buf(&mut heard)).await.expect("an answer in time");
            assert!(read.expect("the connection holds") > 0, "ended with {:?}", String::from_utf8_lossy(&heard));
        }
        String::from_utf8_lossy(&heard).into_owned()
    }
}

/// A request of which the server is told to expect more than `body`, by `missing` bytes.
fn request(method: &str, path: &str, body: &str, missing: usize) -> String {
    let length = body.len() + missing;
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Sends a whole request and returns the JSON of its answer.
async fn ask(address: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let mut line = Line::to(address).await;
    line.say(&request(method, path, &body.to_string(), 0)).await;
    body_of(&line.hear_to_the_end().await)
}

/// The JSON of an answer.
fn body_of(answer: &[u8]) -> Value {
    let answer = String::from_utf8_lossy(answer);
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    serde_json::from_str(body).expect("JSON")
}

/// The id of a new execution of [`PLAYBOOK`].
async fn started(address: SocketAddr) -> String {
    let playbook = ask(address, "POST", "/api/playbooks", &json!({ "source": PLAYBOOK })).await;
    let body = json!({ "playbook_id": playbook["id"], "incident_title": "Stop" });
    let execution = ask(address, "POST", "/api/executions", &body).await;
    execution["id"].as_str().expect("an id").to_owned()
}

/// A server in this process that waits as long as it is told.
struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
    _data: TempDir,
}

impl Served {
    async fn with(timeouts: Timeouts) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let config = Config { data_dir: data.path().to_owned(), timeouts, ..Config::default() };
        let instance = Instance::open(&config).await.expect("the folder takes a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, asked) = oneshot::channel();
        let done = tokio::spawn(async move {
            instance.serve(listener, async { _ = asked.await }).await.expect("it serves");
            instance.close().await;
        });
        Self { address, stop, done, _data: data }
    }

    /// Stops it and says how long that took.
    async fn stop(self) -> Duration {
        let began = Instant::now();
        self.stop.send(()).expect("it runs");
        timeout(PATIENCE, self.done).await.expect("it stops in time").expect("it stops in order");
        began.elapsed()
    }
}

#[tokio::test]
async fn who_does_not_say_what_they_want_is_left() {
    let timeouts = Timeouts { head: Duration::from_millis(500), ..Timeouts::default() };
    let server = Served::with(timeouts).await;
    let mut silent = Line::to(server.address).await;
    assert_eq!(silent.hear_to_the_end().await, b"", "nothing was said");
    let mut half = Line::to(server.address).await;
    half.say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await;
    half.hear_to_the_end().await;
    let mut slow = Line::to(server.address).await;
    let began = Instant::now();
    slow.say("GET /healthz HTTP/1.1\r\nX-Slow: ").await;
    // Every byte comes soon after the one before, and still the head has to be over in time.
    while slow.0.write_all(b"a").await.is_ok() {
        assert!(began.elapsed() < PATIENCE, "a head that never ends is listened to for ever");
        sleep(Duration::from_millis(50)).await;
    }
    let mut kept = Line::to(server.address).await;
    kept.say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await;
    kept.hear_until("ok").await;
    assert_eq!(kept.hear_to_the_end().await, b"", "a connection that is kept open is not kept for ever");
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_a_408() {
    let timeouts = Timeouts { request: Duration::from_millis(500), ..Timeouts::default() };
    let server = Served::with(timeouts).await;
    let mut line = Line::to(server.address).await;
    line.say(&request("POST", "/api/playbooks", "{\"source\":", 100)).await;
    let answer = line.hear_to_the_end().await;
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    let problem = body_of(&answer);
    assert_eq!((&problem["status"], &problem["type"]), (&json!(408), &json!("/problems/timeout")));
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_who_never_finishes() {
    let server = Served::with(Timeouts { stop: Duration::from_millis(500), ..Timeouts::default() }).await;
    let mut line = Line::to(server.address).await;
    line.say(&request("POST", "/api/playbooks", "{\"source\":", 100)).await;
    sleep(Duration::from_millis(200)).await;
    let took = server.stop().await;
    assert!((Duration::from_millis(400)..Duration::from_secs(20)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_server_nobody_waits_for_stops_at_once() {
    let server = Served::with(Timeouts { stop: PATIENCE, ..Timeouts::default() }).await;
    let _untouched = Line::to(server.address).await;
    let mut idle = Line::to(server.address).await;
    idle.say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await;
    idle.hear_until("ok").await;
    let took = server.stop().await;
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// The program, in a process of its own.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn over(data: &Path) -> Self {
        let mut child = program()
            .args(["--addr", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let said = child.stdout.as_mut().expect("its output");
        BufReader::new(said).read_line(&mut line).expect("it says where it is");
        let (_, address) = line.trim().split_once("http://").expect("an address");
        Self { address: address.parse().expect("an address"), child }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().expect("kill runs").success());
    }

    /// Waits for its end; what it logged comes along.
    fn end(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        };
        let mut log = String::new();
        self.child.stderr.take().expect("its log").read_to_string(&mut log).expect("a text");
        (status, log)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already unless a test failed.
        let _ = self.child.kill();
    }
}

/// The program, with nothing from the environment of this test.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_playbook-forge"));
    for variable in ["FORGE_ADDR", "FORGE_DATA_DIR", "FORGE_DEMO", "FORGE_LOG", "FORGE_ALLOWED_ORIGINS"] {
        command.env_remove(variable);
    }
    command
}

#[tokio::test]
async fn a_signal_ends_live_connections_and_lets_running_requests_finish() {
    for signal in ["TERM", "INT"] {
        let data = tempfile::tempdir().expect("a temporary folder");
        let server = Process::over(data.path());
        let id = started(server.address).await;
        let mut live = Line::to(server.address).await;
        live.say(&format!(
            "GET /api/executions/{id}/live?last_seq=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ))
        .await;
        live.hear_until("heartbeat").await;

        let note = json!({ "notes": "written while it stopped" }).to_string();
        let (first, rest) = note.split_at(10);
        let mut running = Line::to(server.address).await;
        running.say(&request("PATCH", &format!("/api/executions/{id}"), first, rest.len())).await;
        sleep(Duration::from_millis(300)).await;
        server.signal(signal);
        let farewell = live.hear_to_the_end().await;
        // A close frame (0x88) with the code 1001.
        assert!(farewell.windows(4).any(|bytes| matches!(bytes, [0x88, _, 0x03, 0xe9])), "{farewell:?}");
        let address = server.address;
        assert!(TcpStream::connect(address).await.is_err(), "nobody new is let in");
        running.say(rest).await;
        let answer = running.hear_to_the_end().await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        let (status, log) = server.end();
        assert!(status.success(), "{status}: {log}");
        assert!(log.contains("stopping"), "{log}");

        let server = Process::over(data.path());
        let execution = ask(server.address, "GET", &format!("/api/executions/{id}"), &Value::Null).await;
        assert_eq!(execution["notes"][0]["text"], "written while it stopped");
        server.signal("TERM");
        assert!(server.end().0.success());
    }
}

#[test]
fn it_listens_on_this_machine_only_unless_told_otherwise() {
    let output = program().arg("--help").output().expect("the program runs");
    let help = String::from_utf8(output.stdout).expect("a text");
    assert!(help.contains("[env: FORGE_ADDR=] [default: 127.0.0.1:3000]"), "{help}");
    assert!(help.contains("FORGE_ALLOWED_ORIGINS"), "{help}");
}

#[test]
fn what_is_no_origin_is_refused_at_the_start() {
    for origin in ["forge.example.com", "*", "https://forge.example.com/path"] {
        let output = program().args(["--allowed-origin", origin, "verify"]).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("https://forge.example.com or"), "{said}");
    }
}

#[test]
fn what_is_no_address_of_thehive_is_refused_at_the_start() {
    for address in ["thehive.example.com", "ftp://thehive.example.com", "https://ana:secret@thehive.example.com"] {
        let output = program().args(["--thehive-url", address, "verify"]).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("https://thehive.example.com or"), "{said}");
    }
}

#[tokio::test]
async fn listening_beyond_this_machine_is_warned_of() {
    for (address, warned) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut child = program()
            .args(["--addr", address, "--data-dir"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut line).expect("it says where it is");
        let server = Process { address: ([127, 0, 0, 1], 1).into(), child };
        // The warning comes right after the address was said.
        sleep(Duration::from_millis(500)).await;
        server.signal("TERM");
        let (_, log) = server.end();
        assert_eq!(log.contains("there is no login"), warned, "{log}");
    }
}

#[tokio::test]
async fn who_does_not_read_an_answer_holds_it_no_longer_than_they_are_waited_for() {
    let timeouts = Timeouts { send: Duration::from_millis(500), ..Timeouts::default() };
    let server = Served::with(timeouts).await;
    let id = started(server.address).await;
    let bytes = "x".repeat(32 * 1024 * 1024);
    let form =
        format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n{bytes}\r\n--b--\r\n");
    let mut line = Line::to(server.address).await;
    let address = format!("/api/executions/{id}");
    line.say(&format!(
        "POST {address}/steps/collect/evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    ))
    .await;
    let evidence = body_of(&line.hear_to_the_end().await)["id"].as_str().expect("it is attached").to_owned();
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a size");
    let mut deaf = Line(socket.connect(server.address).await.expect("it listens"));
    deaf.say(&format!("GET {address}/evidence/{evidence} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).await;
    sleep(Duration::from_secs(3)).await;
    let mut heard = Vec::new();
    let ended = timeout(PATIENCE, deaf.0.read_to_end(&mut heard)).await.expect("it is cut off");
    assert!(ended.is_err() || heard.len() < bytes.len(), "all of it was kept for who did not read");
    server.stop().await;
}
