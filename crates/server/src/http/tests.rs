//! The whole pipeline over real sockets, with engines that need no networks.
//!
//! A "picture" is a JSON list of angles, one fake face each (see `crate::testing`). Everything else is real: socket,
//! signature, records, queue, answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{AccessKeyId, Allowed, Context, IssuedKey, NewPrincipal, Principals, Sector};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::bench::sign::{AccessKey, CONTENT_TYPE, amz_date, authorization, authorization_of};
use crate::config::{Config, Overrides};
use crate::engine::Engine;
use crate::http::Memory;
use crate::recognition::Recognition;
use crate::server::Server;
use crate::testing::{FakeEngine, recognition};

mod accounts;
mod collections;
mod consents;
mod contradictions;
mod defaults;
mod likeness;
mod load;
mod policies;
mod settings;
mod thresholds;

/// A process has one recorder, and all servers of these tests count with it.
static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// A running server with its principals at hand.
struct Running {
    address: SocketAddr,
    principals: Principals,
    key: IssuedKey,
    memory: Memory,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    ended: Mutex<Option<JoinHandle<bool>>>,
    _folder: Arc<tempfile::TempDir>,
}

impl Running {
    fn stop(&self) {
        self.stop.lock().unwrap().take().unwrap().send(()).unwrap();
    }
    /// Whether everything that was accepted was finished.
    async fn ended(&self) -> bool {
        let ended = self.ended.lock().unwrap().take().unwrap();
        ended.await.unwrap()
    }
}

struct Reply {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    fn code(&self) -> String {
        self.json()["__type"].as_str().unwrap().to_owned()
    }
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

fn principal(name: &str, allowed: Allowed) -> NewPrincipal {
    NewPrincipal {
        name: name.parse().unwrap(),
        organisation: "Test".parse().unwrap(),
        sector: Sector::Research,
        allowed,
    }
}

async fn start(settings: &str) -> Running {
    start_with(settings, || Box::new(FakeEngine)).await
}

async fn start_with(settings: &str, build: impl Fn() -> Box<dyn Engine> + Send + Sync + 'static) -> Running {
    start_on(Arc::new(tempfile::tempdir().unwrap()), settings, recognition(), build).await
}

/// Starts a server on a folder that an earlier one may have used.
async fn start_on(
    folder: Arc<tempfile::TempDir>,
    settings: &str,
    recognition: Recognition,
    build: impl Fn() -> Box<dyn Engine> + Send + Sync + 'static,
) -> Running {
    let file = folder.path().join("overt.toml");
    fs_err::write(&file, format!("listen = '127.0.0.1:0'\n{settings}")).unwrap();
    let overrides =
        Overrides { config: Some(file), data: Some(folder.path().join("data")), ..Overrides::default() };
    let config = Config::load(&overrides, &Default::default()).unwrap();
    let server = Server::prepare(config, Context::system()).await.unwrap().with_recognition(recognition);
    let (address, principals) = (server.address(), server.principals().clone());
    let memory = server.memory().clone();
    let tester = principal("tester", Allowed::All);
    let key = match principals.create(&tester) {
        Ok(key) => key,
        Err(_there_already) => principals.rotate(&tester.name, Duration::ZERO).unwrap(),
    };
    let metrics = METRICS.get_or_init(|| crate::telemetry::start_metrics().unwrap()).clone();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(async move {
        let shutdown = async {
            let _dropped = stopped.await;
        };
        let build = move || Ok::<_, String>(build());
        server.run(metrics, build, |error| panic!("{error}"), shutdown).await.unwrap()
    });
    Running {
        address,
        principals,
        key,
        memory,
        stop: Mutex::new(Some(stop)),
        ended: Mutex::new(Some(ended)),
        _folder: folder,
    }
}

/// The head of a signed request, blank line included.
fn head(running: &Running, key: &IssuedKey, operation: &str, path: &str, body: &[u8]) -> String {
    head_of(running, key, operation, path, body, 0)
}

/// The head of a request that was signed so many seconds ago.
fn head_of(
    running: &Running,
    key: &IssuedKey,
    operation: &str,
    path: &str,
    body: &[u8],
    seconds_ago: i64,
) -> String {
    let host = running.address.to_string();
    let target = format!("RekognitionService.{operation}");
    let date = jiff::Timestamp::try_from(Context::system().now().as_system_time()).unwrap();
    let date = date - jiff::SignedDuration::from_secs(seconds_ago);
    let date = date.strftime("%Y%m%dT%H%M%SZ").to_string();
    let key = AccessKey { id: key.id.to_string(), secret: key.secret.reveal().to_owned() };
    let signature = authorization(&key, &host, &date, &target, body);
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {CONTENT_TYPE}\r\nx-amz-date: {date}\r\n\
         x-amz-target: {target}\r\nauthorization: {signature}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
}

async fn exchange(address: SocketAddr, bytes: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read_reply(&mut stream).await
}

async fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut received = Vec::new();
    let (head, length) = loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(received[..end].to_vec()).unwrap();
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
                })
                .unwrap();
            received.drain(..end + 4);
            break (head, length);
        }
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "closed without an answer");
    };
    while received.len() < length {
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "closed within an answer");
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, headers: head, body: received }
}

async fn call_as(running: &Running, key: &IssuedKey, operation: &str, body: &[u8]) -> Reply {
    let mut request = head(running, key, operation, "/", body).into_bytes();
    request.extend_from_slice(body);
    exchange(running.address, &request).await
}

/// Sends a signed request of any method and path. `more` are header lines beside the signed ones, each with its end; an `x-amz-target`
/// among them is signed.
async fn send_signed(
    running: &Running,
    key: &IssuedKey,
    method: &str,
    path: &str,
    body: &[u8],
    more: &str,
) -> Reply {
    let host = running.address.to_string();
    let date = amz_date();
    let target = more.lines().find_map(|line| line.strip_prefix("x-amz-target: "));
    let mut headers =
        vec![("content-type", CONTENT_TYPE), ("host", host.as_str()), ("x-amz-date", date.as_str())];
    headers.extend(target.map(|target| ("x-amz-target", target)));
    let key = AccessKey { id: key.id.to_string(), secret: key.secret.reveal().to_owned() };
    let signature = authorization_of(&key, method, path, &headers, body);
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {CONTENT_TYPE}\r\nx-amz-date: {date}\r\n{more}authorization: {signature}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    exchange(running.address, &[head.as_bytes(), body].concat()).await
}

async fn call(running: &Running, operation: &str, body: &Value) -> Reply {
    call_as(running, &running.key, operation, body.to_string().as_bytes()).await
}

fn picture(text: &str) -> Value {
    json!({ "Bytes": BASE64_STANDARD.encode(text) })
}

fn detect(text: &str) -> Value {
    json!({ "Image": picture(text) })
}

async fn get(running: &Running, path: &str) -> Reply {
    exchange(running.address, format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await
}

#[tokio::test]
async fn a_signed_request_is_answered() {
    let running = start("").await;
    let reply = call(&running, "DetectFaces", &detect("[0.0, 1.0]")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["FaceDetails"].as_array().unwrap().len(), 2);
    assert_eq!(reply.header("content-type"), Some("application/x-amz-json-1.1"));
    assert!(reply.header("date").is_some() && reply.header("x-amzn-requestid").unwrap().len() == 36);
    let compared = json!({ "SourceImage": picture("[0]"), "TargetImage": picture("[0, 1.5]") });
    let reply = call(&running, "CompareFaces", &compared).await.json();
    assert_eq!(reply["FaceMatches"].as_array().unwrap().len(), 1);
    assert_eq!(reply["UnmatchedFaces"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn each_step_refuses_before_the_next() {
    let running = start("").await;
    let reader = Allowed::from_words(["CompareFaces"]).unwrap();
    let reader = running.principals.create(&principal("reader", reader)).unwrap();
    // Signed with another secret, malformed, and not allowed: the signature is looked at first.
    let forged = IssuedKey { secret: running.key.secret.clone(), ..reader.clone() };
    assert_eq!(call_as(&running, &forged, "DetectFaces", b"{").await.code(), "InvalidSignatureException");
    // Then the operation and the body,
    assert_eq!(call_as(&running, &reader, "DetectFeces", b"{").await.code(), "UnknownOperationException");
    assert_eq!(call_as(&running, &reader, "DetectFaces", b"{").await.code(), "SerializationException");
    assert_eq!(call_as(&running, &reader, "DetectFaces", b"{}").await.code(), "ValidationException");
    // then what the principal may do,
    let body = json!({ "Image": {} }).to_string();
    let denied = call_as(&running, &reader, "DetectFaces", body.as_bytes()).await;
    assert_eq!(denied.code(), "AccessDeniedException");
    assert!(denied.json()["Message"].as_str().unwrap().contains("reader"));
    // and only then the operation itself.
    let reply = call(&running, "DetectFaces", &json!({ "Image": {} })).await;
    assert_eq!(reply.code(), "InvalidParameterException");
}

#[tokio::test]
async fn a_revoked_key_stops_with_the_next_request() {
    let running = start("").await;
    assert_eq!(call(&running, "DetectFaces", &detect("[]")).await.status, 200);
    running.principals.revoke(&"tester".parse().unwrap()).unwrap();
    assert_eq!(call(&running, "DetectFaces", &detect("[]")).await.code(), "UnrecognizedClientException");
}

#[tokio::test]
async fn errors_of_the_engine_have_their_documented_codes() {
    let running = start("").await;
    assert_eq!(call(&running, "DetectFaces", &detect("no json")).await.code(), "InvalidImageFormatException");
    let compared = json!({ "SourceImage": picture("[]"), "TargetImage": picture("[0]") });
    let reply = call(&running, "CompareFaces", &compared).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidParameterException"));
    let both = json!({ "Image": { "Bytes": "AAAA", "S3Object": { "Bucket": "abc", "Name": "x" } } });
    assert_eq!(call(&running, "DetectFaces", &both).await.code(), "InvalidParameterException");
    let nowhere = json!({ "Image": { "S3Object": { "Bucket": "abc", "Name": "x" } } });
    assert_eq!(call(&running, "DetectFaces", &nowhere).await.code(), "InvalidS3ObjectException");
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_server_lives() {
    let running = start("workers = 1").await;
    let reply = call(&running, "DetectFaces", &detect("boom")).await;
    assert_eq!((reply.status, reply.code().as_str()), (500, "InternalServerError"));
    assert_eq!(call(&running, "DetectFaces", &detect("[0]")).await.status, 200);
    let metrics = String::from_utf8(get(&running, "/metrics").await.body).unwrap();
    assert!(metrics.contains("overt_panics_total{where=\"worker\"}"), "{metrics}");
}

#[tokio::test]
async fn what_is_missing_says_so() {
    let running = start("").await;
    let reply = call(&running, "ListStreamProcessors", &json!({})).await;
    assert_eq!((reply.status, reply.code().as_str()), (501, "NotImplementedException"));
}

#[tokio::test]
async fn the_api_is_mounted_under_its_prefix_too() {
    let running = start("prefix = '/rek'").await;
    for path in ["/", "/rek", "/rek/"] {
        // The helper signs `/`, so the answer below `/rek` is a wrong signature, but an answer of the API.
        let request = head(&running, &running.key, "ListStreamProcessors", path, b"{}") + "{}";
        let code = exchange(running.address, request.as_bytes()).await.code();
        let expected = if path == "/" { "NotImplementedException" } else { "InvalidSignatureException" };
        assert_eq!(code, expected, "{path}");
    }
    let request = head(&running, &running.key, "ListStreamProcessors", "/other", b"{}") + "{}";
    assert_eq!(exchange(running.address, request.as_bytes()).await.status, 404);
}

#[tokio::test]
async fn people_and_machines_get_their_pages() {
    let running = start("").await;
    let welcome = get(&running, "/").await;
    assert!(String::from_utf8(welcome.body).unwrap().contains("Amazon Rekognition API"));
    assert_eq!(get(&running, "/healthz").await.status, 200);
    // A worker that has answered is ready.
    call(&running, "DetectFaces", &detect("[]")).await;
    assert_eq!(get(&running, "/readyz").await.status, 200);
    let metrics = String::from_utf8(get(&running, "/metrics").await.body).unwrap();
    for name in ["overt_requests_total{", "overt_request_seconds_bucket{", "overt_queue_wait_seconds_bucket{"]
    {
        assert!(metrics.contains(name), "{name} is not in {metrics}");
    }
}

#[tokio::test]
async fn every_answer_has_an_id() {
    let running = start("").await;
    for request in ["GET /nowhere", "DELETE /", "GET /healthz", "GET /", "POST /"] {
        let request = format!("{request} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
        let reply = exchange(running.address, request.as_bytes()).await;
        let id = reply.header("x-amzn-requestid").unwrap_or_default();
        assert!(uuid::Uuid::parse_str(id).is_ok_and(|id| !id.is_nil()), "{request}: {}", reply.headers);
    }
}

#[tokio::test]
async fn a_body_past_the_limit_gets_its_answer() {
    let running = start("[limits]\nbody_bytes = 2000\nmemory_bytes = 5000").await;
    let reply = call_as(&running, &running.key, "DetectFaces", &vec![b' '; 300_000]).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "RequestEntityTooLargeException"));
    // In chunks, without a length.
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
    for _ in 0..100 {
        stream.write_all(b"3e8\r\n").await.unwrap();
        stream.write_all(&[b' '; 1000]).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(read_reply(&mut stream).await.code(), "RequestEntityTooLargeException");
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let running = start("[limits]\nbody_seconds = 1").await;
    let request = head(&running, &running.key, "DetectFaces", "/", b"{\"Image\": {}}");
    let reply = exchange(running.address, (request + "{").as_bytes()).await;
    assert_eq!((reply.status, reply.code().as_str()), (408, "RequestTimeoutException"));
    assert_eq!(reply.header("connection"), Some("close"));
}

#[tokio::test]
async fn hostile_heads_do_no_harm() {
    let running = start("").await;
    let long = format!("POST / HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("POST / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    for bytes in [
        b"\0\0\0\0".as_slice(),
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // The server may hang up while it is being written to.
        let _hung_up = stream.write_all(bytes).await;
        let _hung_up = stream.shutdown().await;
        let mut answer = Vec::new();
        let _hung_up = stream.read_to_end(&mut answer).await;
        assert!(
            !answer.starts_with(b"HTTP/1.1 200"),
            "{:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
        );
    }
    assert_eq!(call(&running, "DetectFaces", &detect("[0]")).await.status, 200);
}

#[tokio::test]
async fn a_second_server_cannot_have_the_folder_or_the_port() {
    let running = start("").await;
    let folder = running._folder.path().to_owned();
    let overrides = |listen: String| Overrides {
        data: Some(folder.join("data")),
        listen: Some(listen),
        config: Some(folder.join("overt.toml")),
        ..Overrides::default()
    };
    let taken = Config::load(&overrides(running.address.to_string()), &Default::default()).unwrap();
    let error = Server::prepare(taken, Context::system()).await.err().unwrap().to_string();
    assert!(error.contains("in use by another program"), "{error}");
    let free = Config::load(&overrides("127.0.0.1:0".into()), &Default::default()).unwrap();
    let error = Server::prepare(free, Context::system()).await.err().unwrap().to_string();
    assert!(error.contains("in use by another server"), "{error}");
}
