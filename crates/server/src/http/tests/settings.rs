//! Each setting that shapes a running server, by what it changes. What is not here is tested where it is read: paths and
//! credentials in `config`, `objects` and `weights`, the log in `telemetry`, the region in `cli::serve`.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::load::start_gated;
use super::{call, detect, exchange, get, head, head_of, picture, read_reply, start};

/// Reads until the server hangs up.
async fn hung_up(mut stream: TcpStream) {
    let mut received = Vec::new();
    // A reset is an end, too.
    let _reset = stream.read_to_end(&mut received).await;
}

#[tokio::test]
async fn header_seconds_ends_slow_heads_and_idle_connections() {
    let running = start("[limits]\nheader_seconds = 1").await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nhost: x\r\nx-a: ").await.unwrap();
    hung_up(slow).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_eq!(read_reply(&mut idle).await.status, 200);
    hung_up(idle).await;
    // One that has said nothing at all.
    hung_up(TcpStream::connect(running.address).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_bounds_those_that_are_open() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nconnections = 1").await;
    let body = detect("[0]").to_string();
    let request = head(&running, &running.key, "DetectFaces", "/", body.as_bytes()) + &body;
    let mut first = TcpStream::connect(running.address).await.unwrap();
    first.write_all(request.as_bytes()).await.unwrap();
    gate.until_entered(1).await;
    // The system completes the connection; the server does not look at it while the first one is open.
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), read_reply(&mut second)).await;
    assert!(early.is_err(), "a connection too many was served");
    gate.open();
    assert_eq!(read_reply(&mut first).await.status, 200);
    drop(first);
    assert_eq!(read_reply(&mut second).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_seconds_ends_a_wait_for_a_worker() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nqueue_seconds = 1").await;
    let body = detect("[0]").to_string();
    let request = head(&running, &running.key, "DetectFaces", "/", body.as_bytes()) + &body;
    let mut first = TcpStream::connect(running.address).await.unwrap();
    first.write_all(request.as_bytes()).await.unwrap();
    gate.until_entered(1).await;
    let late = call(&running, "DetectFaces", &detect("[0]")).await;
    assert_eq!((late.status, late.code().as_str()), (500, "ThrottlingException"));
    gate.open();
    // One that a worker has begun with is not cut off.
    assert_eq!(read_reply(&mut first).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_seconds_bounds_the_wait_for_requests_in_progress() {
    let (gate, running) = start_gated("workers = 1\n[limits]\nshutdown_seconds = 0").await;
    let body = detect("[0]").to_string();
    let request = head(&running, &running.key, "DetectFaces", "/", body.as_bytes()) + &body;
    let mut held = TcpStream::connect(running.address).await.unwrap();
    held.write_all(request.as_bytes()).await.unwrap();
    gate.until_entered(1).await;
    running.stop();
    assert!(!running.ended().await, "a request in progress was waited for");
    gate.open();
}

#[tokio::test]
async fn workers_is_how_many_there_are() {
    let running = start("workers = 3").await;
    let ready = async {
        while String::from_utf8(get(&running, "/readyz").await.body).unwrap() != "ready, 3 workers\n" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), ready).await.expect("three workers");
}

#[tokio::test]
async fn signature_regions_are_the_only_ones_accepted() {
    // The tests sign for us-east-1.
    let refused =
        call(&start("[signature]\nregions = ['eu-west-1']").await, "DetectFaces", &detect("[]")).await;
    assert_eq!(refused.code(), "InvalidSignatureException");
    assert!(String::from_utf8(refused.body).unwrap().contains("eu-west-1"));
    let running = start("region = 'us-east-1'\n[signature]\nregions = ['eu-west-1', 'us-east-1']").await;
    assert_eq!(call(&running, "DetectFaces", &detect("[]")).await.status, 200);
}

#[tokio::test]
async fn skew_seconds_is_how_old_a_signature_may_be() {
    let body = detect("[]").to_string();
    for (settings, seconds_ago, status) in [
        ("", 250, 200),
        ("", 400, 400),
        ("", -400, 400),
        ("[signature]\nskew_seconds = 600", 400, 200),
        ("[signature]\nskew_seconds = 600", -400, 200),
        ("[signature]\nskew_seconds = 30", 100, 400),
    ] {
        let running = start(settings).await;
        let head = head_of(&running, &running.key, "DetectFaces", "/", body.as_bytes(), seconds_ago);
        let reply = exchange(running.address, (head + &body).as_bytes()).await;
        assert_eq!(
            reply.status,
            status,
            "{settings} {seconds_ago}: {}",
            String::from_utf8_lossy(&reply.body)
        );
    }
}

#[tokio::test]
async fn every_seconds_is_how_soon_deleted_templates_leave_their_file() {
    let running = start("[upkeep]\nevery_seconds = 0.05").await;
    let collection = json!({ "CollectionId": "c" });
    assert_eq!(call(&running, "CreateCollection", &collection).await.status, 200);
    let faces = json!({ "CollectionId": "c", "Image": picture("[0, 1, 2]") });
    let added = call(&running, "IndexFaces", &faces).await.json();
    let segments = || {
        let stores = fs_err::read_dir(running._folder.path().join("data/templates")).unwrap();
        let files = stores.flat_map(|store| fs_err::read_dir(store.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect::<BTreeSet<_>>()
    };
    let before = segments();
    let face = &added["FaceRecords"][1]["Face"]["FaceId"];
    let deletion = json!({ "CollectionId": "c", "FaceIds": [face] });
    assert_eq!(call(&running, "DeleteFaces", &deletion).await.status, 200);
    let rewritten = async {
        while !segments().is_disjoint(&before) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    // Half of what it takes without the setting.
    tokio::time::timeout(Duration::from_secs(30), rewritten).await.expect("compacted");
    let left = call(&running, "ListFaces", &collection).await.json();
    assert_eq!(left["Faces"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn object_seconds_bounds_the_wait_for_a_store() {
    // Accepts and says nothing.
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", store.local_addr().unwrap());
    let held = tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            held.push(store.accept().await.unwrap());
        }
    });
    let running = start(&format!(
        "[limits]\nobject_seconds = 1\n[buckets.silent]\nendpoint = '{endpoint}'\n\
         access_key_id = 'id'\nsecret_access_key = 'secret'"
    ))
    .await;
    let image: Value = json!({ "Image": { "S3Object": { "Bucket": "silent", "Name": "x.jpg" } } });
    let reply = call(&running, "DetectFaces", &image).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "InvalidS3ObjectException"));
    assert_eq!(running.memory.taken(), 0, "what was taken for the object was not given back");
    held.abort();
}
