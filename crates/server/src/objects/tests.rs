use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn objects(folder: &Path) -> Objects {
    let buckets = BTreeMap::from([("photos".to_owned(), BucketConfig::folder(folder))]);
    Objects::open(&buckets, Duration::from_secs(20)).unwrap()
}

fn name(key: &str) -> ObjectName {
    ObjectName { bucket: "photos".into(), key: key.into(), version: None }
}

#[tokio::test]
async fn a_file_of_the_folder_is_an_object() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("2026 summer")).unwrap();
    fs_err::write(folder.path().join("2026 summer/größe+1 %.jpg"), b"pixels").unwrap();
    let bytes = objects(folder.path()).fetch(&name("2026 summer/größe+1 %.jpg")).await.unwrap();
    assert_eq!(&*bytes, b"pixels");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_an_object() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("bucket");
    fs_err::create_dir(&folder).unwrap();
    fs_err::write(outside.path().join("secret"), b"secret").unwrap();
    #[cfg(unix)]
    fs_err::os::unix::fs::symlink(outside.path().join("secret"), folder.join("link")).unwrap();
    #[cfg(unix)]
    fs_err::os::unix::fs::symlink(outside.path(), folder.join("up")).unwrap();
    let objects = objects(&folder);
    let absolute = outside.path().join("secret");
    for key in [
        "../secret",
        "a/../../secret",
        "/secret",
        "link",
        "up/secret",
        "./link",
        "a//b",
        "",
        "x/",
        "\0",
        absolute.to_str().unwrap(),
        "%2e%2e/secret",
        "..\\secret",
    ] {
        let result = objects.fetch(&name(key)).await;
        assert!(result.is_err(), "{key:?} gave {result:?}");
    }
}

#[tokio::test]
async fn no_error_repeats_a_name_that_a_client_chose() {
    let folder = tempfile::tempdir().unwrap();
    let objects = objects(folder.path());
    for key in
        ["passport.jpg", "passport//x", "/passport", "passport/", "../passport", "passport\0", "a/./passport"]
    {
        let error = objects.fetch(&name(key)).await.unwrap_err();
        // As it reaches the log: with its causes.
        let told = crate::error::ApiError::from(error).details();
        assert!(!told.is_empty() && !told.contains("passport"), "{key:?}: {told}");
    }
    let other = ObjectName { bucket: "passports".into(), key: "x".into(), version: Some("passport".into()) };
    let told = crate::error::ApiError::from(objects.fetch(&other).await.unwrap_err()).details();
    assert!(!told.contains("passport"), "{told}");
}

#[tokio::test]
async fn size_is_checked_before_the_body_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs_err::File::create(folder.path().join("large")).unwrap();
    file.set_len(MAX_OBJECT + 1).unwrap();
    let file = fs_err::File::create(folder.path().join("fits")).unwrap();
    file.set_len(MAX_OBJECT).unwrap();
    let objects = objects(folder.path());
    assert!(matches!(
        objects.fetch(&name("large")).await,
        Err(ObjectError::TooLarge { size }) if size == MAX_OBJECT + 1
    ));
    assert_eq!(objects.fetch(&name("fits")).await.unwrap().len() as u64, MAX_OBJECT);
}

#[tokio::test]
async fn missing_things_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let objects = objects(folder.path());
    assert!(matches!(
        objects.fetch(&name("none")).await,
        Err(ObjectError::Store { said: Said { what: "not found", .. }, .. })
    ));
    let other = ObjectName { bucket: "other".into(), ..name("none") };
    assert!(matches!(objects.fetch(&other).await, Err(ObjectError::NoBucket)));
    let version = ObjectName { version: Some("1".into()), ..name("none") };
    assert!(matches!(objects.fetch(&version).await, Err(ObjectError::NoVersions { .. })));
}

/// A store that answers everything with `answer`; the other half is how often it was asked.
async fn store(answer: String) -> (u16, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<std::sync::atomic::AtomicUsize> = Arc::default();
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap_or(0) > 0 {}
            let _hung_up = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, asked)
}

#[tokio::test]
async fn no_store_sends_the_server_elsewhere() {
    let found = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\netag: \"x\"\r\nlast-modified: Fri, 27 Nov 2026 00:00:00 GMT\r\n\
                 connection: close\r\n\r\nsecret";
    let (inside, asked) = store(found.to_owned()).await;
    let fetch = async |port: u16| {
        let text = format!(
            "endpoint = 'http://127.0.0.1:{port}'\naccess_key_id = 'id'\nsecret_access_key = 'secret'"
        );
        let buckets = BTreeMap::from([("photos".to_owned(), toml::from_str(&text).unwrap())]);
        Objects::open(&buckets, Duration::from_secs(20)).unwrap().fetch(&name("passport.jpg")).await
    };
    // The answer is one that the client takes when it is asked for it,
    assert_eq!(&*fetch(inside).await.unwrap(), b"secret");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
    // and does not fetch when a store points to it.
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:{inside}/admin\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let (outside, redirected) = store(answer).await;
        assert!(matches!(fetch(outside).await, Err(ObjectError::Store { .. })), "{status}");
        assert!(redirected.load(std::sync::atomic::Ordering::SeqCst) > 0);
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1, "a redirect was followed");
}

#[test]
fn a_bucket_that_is_a_file_is_refused_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let buckets = BTreeMap::from([("photos".to_owned(), BucketConfig::folder(file.path()))]);
    let error = Objects::open(&buckets, Duration::from_secs(1)).err().unwrap().to_string();
    assert!(error.contains("buckets.photos") && error.contains("not a folder"), "{error}");
}

#[test]
fn a_folder_that_does_not_exist_names_its_bucket() {
    let buckets = BTreeMap::from([("photos".to_owned(), BucketConfig::folder("/no/such/folder"))]);
    let error = Objects::open(&buckets, Duration::from_secs(1)).err().unwrap().to_string();
    assert!(error.contains("buckets.photos") && error.contains("/no/such/folder"), "{error}");
}

#[test]
fn credentials_come_from_named_variables() {
    let mut config: BucketConfig = toml::from_str(
        "endpoint = 'http://127.0.0.1:1'\naccess_key_id_env = 'A'\nsecret_access_key_env = 'B'",
    )
    .unwrap();
    config.check().unwrap();
    let environment =
        BTreeMap::from([("A".to_owned(), "id".to_owned()), ("B".to_owned(), "s3cret".to_owned())]);
    config.take_credentials(&environment).unwrap();
    assert_eq!(config.secret_access_key.as_deref(), Some("s3cret"));
    assert!(!format!("{config:?}").contains("s3cret"));
    let mut missing: BucketConfig =
        toml::from_str("region = 'x'\naccess_key_id_env = 'NOPE'\nsecret_access_key_env = 'B'").unwrap();
    assert!(missing.take_credentials(&environment).unwrap_err().contains("NOPE"));
    // The secret itself in the place of a variable's name.
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let mut mistaken: BucketConfig =
        toml::from_str(&format!("region = 'x'\naccess_key_id_env = 'A'\nsecret_access_key_env = '{secret}'"))
            .unwrap();
    let error = mistaken.take_credentials(&environment).unwrap_err();
    assert!(error.contains("is not set") && !error.contains("wJal"), "{error}");
}

/// Asks a store that writes down what it hears and knows nothing.
async fn heard(settings: &str, environment: &[(&str, &str)]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut config: BucketConfig = toml::from_str(&format!("endpoint = '{endpoint}'\n{settings}")).unwrap();
    config.check().unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    config.take_credentials(&environment).unwrap();
    let listening = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_buf(&mut head).await.unwrap();
        }
        stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        String::from_utf8(head).unwrap()
    });
    let buckets = BTreeMap::from([("photos".to_owned(), config)]);
    let objects = Objects::open(&buckets, Duration::from_secs(20)).unwrap();
    let error = objects.fetch(&name("a/b.jpg")).await.unwrap_err();
    assert!(error.to_string().contains("not found"), "{error}");
    listening.await.unwrap()
}

#[tokio::test]
async fn every_key_of_a_bucket_changes_what_its_store_is_asked() {
    let keys = "access_key_id = 'AKIDINFILE'\nsecret_access_key = 'one'\n";
    let plain = heard(keys, &[]).await;
    assert!(plain.starts_with("GET /photos/a/b.jpg HTTP/1.1\r\n"), "{plain}");
    assert!(plain.contains("AKIDINFILE/") && plain.contains("/us-east-1/s3/aws4_request"), "{plain}");
    assert!(!plain.contains("x-amz-security-token"), "{plain}");
    let named = heard(&format!("{keys}bucket = 'archive-2026'"), &[]).await;
    assert!(named.starts_with("GET /archive-2026/a/b.jpg "), "{named}");
    let elsewhere = heard(&format!("{keys}region = 'eu-west-1'"), &[]).await;
    assert!(elsewhere.contains("/eu-west-1/s3/aws4_request"), "{elsewhere}");
    let with_token = heard(&format!("{keys}session_token = 'tok'"), &[]).await;
    assert!(with_token.contains("x-amz-security-token: tok"), "{with_token}");
    let variables = [("ID", "AKIDINENVIRONMENT"), ("SECRET", "two")];
    let from_environment =
        heard("access_key_id_env = 'ID'\nsecret_access_key_env = 'SECRET'", &variables).await;
    assert!(from_environment.contains("AKIDINENVIRONMENT/"), "{from_environment}");
}
