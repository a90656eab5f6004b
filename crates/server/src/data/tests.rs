//! The data folder: modes, claims, what a killed process leaves, and what is said when it cannot be used.

use std::sync::Arc;

use overt_gallery::{Allowed, Context, Database, IssuedKey, NewPrincipal, Principals, Sector};

use super::*;

fn key(folder: &Path) -> IssuedKey {
    let database = Database::open(folder, Context::system()).unwrap();
    Principals::new(Arc::new(database))
        .create(&NewPrincipal {
            name: "default".parse().unwrap(),
            organisation: "Test".parse().unwrap(),
            sector: Sector::Research,
            allowed: Allowed::All,
        })
        .unwrap()
}

#[test]
fn credentials_are_private_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(&folder.path().join("deep/data")).unwrap();
    let key = key(data.root());
    assert!(!data.holds_credentials_of(&key.id).unwrap());
    data.write_credentials(&key).unwrap();
    data.write_client_config("eu-central-1").unwrap();
    assert!(data.holds_credentials_of(&key.id).unwrap());
    assert!(fs_err::read_to_string(data.client_config()).unwrap().contains("region = eu-central-1"));
    #[cfg(unix)]
    {
        assert_eq!(mode(data.root()), 0o700);
        assert_eq!(mode(&data.root().join("aws")), 0o700);
        assert_eq!(mode(&data.credentials()), 0o600);
    }
    let files: Vec<_> = fs_err::read_dir(data.root().join("aws")).unwrap().collect();
    assert_eq!(files.len(), 2, "a temporary file was left");
}

#[test]
fn one_server_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let claim = data.claim().unwrap();
    assert!(matches!(data.claim(), Err(DataError::InUse { .. })));
    drop(claim);
    assert!(data.claim().is_ok());
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn every_file_is_for_its_owner_only_in_a_folder_that_others_may_enter() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    // In use for something else already, so its mode is its owner's business.
    fs_err::write(folder.path().join("notes"), b"").unwrap();
    fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    assert_eq!(data.shared_mode().unwrap(), Some(0o755));
    let claim = data.claim().unwrap();
    data.write_credentials(&key(data.root())).unwrap();
    data.write_client_config("us-east-1").unwrap();
    let mut open = vec![data.root().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            if !path.ends_with("notes") {
                assert_eq!(mode(&path), wanted, "{}", path.display());
            }
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    drop(claim);
}

#[cfg(unix)]
#[test]
fn an_empty_folder_becomes_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    assert_eq!(mode(data.root()), 0o700);
    assert_eq!(data.shared_mode().unwrap(), None);
}

#[test]
fn what_a_killed_process_began_to_write_is_swept_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    data.write_client_config("us-east-1").unwrap();
    for left in ["aws/credentials.4711.tmp", ".writable.4711.tmp"] {
        fs_err::write(data.root().join(left), b"half a secr").unwrap();
    }
    data.sweep(&data.claim().unwrap()).unwrap();
    let names = |path: &Path| {
        let mut names: Vec<_> =
            fs_err::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(data.root()), ["aws", "server.lock"]);
    assert_eq!(names(&data.root().join("aws")), ["config"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_folders_only() {
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str, target: &Path| {
        let path = folder.path().join(name);
        fs_err::os::unix::fs::symlink(target, &path).unwrap();
        path
    };
    let real = folder.path().join("real");
    fs_err::create_dir(&real).unwrap();
    let data = DataFolder::open(&link("to-folder", &real)).unwrap();
    assert_eq!(data.root(), fs_err::canonicalize(&real).unwrap());
    let nothing = folder.path().join("nothing");
    let error = DataFolder::open(&link("to-nothing", &nothing)).unwrap_err();
    assert!(matches!(&error, DataError::LinkToNothing { target, .. } if *target == nothing), "{error}");
    fs_err::write(folder.path().join("file"), b"").unwrap();
    let error = DataFolder::open(&link("to-file", &folder.path().join("file"))).unwrap_err();
    assert!(matches!(error, DataError::NotAFolder { .. }), "{error}");
}

#[test]
fn a_full_disk_and_one_that_may_not_be_written_are_told_apart() {
    for (kind, words) in [
        (ErrorKind::StorageFull, "is full"),
        (ErrorKind::QuotaExceeded, "is full"),
        (ErrorKind::ReadOnlyFilesystem, "cannot be written to"),
        (ErrorKind::PermissionDenied, "cannot be written to"),
    ] {
        let error = refused(Path::new("/data"), kind.into()).to_string();
        assert!(error.contains(words) && error.contains("/data") && error.contains("--data"), "{error}");
    }
}

#[test]
fn the_address_is_there_while_it_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    assert_eq!(data.address().unwrap(), None);
    data.write_address("http://127.0.0.1:6837").unwrap();
    assert_eq!(data.address().unwrap().as_deref(), Some("http://127.0.0.1:6837"));
    data.remove_address();
    data.remove_address();
    assert_eq!(data.address().unwrap(), None);
}

#[test]
fn the_address_of_a_killed_server_is_not_that_of_whoever_claims_the_folder_next() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    // A kill removes nothing.
    data.write_address("http://127.0.0.1:6837").unwrap();
    let claim = data.claim().unwrap();
    assert_eq!(data.address().unwrap(), None);
    // And one that runs keeps it, whoever asks for the claim.
    data.write_address("http://127.0.0.1:6838").unwrap();
    assert!(data.claim().is_err());
    assert_eq!(data.address().unwrap().as_deref(), Some("http://127.0.0.1:6838"));
    drop(claim);
}

#[test]
fn a_file_in_the_way_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    fs_err::write(&path, b"").unwrap();
    assert!(matches!(DataFolder::open(&path), Err(DataError::NotAFolder { .. })));
    let below = path.join("below");
    let error = DataFolder::open(&below).unwrap_err().to_string();
    assert!(error.contains("--data"), "{error}");
}
