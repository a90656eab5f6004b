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
        Err(ObjectError::Store { source: object_store::Error::NotFound { .. }, .. })
    ));
    let other = ObjectName { bucket: "other".into(), ..name("none") };
    assert!(matches!(objects.fetch(&other).await, Err(ObjectError::NoBucket { .. })));
    let version = ObjectName { version: Some("1".into()), ..name("none") };
    assert!(matches!(objects.fetch(&version).await, Err(ObjectError::NoVersions { .. })));
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
}
