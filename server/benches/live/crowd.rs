//! Clients that listen. All of them share one thread, so that they take as little as possible from the server.
//!
//! An event is not parsed, only its number is looked for: what a client does with an event is not what is measured.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{interval_at, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How many connect at the same time.
const CONNECTING: usize = 64;
/// The default would be 128 KiB for each.
const BUFFER_BYTES: usize = 4 * 1024;
/// Nothing that is on its way takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<TcpStream>;

/// How a client listens.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// To which execution.
    pub(crate) execution: String,
    /// What it has already.
    pub(crate) last_seq: u64,
    /// A browser says who is there and what they look at; a script just listens.
    pub(crate) analyst: Option<Analyst>,
}

/// Who looks at steps.
#[derive(Clone, Debug)]
pub(crate) struct Analyst {
    pub(crate) name: String,
    /// At these, one after the other.
    pub(crate) steps: Arc<[String]>,
    /// When they move on for the first time.
    pub(crate) first: Duration,
    /// How long they look at one.
    pub(crate) each: Duration,
}

/// What a client heard.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Every event: its number, and when it had arrived.
    pub(crate) events: Vec<(u64, Instant)>,
    /// Messages about who is there.
    pub(crate) presences: usize,
    /// Why it hears no more.
    pub(crate) ended: Option<String>,
}

/// Clients at their seats; they leave when it is dropped.
pub(crate) struct Crowd {
    clients: Vec<Arc<Mutex<Heard>>>,
    received: Arc<AtomicUsize>,
    /// How long it took until all had caught up.
    pub(crate) connected_after: Duration,
    /// Ends every client when it is dropped, before what they wrote into.
    _runtime: Runtime,
}

impl Crowd {
    /// Connects a client for every seat and waits until all have caught up.
    pub(crate) fn gather(address: SocketAddr, seats: Vec<Seat>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a thread can be started");
        let begun = Instant::now();
        let received = Arc::new(AtomicUsize::new(0));
        let doors = Arc::new(Semaphore::new(CONNECTING));
        let (seated, mut all_seated) = mpsc::unbounded_channel();
        let clients: Vec<Arc<Mutex<Heard>>> = seats
            .into_iter()
            .map(|seat| {
                let heard = Arc::new(Mutex::new(Heard::default()));
                let (received, doors, seated) = (received.clone(), doors.clone(), seated.clone());
                let client = Client { heard: heard.clone(), received };
                runtime.spawn(async move {
                    let door = doors.acquire().await;
                    match timeout(PATIENCE, sit_down(address, &seat)).await.unwrap_or(Err(Error::ConnectionClosed)) {
                        Ok(socket) => {
                            drop(door);
                            let _ = seated.send(Ok(()));
                            client.listen(socket, seat.analyst).await;
                        }
                        Err(error) => _ = seated.send(Err(error)),
                    }
                });
                heard
            })
            .collect();
        for _ in &clients {
            all_seated.blocking_recv().expect("every client says so").expect("a client can connect and catch up");
        }
        Self { clients, received, connected_after: begun.elapsed(), _runtime: runtime }
    }

    /// Waits until so many events were received in all, or no more come.
    pub(crate) fn wait_for(&self, expected: usize) {
        const QUIET: Duration = Duration::from_secs(5);
        let (mut received, mut since) = (0, Instant::now());
        while received < expected && since.elapsed() < QUIET {
            std::thread::sleep(Duration::from_millis(10));
            let now = self.received.load(Ordering::Relaxed);
            if now != received {
                (received, since) = (now, Instant::now());
            }
        }
    }

    /// What each heard, in the order of seats.
    pub(crate) fn heard(&self) -> impl Iterator<Item = MutexGuard<'_, Heard>> {
        self.clients.iter().map(|heard| heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Connects, and waits for the heartbeat that comes after catching up.
async fn sit_down(address: SocketAddr, seat: &Seat) -> Result<Socket, Error> {
    let Seat { execution, last_seq, analyst } = seat;
    let query = if analyst.is_some() { String::new() } else { format!("?last_seq={last_seq}") };
    let request = format!("ws://{address}/api/executions/{execution}/live{query}").into_client_request()?;
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    if let Some(Analyst { name, .. }) = analyst {
        let hello = json!({ "type": "hello", "protocol": 1, "analyst": name, "last_seq": last_seq });
        say(&mut socket, &hello).await?;
    }
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) if text.contains(r#""type":"heartbeat""#) => return Ok(socket),
            Message::Close(frame) => {
                return Err(Error::Io(std::io::Error::other(format!("turned away: {frame:?}"))));
            }
            _ => {}
        }
    }
    Err(Error::ConnectionClosed)
}

async fn say(socket: &mut Socket, message: &Value) -> Result<(), Error> {
    socket.send(Message::text(message.to_string())).await
}

struct Client {
    heard: Arc<Mutex<Heard>>,
    received: Arc<AtomicUsize>,
}

impl Client {
    /// Listens until the connection ends.
    async fn listen(self, mut socket: Socket, analyst: Option<Analyst>) {
        let end = match analyst {
            Some(analyst) => self.listen_and_look(&mut socket, &analyst).await,
            None => loop {
                if let Err(end) = self.take(socket.next().await) {
                    break end;
                }
            },
        };
        self.heard().ended = Some(end);
    }

    /// The same, looking at one step after the other meanwhile.
    async fn listen_and_look(&self, socket: &mut Socket, analyst: &Analyst) -> String {
        let mut moves = interval_at(tokio::time::Instant::now() + analyst.first, analyst.each);
        let mut steps = analyst.steps.iter().cycle();
        loop {
            tokio::select! {
                message = socket.next() => if let Err(end) = self.take(message) {
                    return end;
                },
                _ = moves.tick() => {
                    let viewing = json!({ "type": "viewing", "node_id": steps.next(), "editing": false });
                    if let Err(error) = say(socket, &viewing).await {
                        return error.to_string();
                    }
                }
            }
        }
    }

    /// Takes note of a message, or says why there are no more.
    fn take(&self, message: Option<Result<Message, Error>>) -> Result<(), String> {
        match message {
            Some(Ok(Message::Text(text))) => {
                if let Some(seq) = seq(text.as_bytes()) {
                    self.heard().events.push((seq, Instant::now()));
                    self.received.fetch_add(1, Ordering::Relaxed);
                } else if text.starts_with(r#"{"type":"presence""#) {
                    self.heard().presences += 1;
                }
                Ok(())
            }
            Some(Ok(Message::Close(frame))) => Err(format!("{frame:?}")),
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("the server is gone".to_owned()),
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of an event, found without parsing it; none in other messages, which begin with their type.
fn seq(text: &[u8]) -> Option<u64> {
    const NAME: &[u8] = br#""seq":"#;
    if text.starts_with(br#"{"type":"#) {
        return None;
    }
    let start = text.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let digits = text[start..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}
