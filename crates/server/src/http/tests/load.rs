//! What happens when much comes at once, or the end comes while requests are in progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use overt_vision::face::Wanted;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::*;
use crate::engine::{Engine, EngineError, Findings, LabelFindings, LabelsWanted, TextFindings};
use crate::testing::FakeEngine;

/// An engine that waits for a permit before it answers, and tells how many have come that far.
#[derive(Clone)]
pub(super) struct Gate {
    permits: Arc<Semaphore>,
    entered: Arc<AtomicUsize>,
    runtime: tokio::runtime::Handle,
}

impl Gate {
    fn new() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(0)),
            entered: Arc::default(),
            runtime: tokio::runtime::Handle::current(),
        }
    }
    pub(super) async fn until_entered(&self, count: usize) {
        while self.entered.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }
    pub(super) fn open(&self) {
        self.permits.add_permits(1000);
    }
}

impl Engine for Gate {
    fn faces(&mut self, file: &[u8], max_faces: usize, wanted: &Wanted) -> Result<Findings, EngineError> {
        self.entered.fetch_add(1, Ordering::SeqCst);
        self.runtime.block_on(self.permits.acquire()).unwrap().forget();
        FakeEngine.faces(file, max_faces, wanted)
    }

    fn labels(&mut self, file: &[u8], wanted: &LabelsWanted<'_>) -> Result<LabelFindings, EngineError> {
        FakeEngine.labels(file, wanted)
    }

    fn text(&mut self, file: &[u8]) -> Result<TextFindings, EngineError> {
        FakeEngine.text(file)
    }

    fn moderation(&mut self, file: &[u8], least: f32) -> Result<overt_vision::Moderation, EngineError> {
        FakeEngine.moderation(file, least)
    }
}

pub(super) async fn start_gated(settings: &str) -> (Gate, Arc<Running>) {
    let gate = Gate::new();
    let held = gate.clone();
    let running = start_with(settings, move || Box::new(held.clone())).await;
    (gate, Arc::new(running))
}

fn calls(running: &Arc<Running>, count: usize, body: &Value) -> Vec<JoinHandle<Reply>> {
    (0..count)
        .map(|_| {
            let (running, body) = (Arc::clone(running), body.clone());
            tokio::spawn(async move { call(&running, "DetectFaces", &body).await })
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_that_is_taken_is_refused_and_comes_back() {
    let (gate, running) =
        start_gated("workers = 2\n[limits]\nbody_bytes = 100000\nmemory_bytes = 200000").await;
    let large = json!({ "Image": picture(&format!("[0{}]", " ".repeat(70_000))) });
    let held = calls(&running, 2, &large);
    gate.until_entered(2).await;
    let refused = call(&running, "DetectFaces", &large).await;
    assert_eq!(refused.code(), "ProvisionedThroughputExceededException");
    gate.open();
    for call in held {
        assert_eq!(call.await.unwrap().status, 200);
    }
    assert_eq!(call(&running, "DetectFaces", &large).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_refused_at_once() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nqueue = 1").await;
    let accepted = calls(&running, 1, &detect("[0]"));
    gate.until_entered(1).await;
    // Of five more, one finds the only waiting place; the others are refused although nothing was finished.
    let (finished, mut replies) = tokio::sync::mpsc::unbounded_channel();
    for call in calls(&running, 5, &detect("[0]")) {
        let finished = finished.clone();
        tokio::spawn(async move { finished.send(call.await.unwrap()).unwrap() });
    }
    for _ in 0..4 {
        let refused = replies.recv().await.unwrap();
        assert_eq!(refused.code(), "ProvisionedThroughputExceededException");
    }
    gate.open();
    assert_eq!(replies.recv().await.unwrap().status, 200);
    for call in accepted {
        assert_eq!(call.await.unwrap().status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_answers_what_was_accepted() {
    let (gate, running) = start_gated("workers = 4").await;
    let accepted = calls(&running, 4, &detect("[0]"));
    gate.until_entered(4).await;
    running.stop();
    // No new connection is taken from here on, and what is held is still held.
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(accepted.iter().all(|call| !call.is_finished()));
    gate.open();
    for call in accepted {
        assert_eq!(call.await.unwrap().status, 200);
    }
    assert!(running.ended().await, "the server did not finish");
}

/// Waits for what has to come; gives up so late that only a fault can be the reason.
async fn until(what: &str, come: impl Fn() -> bool) {
    let wait = async {
        while !come() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait)
        .await
        .unwrap_or_else(|_| panic!("{what} never came"));
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_held_as_long_as_its_bytes_and_no_longer() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nqueue = 2").await;
    let large = json!({ "Image": picture(&format!("[0{}]", " ".repeat(700_000))) }).to_string();
    let request = head(&running, &running.key, "DetectFaces", "/", large.as_bytes()) + &large;
    let a_body = (large.len() as u64).next_multiple_of(1024);
    let send = async || {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    };
    let works = send().await;
    gate.until_entered(1).await;
    assert_eq!(running.memory.taken(), a_body);
    let waits = (send().await, send().await);
    until("two bodies that wait", || running.memory.taken() == 3 * a_body).await;
    // Who waits and leaves gives back memory and place at once, although the worker is as busy as before.
    drop(waits);
    until("the memory of who left", || running.memory.taken() == a_body).await;
    let others = (send().await, send().await);
    until("two more that wait", || running.memory.taken() == 3 * a_body).await;
    // Who leaves while a worker reads the picture leaves the picture here, and so its share is still taken.
    drop(works);
    drop(others);
    until("the memory of who left", || running.memory.taken() == a_body).await;
    let refused = call(&running, "DetectFaces", &json!({})).await;
    assert_eq!(refused.code(), "ValidationException");
    assert_eq!(running.memory.taken(), a_body, "a picture in work was not counted any more");
    gate.open();
    until("the memory of the picture in work", || running.memory.taken() == 0).await;
    assert_eq!(call(&running, "DetectFaces", &detect("[0]")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_is_only_declared_takes_nothing() {
    let running = start("[limits]\nbody_bytes = 16777216\nmemory_bytes = 33554432").await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let request = head(&running, &running.key, "DetectFaces", "/", b"")
            .replace("content-length: 0", "content-length: 16777216");
        stream.write_all((request + "{").as_bytes()).await.unwrap();
        silent.push(stream);
    }
    until("eight bodies", || running.memory.taken() > 0).await;
    let large = json!({ "Image": picture(&format!("[0{}]", " ".repeat(5_000_000))) });
    assert_eq!(call(&running, "DetectFaces", &large).await.status, 200);
    assert!(
        running.memory.taken() <= 8 * (64 << 10),
        "{} bytes for eight that arrived",
        running.memory.taken()
    );
    drop(silent);
    until("the memory of those who left", || running.memory.taken() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_does_no_harm() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nqueue = 2").await;
    let first = calls(&running, 1, &detect("[0]"));
    gate.until_entered(1).await;
    let body = detect("[0, 1, 2]").to_string();
    let request = head(&running, &running.key, "DetectFaces", "/", body.as_bytes()) + &body;
    let mut leaver = TcpStream::connect(running.address).await.unwrap();
    leaver.write_all(request.as_bytes()).await.unwrap();
    drop(leaver);
    gate.open();
    for call in first {
        assert_eq!(call.await.unwrap().status, 200);
    }
    assert_eq!(call(&running, "DetectFaces", &detect("[0]")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_takes_no_memory() {
    let running = start("[limits]\nbody_bytes = 1048576\nmemory_bytes = 2097152").await;
    let unknown = IssuedKey { id: AccessKeyId::draw(&Context::system()).unwrap(), ..running.key.clone() };
    let revoked = running.principals.create(&principal("revoked", Allowed::All)).unwrap();
    running.principals.revoke(&"revoked".parse().unwrap()).unwrap();
    let unsigned = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1048576\r\n\r\n".to_owned();
    let of = |key| {
        head(&running, key, "DetectFaces", "/", b"").replace("content-length: 0", "content-length: 1048576")
    };
    let all_but_one = vec![b' '; (1 << 20) - 1];
    let mut streams = Vec::new();
    for request in [unsigned, of(&unknown), of(&revoked)] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.write_all(&all_but_one).await.unwrap();
        streams.push(stream);
    }
    // Three bodies of which two would fill the budget, and one who may use the server.
    let large = json!({ "Image": picture(&format!("[0{}]", " ".repeat(700_000))) });
    assert_eq!(call(&running, "DetectFaces", &large).await.status, 200);
    assert_eq!(running.memory.taken(), 0);
    let mut codes = Vec::new();
    for mut stream in streams {
        stream.write_all(b" ").await.unwrap();
        codes.push(read_reply(&mut stream).await.code());
    }
    let unrecognized = "UnrecognizedClientException";
    assert_eq!(codes, ["MissingAuthenticationTokenException", unrecognized, unrecognized]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_client_hung_up_is_counted() {
    let (gate, running) = start_gated("workers = 1").await;
    let counted = async || {
        let metrics = String::from_utf8(get(&running, "/metrics").await.body).unwrap();
        let line = metrics
            .lines()
            .find(|line| line.contains("\"CompareFaces\"") && line.contains("code=\"ClientGone\""))
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap());
        line.unwrap_or(0.0)
    };
    assert!(counted().await < 1.0);
    let body = json!({ "SourceImage": picture("[0]"), "TargetImage": picture("[0]") }).to_string();
    let request = head(&running, &running.key, "CompareFaces", "/", body.as_bytes()) + &body;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    gate.until_entered(1).await;
    drop(stream);
    let wait = async {
        while counted().await < 1.0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.expect("it was never counted");
    gate.open();
}

#[test]
fn a_request_that_a_shutdown_cuts_off_is_counted_as_such() {
    // A runtime of its own, whose end drops what is still being answered.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (gate, running, stream) = runtime.block_on(async {
        let (gate, running) = start_gated("workers = 1\n[limits]\nshutdown_seconds = 0").await;
        let body = json!({ "SourceImage": picture("[0]"), "TargetImage": picture("[0]") }).to_string();
        let request = head(&running, &running.key, "CompareFaces", "/", body.as_bytes()) + &body;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        gate.until_entered(1).await;
        running.stop();
        assert!(!running.ended().await, "nothing was cut off");
        (gate, running, stream)
    });
    runtime.shutdown_timeout(Duration::from_secs(120));
    drop((running, stream));
    gate.open();
    let counted = METRICS.get().unwrap().render();
    let cut_off = |line: &&str| line.contains("\"CompareFaces\"") && line.contains("code=\"CutOff\"");
    assert!(counted.lines().any(|line| cut_off(&line)), "{counted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_loses_the_place() {
    let running = start("[limits]\nconnections = 1\nanswer_seconds = 1").await;
    let mut greedy = TcpStream::connect(running.address).await.unwrap();
    let asking = tokio::spawn(async move {
        let many = b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
        while greedy.write_all(&many).await.is_ok() {}
    });
    // Nothing but the end of the first connection makes room for this one.
    let answer = tokio::time::timeout(Duration::from_secs(120), get(&running, "/healthz"));
    assert_eq!(answer.await.expect("its place was held").status, 200);
    asking.await.unwrap();
}
