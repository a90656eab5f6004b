use super::environment::{KEYS, Kind, variable};
use super::*;

fn load(text: &str, variables: &[(&str, &str)], overrides: Overrides) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("overt.toml");
    fs_err::write(&path, text).unwrap();
    let environment = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Config::load(&Overrides { config: Some(path), ..overrides }, &environment)
}

fn message(text: &str, variables: &[(&str, &str)]) -> String {
    load(text, variables, Overrides::default()).unwrap_err().to_string()
}

#[test]
fn defaults_are_loopback_and_amazons_limits() {
    let config = load("", &[], Overrides::default()).unwrap();
    assert!(config.listen.ip().is_loopback());
    assert_eq!(config.listen.port(), DEFAULT_PORT);
    assert_eq!(config.limits.body_bytes, 16 * 1024 * 1024);
    assert!(config.workers >= 1);
    assert_eq!(config.upkeep.every(), std::time::Duration::from_secs(60));
    assert!(config.unknown_variables.is_empty());
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let file = "listen = '127.0.0.1:1'\nworkers = 1\n[limits]\nqueue = 1\nqueue_seconds = 9";
    let variables = [("OVERT_LISTEN", "127.0.0.1:2"), ("OVERT_LIMITS_QUEUE", "2"), ("OVERT_WORKERS", "2")];
    let overrides = Overrides { workers: Some(3), ..Overrides::default() };
    let config = load(file, &variables, overrides).unwrap();
    assert_eq!((config.workers, config.listen.port()), (3, 2));
    assert_eq!((config.limits.queue, config.limits.queue_seconds), (2, 9));
}

#[test]
fn errors_name_the_key_and_where_it_stands() {
    let text = message("listen = '127.0.0.1:1'\nlistn = 'x'", &[]);
    assert!(text.contains("overt.toml") && text.contains("listn") && text.contains("line 2"), "{text}");
    let text = message("[limits]\nqueue = 'many'", &[]);
    assert!(text.contains("queue") && text.contains("line 2"), "{text}");
    let text = message("", &[("OVERT_LIMITS_QUEUE", "many")]);
    assert!(text.contains("OVERT_LIMITS_QUEUE") && text.contains("many"), "{text}");
    let text = message("", &[("OVERT_LOG_FORMAT", "xml")]);
    assert!(text.contains("OVERT_LOG_FORMAT") && text.contains("xml"), "{text}");
    let text = message("", &[("OVERT_UPKEEP_EVERY_SECONDS", "often")]);
    assert!(text.contains("OVERT_UPKEEP_EVERY_SECONDS") && text.contains("often"), "{text}");
    for wrong in ["0", "-1", "3601", "nan", "inf"] {
        let text = message(&format!("[upkeep]\nevery_seconds = {wrong}"), &[]);
        assert!(text.contains("upkeep.every_seconds"), "{text}");
    }
    let text = message("[limits]\nqueue = 0", &[]);
    assert!(text.contains("limits.queue"), "{text}");
    let text = message("listen = 'everywhere'", &[]);
    assert!(text.contains("listen") && text.contains("everywhere"), "{text}");
    let text = message("[buckets.photos]\npath = '/x'\nendpoint = 'http://127.0.0.1:1'", &[]);
    assert!(text.contains("buckets.photos"), "{text}");
}

#[test]
fn every_variable_sets_its_key() {
    let key = overt_ledger::SignerKey::from_seed("w.example", overt_ledger::KeyKind::Cosignature, &[1; 32])
        .unwrap();
    let witness = format!("{} https://w.example/", key.verifier());
    for (key, kind) in KEYS {
        let value = match (*key, kind) {
            ("log.format", _) => "json",
            ("listen", _) => "127.0.0.1:9",
            ("workers", _) => "7",
            ("limits.body_bytes", _) => "2048",
            ("limits.memory_bytes", _) => "99999999",
            ("ledger.witnesses", _) => &witness,
            ("policy.purpose", _) => "evaluation",
            ("policy.legal_basis", _) => "no-living-person",
            ("policy.consent", _) => "demanded",
            ("policy.operations", _) => "enrol",
            (_, Kind::Number | Kind::Decimal) => "17",
            (_, Kind::Text) => "word",
            (_, Kind::List) => "one, two",
        };
        let name = variable(key);
        let default = format!("{:?}", load("", &[], Overrides::default()).unwrap());
        let changed = format!("{:?}", load("", &[(&name, value)], Overrides::default()).unwrap());
        assert_ne!(default, changed, "{name} changes nothing");
    }
}

#[test]
fn calibration_is_one_path_or_several() {
    let calibration = |text: &str, variables: &[(&str, &str)]| {
        let config = load(text, variables, Overrides::default()).unwrap();
        let names = config.models.calibration.iter().map(|path| path.file_name().unwrap().to_owned());
        names.map(|name| name.into_string().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(calibration("", &[]), [""; 0]);
    assert_eq!(calibration("models.calibration = 'a.toml'", &[]), ["a.toml"]);
    assert_eq!(calibration("models.calibration = ['a.toml', 'b.toml']", &[]), ["a.toml", "b.toml"]);
    assert_eq!(calibration("", &[("OVERT_MODELS_CALIBRATION", "c.toml")]), ["c.toml"]);
    assert_eq!(calibration("", &[("OVERT_MODELS_CALIBRATION", "c.toml, d.toml")]), ["c.toml", "d.toml"]);
    let text = message("models.calibration = 7", &[]);
    assert!(text.contains("a path or a list of paths") && text.contains("line 1"), "{text}");
}

#[test]
fn relative_paths_begin_at_the_file_and_those_of_the_environment_where_the_process_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("overt.toml");
    let text = "data = 'd'\n[models]\nfolder = 'm'\nmanifests = ['own.toml', '/abs.toml']\ncalibration = 'c.toml'\n\
                [buckets.photos]\npath = 'p'\n[buckets.other]\npath = '/other'";
    fs_err::write(&file, text).unwrap();
    let overrides = Overrides { config: Some(file), ..Overrides::default() };
    let config = Config::load(&overrides, &BTreeMap::new()).unwrap();
    let here = |name: &str| folder.path().join(name);
    assert_eq!((config.data, config.models.folder), (here("d"), here("m")));
    assert_eq!(config.models.manifests, [here("own.toml"), "/abs.toml".into()]);
    assert_eq!(config.models.calibration, [here("c.toml")]);
    assert!(format!("{:?}", config.buckets["photos"]).contains(here("p").to_str().unwrap()));
    let variables = [("OVERT_DATA", "d"), ("OVERT_MODELS", "m"), ("OVERT_MODELS_MANIFESTS", "own.toml")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let config = Config::load(&overrides, &variables).unwrap();
    assert_eq!((config.data, config.models.folder), ("d".into(), "m".into()));
    assert_eq!(config.models.manifests, [PathBuf::from("own.toml")]);
}

#[test]
fn no_error_shows_a_secret() {
    let bucket = "[buckets.photos]\nendpoint = 'http://127.0.0.1:1'\naccess_key_id = 'id'\n";
    for line in [
        "secret_access_key = 'wJalrXUt' 'x'",
        "secret_access_key = 'wJalrXUt",
        "secret_access_key = wJalrXUt",
        "secret_acess_key = 'wJalrXUt'",
        "session_token = ['wJalrXUt']",
        "Secret = 'wJalrXUt'",
    ] {
        let text = message(&format!("{bucket}{line}\n"), &[]);
        assert!(text.contains("line 4") && !text.contains("wJal"), "{text}");
    }
    // Other lines of such a file are told by number and reason, alone.
    let text = message(&format!("{bucket}secret_access_key = 'wJalrXUt'\n[limits]\nqueue = 'many'\n"), &[]);
    assert!(text.contains("line 6") && text.contains("many") && !text.contains("wJal"), "{text}");
    let text = message("[buckets.photos]\nendpoint = 'wJalrXUt'\n", &[]);
    assert!(text.contains("endpoint") && !text.contains("wJal"), "{text}");
}

#[test]
fn the_region_of_the_first_start_is_one_that_is_accepted() {
    let region = |text: &str| load(text, &[], Overrides::default()).map(|config| config.region);
    assert_eq!(region("").unwrap(), "us-east-1");
    assert_eq!(region("region = 'eu-west-1'").unwrap(), "eu-west-1");
    assert_eq!(region("[signature]\nregions = ['eu-west-1', 'eu-west-2']").unwrap(), "eu-west-1");
    assert_eq!(
        region("region = 'eu-west-2'\n[signature]\nregions = ['eu-west-1', 'eu-west-2']").unwrap(),
        "eu-west-2"
    );
    let text = message("region = 'us-east-1'\n[signature]\nregions = ['eu-west-1']", &[]);
    assert!(text.contains("region") && text.contains("signature.regions"), "{text}");
    assert!(message("region = ''", &[]).contains("region"));
    assert!(message("region = \"a\\nb = c\"", &[]).contains("region"), "it is written into a file");
    assert!(message("[signature]\nregions = ['eu west']", &[]).contains("signature.regions"));
}

#[test]
fn a_bucket_that_no_request_can_name_is_refused() {
    for (name, fits) in
        [("abc", true), ("Photos_2026.x-y", true), ("ab", false), ("größe", false), ("a b c", false)]
    {
        let loaded = load(&format!("[buckets.'{name}']\npath = '/x'"), &[], Overrides::default());
        assert_eq!(loaded.is_ok(), fits, "{name}");
    }
    assert!(message("[buckets.ab]\npath = '/x'", &[]).contains("buckets.ab"));
}

#[test]
fn a_variable_that_is_no_text_is_refused() {
    // As the environment hands over what is no UTF-8.
    let text = message("", &[("OVERT_DATA", "/srv/\u{fffd}")]);
    assert!(text.contains("OVERT_DATA") && text.contains("UTF-8"), "{text}");
}

#[test]
fn variables_that_mean_nothing_are_reported() {
    let config = load("", &[("OVERT_LISTN", "x"), ("OVERT_CONFIG", "y")], Overrides::default()).unwrap();
    assert_eq!(config.unknown_variables, ["OVERT_LISTN"]);
}

#[test]
fn prefixes_are_normalised() {
    for (given, kept) in [("", ""), ("/", ""), ("rek", "/rek"), ("/rek/", "/rek"), ("/a/b", "/a/b")] {
        assert_eq!(check_prefix(given).unwrap(), kept);
    }
    for bad in ["/a b", "/a//b", "/%2e", "/../x?"] {
        assert!(check_prefix(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_example_file_is_valid_and_shows_every_key() {
    let example = include_str!("../../../../overt.example.toml");
    let config = load(example, &[], Overrides::default()).unwrap();
    assert!(config.buckets.is_empty(), "the example must work as it is");
    for (key, _) in KEYS {
        let name = key.rsplit('.').next().unwrap();
        assert!(example.contains(&format!("{name} = ")), "{key} is not in the example");
    }
}

#[test]
fn a_prefix_that_hides_a_page_or_that_clients_resolve_is_refused() {
    for prefix in ["/healthz", "metrics/", "readyz", "/a/../b", "/.", "..", "/a//b", "/a b", "/{x}"] {
        assert!(message(&format!("prefix = '{prefix}'"), &[]).contains("prefix"), "{prefix}");
    }
    for prefix in ["", "/", "/rek", "/a/healthz", "/.well-known", "/a.b/c~d"] {
        assert!(load(&format!("prefix = '{prefix}'"), &[], Overrides::default()).is_ok(), "{prefix}");
    }
}

#[test]
fn a_witness_is_a_key_and_an_address() {
    let key = |kind| {
        overt_ledger::SignerKey::from_seed("w.example", kind, &[1; 32]).unwrap().verifier().to_string()
    };
    let (witness, ledger) = (key(overt_ledger::KeyKind::Cosignature), key(overt_ledger::KeyKind::Note));
    let text = |value: &str| format!("[ledger]\nwitnesses = ['{value}']");
    let config =
        load(&text(&format!("{witness}  https://w.example/one/")), &[], Overrides::default()).unwrap();
    assert_eq!(config.ledger.witnesses[0].url, "https://w.example/one");
    assert_eq!(config.ledger.witnesses[0].key.to_string(), witness);
    for bad in [
        witness.clone(),
        format!("{ledger} https://w.example"),
        format!("{witness} w.example"),
        format!("{witness} https://w.example and more"),
        format!("x{witness} https://w.example"),
    ] {
        let told = message(&text(&bad), &[]);
        assert!(told.contains("witness"), "{bad}: {told}");
    }
}

#[test]
fn a_budget_that_holds_no_objects_is_refused_with_buckets() {
    let small = "[limits]\nbody_bytes = 1024\nmemory_bytes = 20000000\n";
    assert!(load(small, &[], Overrides::default()).is_ok());
    let text = message(&format!("{small}[buckets.photos]\npath = '/x'"), &[]);
    assert!(text.contains("limits.memory_bytes") && text.contains("31458304"), "{text}");
}

#[test]
fn g5_without_settings_only_this_machine_reaches_the_server_and_collections_are_evaluations() {
    let config = load("", &[], Overrides::default()).unwrap();
    assert!(config.listen.ip().is_loopback(), "{}", config.listen);
    assert!(config.policy.declaration().unwrap().is_empty());
    assert!(config.alarms.principal_searches_per_hour > 0 && config.alarms.person_searches_per_day > 0);
}

#[test]
fn a1_settings_that_declare_nothing_that_can_be_are_refused_with_their_key() {
    for (file, words) in [
        ("[policy]\npurpose = 'fun'", ["policy.purpose", "media-archive"]),
        ("[policy]\npurpose = 'scraped-gallery'", ["policy.purpose", "Art. 5(1)(e)"]),
        ("[policy]\npurpose = 'research'", ["policy", "overt:legal-basis"]),
        ("[policy]\nretention_days = 31", ["policy", "1 to 30"]),
        ("[policy]\nconsent = 'yes'", ["policy.consent", "not-demanded"]),
        ("[policy]\nuses = 'search'", ["uses", "unknown field"]),
    ] {
        let text = message(file, &[]);
        assert!(words.iter().all(|word| text.contains(word)), "{file}: {text}");
    }
}
