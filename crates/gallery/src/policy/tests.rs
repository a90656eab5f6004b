//! Tests of the rules: the tables against each other, and that nothing widens.

use std::collections::BTreeMap;

use super::*;
use crate::error::GalleryError;
use crate::principal::{Organisation, Sector};

fn owner() -> Organisation {
    "Städtisches Archiv".parse().unwrap()
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn declared(pairs: &[(&str, &str)]) -> Result<Policy, GalleryError> {
    Declaration::from_tags(&tags(pairs))?.policy(&Declaration::default(), &owner())
}

#[test]
fn every_list_reads_its_own_words_back_and_describes_them() {
    for purpose in Purpose::ALL {
        assert_eq!(purpose.name().parse::<Purpose>().unwrap(), *purpose);
        assert!(purpose.name().parse::<RefusedPurpose>().is_err(), "{purpose} is refused and allowed");
        assert!(!purpose.description().starts_with(' ') && purpose.description().ends_with('.'));
    }
    for basis in LegalBasis::ALL {
        assert_eq!(basis.name().parse::<LegalBasis>().unwrap(), *basis);
        assert!(
            Purpose::ALL.iter().any(|purpose| purpose.rules().bases.contains(basis)),
            "no purpose can have the basis {basis}"
        );
    }
    for one in Use::ALL {
        assert!(
            Purpose::ALL.iter().any(|purpose| purpose.rules().uses.contains(one)),
            "no purpose allows {one}"
        );
    }
    let error = "fun".parse::<Purpose>().unwrap_err().to_string();
    assert!(error.contains("photo-organisation") && error.contains("evaluation"), "{error}");
}

#[test]
fn every_purpose_has_a_policy_by_its_standards_and_agrees_with_itself() {
    for purpose in Purpose::ALL {
        let rules = purpose.rules();
        assert!(rules.retention.standard_days <= rules.retention.most_days, "{purpose}");
        for basis in rules.bases {
            let policy = Policy::new(owner(), *purpose, Some(*basis), None, None, None).unwrap();
            assert_eq!(policy.retention_days(), rules.retention.standard_days);
            assert_eq!(
                policy.uses().iter().collect::<Vec<_>>(),
                rules.uses,
                "{purpose}: uses in the list's order"
            );
            let must = rules.consent == Consent::Always || *basis == LegalBasis::ExplicitConsent;
            assert_eq!(policy.demands_consent(), must, "{purpose} {basis}");
            assert_eq!(policy.amended(&Declaration::default()).unwrap(), policy);
        }
        // Who is let in, arrested or accused by a match needs one that means something.
        let identifies = rules.uses.contains(&Use::LiveSearch) || rules.reviewers > 0;
        assert!(
            !identifies || rules.threshold_floor == Some(99.0),
            "{purpose} identifies people without a floor"
        );
        assert!(
            purpose.allows_live_video() == (*purpose == Purpose::AccessControl),
            "{purpose}: running cameras"
        );
    }
}

/// A1: every value of a policy is told or follows from the purpose.
#[test]
fn a1_a_declaration_becomes_a_policy_with_every_value() {
    let policy = declared(&[
        ("overt:purpose", "media-archive"),
        ("overt:legal-basis", "expression"),
        ("overt:owner", "The Daily"),
        ("overt:retention-days", "90"),
        ("overt:consent", "not-demanded"),
        ("overt:operations", "search enrol"),
        ("colour", "blue"),
    ])
    .unwrap();
    assert_eq!(policy.purpose(), Purpose::MediaArchive);
    assert_eq!(policy.legal_basis(), LegalBasis::Expression);
    assert_eq!(policy.owner().as_str(), "The Daily");
    assert_eq!(policy.retention().as_secs(), 90 * 86_400);
    assert!(!policy.demands_consent());
    assert_eq!(policy.uses().to_string(), "enrol search");
    let denial = policy.check("people", Use::Deduplicate).unwrap_err();
    assert_eq!(denial.code(), "use");
    let text = denial.to_string();
    assert!(
        text.contains("people") && text.contains("enrol search") && text.contains("overt:purpose"),
        "{text}"
    );
    policy.check("people", Use::Search).unwrap();
}

/// A2: who says nothing evaluates.
#[test]
fn a2_who_declares_nothing_evaluates_within_its_limits() {
    let policy = declared(&[("project", "x")]).unwrap();
    assert_eq!(policy, Policy::evaluation(owner()).unwrap());
    assert_eq!((policy.most_faces(), policy.retention_days()), (Some(1000), 30));
    assert!(!policy.demands_consent() && policy.uses().has(Use::Search));
    // And not longer than that by saying so.
    let error = declared(&[("overt:retention-days", "31")]).unwrap_err().to_string();
    assert!(error.contains("1 to 30"), "{error}");
    let denial =
        Denial::Faces { collection: "c".into(), purpose: Purpose::Evaluation, limit: 1000 }.to_string();
    for word in ["1000", "overt:purpose", "overt:legal-basis", "access-control", "photo-organisation"] {
        assert!(denial.contains(word), "{denial}");
    }
    let list = denial.split_once("one of ").unwrap().1;
    assert!(!list.contains("evaluation"), "{denial}");
}

/// A3: what is refused is so in whatever capitals, with whatever is between its words, and under other words for it; what is declared is not.
#[test]
fn a3_refused_purposes_are_denied_in_other_spellings_too() {
    for (text, meant) in [
        ("Law-Enforcement", RefusedPurpose::LawEnforcement),
        ("LAW_ENFORCEMENT", RefusedPurpose::LawEnforcement),
        (" law enforcement ", RefusedPurpose::LawEnforcement),
        ("policing", RefusedPurpose::LawEnforcement),
        ("Border/Control", RefusedPurpose::ImmigrationEnforcement),
        ("mass surveillance", RefusedPurpose::PublicSurveillance),
        ("emotionRecognition", RefusedPurpose::EmotionInference),
        ("biometric_categorization", RefusedPurpose::BiometricCategorisation),
        ("Watch.List", RefusedPurpose::CustomerWatchlist),
    ] {
        match declared(&[("overt:purpose", text), ("overt:legal-basis", "public-interest")]) {
            Err(GalleryError::Denied { denial }) => {
                assert_eq!(denial, Denial::Purpose { purpose: meant }, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    for purpose in Purpose::ALL {
        assert_eq!(RefusedPurpose::meant_by(purpose.name()), None, "{purpose}");
    }
    for text in ["", "-", "holiday", "police-museum", "lawful"] {
        assert_eq!(RefusedPurpose::meant_by(text), None, "{text}");
        assert!(matches!(declared(&[("overt:purpose", text)]), Err(GalleryError::Invalid { .. })), "{text}");
    }
}

/// A3: each refused purpose is refused with its reason and who says so.
#[test]
fn a3_refused_purposes_are_denied_with_reason_and_source() {
    for purpose in RefusedPurpose::ALL {
        match declared(&[("overt:purpose", purpose.name()), ("overt:legal-basis", "public-interest")]) {
            Err(GalleryError::Denied { denial }) => {
                assert_eq!(denial.code(), "purpose");
                let text = denial.to_string();
                assert!(text.contains(purpose.reason()) && text.contains(purpose.source()), "{text}");
            }
            other => panic!("{purpose}: {other:?}"),
        }
    }
}

/// A3: identification by the two sectors, whatever the collection.
#[test]
fn a3_sectors_that_enforce_identify_nobody() {
    for sector in Sector::ALL {
        for one in Use::ALL {
            let enforces = matches!(sector, Sector::LawEnforcement | Sector::ImmigrationEnforcement);
            assert_eq!(check_sector(*sector, *one).is_err(), enforces && one.identifies(), "{sector} {one}");
        }
    }
    let text = check_sector(Sector::ImmigrationEnforcement, Use::Search).unwrap_err().to_string();
    assert!(text.contains("employees"), "{text}");
    assert!(
        infers_emotions_of_dependents(Sector::Education) && !infers_emotions_of_dependents(Sector::Health)
    );
}

#[test]
fn what_cannot_be_read_is_refused_and_names_the_tag() {
    let full = |key: &'static str, value: &'static str| {
        let mut all = tags(&[("overt:purpose", "research"), ("overt:legal-basis", "archiving-and-research")]);
        all.insert(key.to_owned(), value.to_owned());
        Declaration::from_tags(&all)
            .and_then(|declared| declared.policy(&Declaration::default(), &owner()))
            .unwrap_err()
            .to_string()
    };
    for (key, value, word) in [
        ("overt:purpose", "Research", "photo-organisation"),
        ("overt:legal-basis", "because", "household"),
        ("overt:legal-basis", "household", "archiving-and-research"),
        ("overt:retention-days", "long", "number"),
        ("overt:retention-days", "0", "1 to 1825"),
        ("overt:retention-days", "1826", "1 to 1825"),
        ("overt:consent", "yes", "not-demanded"),
        ("overt:operations", "", "at least one"),
        ("overt:operations", "enrol live-search", "live-search"),
        ("overt:operations", "look", "deduplicate"),
        ("overt:owner", " ", "characters"),
    ] {
        let text = full(key, value);
        assert!(text.starts_with(key) && text.contains(word), "{key}={value}: {text}");
    }
    let text = full("overt:retention", "5");
    assert!(text.contains("overt:retention-days"), "{text}");
    let text = declared(&[("overt:purpose", "research")]).unwrap_err().to_string();
    assert!(text.starts_with("overt:legal-basis is needed"), "{text}");
    let text = declared(&[
        ("overt:purpose", "access-control"),
        ("overt:legal-basis", "employment-law"),
        ("overt:consent", "not-demanded"),
    ])
    .unwrap_err()
    .to_string();
    assert!(text.starts_with("overt:consent"), "{text}");
}

#[test]
fn the_servers_default_stands_behind_what_a_client_says_but_not_behind_another_purpose() {
    let default = Declaration::from_tags(&tags(&[
        ("overt:purpose", "photo-organisation"),
        ("overt:legal-basis", "household"),
        ("overt:owner", "The family"),
        ("overt:operations", "enrol search"),
    ]))
    .unwrap();
    let policy =
        |pairs: &[(&str, &str)]| Declaration::from_tags(&tags(pairs)).unwrap().policy(&default, &owner());
    let plain = policy(&[]).unwrap();
    assert_eq!((plain.purpose(), plain.owner().as_str()), (Purpose::PhotoOrganisation, "The family"));
    assert_eq!(plain.uses().to_string(), "enrol search");
    assert_eq!(policy(&[("overt:retention-days", "7")]).unwrap().retention_days(), 7);
    let trying = policy(&[("overt:purpose", "evaluation")]).unwrap();
    assert_eq!(trying.legal_basis(), LegalBasis::Evaluation);
    assert!(trying.uses().has(Use::VideoSearch), "the default's uses are those of its own purpose");
    assert!(
        policy(&[("overt:purpose", "research")]).is_err(),
        "the default's basis is not another purpose's"
    );
}

/// A1: a thousand random sequences of changes never allow more than the collection was made for.
#[test]
fn a1_no_sequence_of_changes_widens_a_policy() {
    let mut random = fastrand::Rng::with_seed(0xa1);
    let (mut narrowed, mut denied) = (0, 0);
    for _ in 0..1000 {
        let purpose = *random.choice(Purpose::ALL).unwrap();
        let basis = *random.choice(purpose.rules().bases).unwrap();
        let made = Policy::new(owner(), purpose, Some(basis), None, None, None).unwrap();
        let mut now = made.clone();
        for _ in 0..12 {
            let change = random_change(&mut random);
            match now.amended(&change) {
                Ok(next) => {
                    narrowed += u32::from(next != now);
                    assert_eq!(next.wider_than(&now), None, "{now:?} by {change:?}");
                    assert_eq!(next.wider_than(&made), None, "{made:?} by {change:?}");
                    for one in Use::ALL {
                        assert!(next.check("c", *one).is_err() || made.check("c", *one).is_ok());
                    }
                    assert!(next.retention() <= made.retention());
                    assert!(next.demands_consent() || !made.demands_consent());
                    assert_eq!((next.purpose(), next.legal_basis()), (made.purpose(), made.legal_basis()));
                    now = next;
                }
                Err(_) => denied += 1,
            }
        }
    }
    assert!(narrowed > 500 && denied > 500, "the sequences do nothing: {narrowed} narrowed, {denied} denied");
}

fn random_change(random: &mut fastrand::Rng) -> Declaration {
    let mut change = Declaration::default();
    match random.u8(0..8) {
        0 => change.purpose = random.choice(Purpose::ALL).copied(),
        1 => change.legal_basis = random.choice(LegalBasis::ALL).copied(),
        2 => change.owner = Some(if random.bool() { owner() } else { "Somebody else".parse().unwrap() }),
        3 | 4 => change.retention_days = Some(random.u32(0..4000)),
        5 => change.consent = Some(random.bool()),
        _ => change.uses = Uses::new(Use::ALL.iter().copied().filter(|_| random.bool())),
    }
    change
}

/// A1: each kind of widening says what it is.
#[test]
fn a1_each_widening_is_denied_with_what_it_is() {
    let policy = declared(&[
        ("overt:purpose", "research"),
        ("overt:legal-basis", "archiving-and-research"),
        ("overt:consent", "demanded"),
        ("overt:retention-days", "100"),
        ("overt:operations", "enrol verify"),
    ])
    .unwrap();
    for (key, value, word) in [
        ("overt:purpose", "media-archive", "the purpose media-archive"),
        ("overt:purpose", "evaluation", "the purpose evaluation"),
        ("overt:legal-basis", "no-living-person", "the legal basis"),
        ("overt:owner", "Others", "the owner Others"),
        ("overt:retention-days", "101", "101 days in place of 100"),
        ("overt:retention-days", "9999", "9999 days"),
        ("overt:consent", "not-demanded", "no consent"),
        ("overt:operations", "enrol search", "the use search"),
    ] {
        let change = Declaration::from_tags(&tags(&[(key, value)])).unwrap();
        match policy.amended(&change) {
            Err(GalleryError::Denied { denial }) => {
                assert_eq!(denial.code(), "widening", "{denial}");
                assert!(denial.to_string().contains(word), "{denial}");
            }
            other => panic!("{key}={value}: {other:?}"),
        }
    }
    let narrower = Declaration::from_tags(&tags(&[
        ("overt:purpose", "research"),
        ("overt:retention-days", "99"),
        ("overt:operations", "verify"),
    ]))
    .unwrap();
    let narrower = policy.amended(&narrower).unwrap();
    assert_eq!((narrower.retention_days(), narrower.uses().to_string().as_str()), (99, "verify"));
}

/// The lists of docs/purposes.md, as they follow from the tables.
fn page() -> [(&'static str, String); 4] {
    let words =
        |words: Vec<&str>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let mut purposes = String::from(
        "| purpose | uses | legal bases | most faces | days (standard, most) | consent | threshold floor | probe quality | reviewers | evaluation report |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for purpose in Purpose::ALL {
        let rules = purpose.rules();
        purposes += &format!(
            "| `{purpose}`: {} | {} | {} | {} | {}, {} | {} | {} | {} | {} | {} |\n",
            purpose.description(),
            words(rules.uses.iter().map(|one| one.name()).collect()),
            words(rules.bases.iter().map(|one| one.name()).collect()),
            rules.most_faces.map_or_else(|| "–".to_owned(), |most| most.to_string()),
            rules.retention.standard_days,
            rules.retention.most_days,
            if rules.consent == Consent::Always { "always" } else { "when declared" },
            rules.threshold_floor.map_or_else(|| "–".to_owned(), |floor| floor.to_string()),
            match rules.probe_quality {
                ProbeQuality::Any => "any",
                ProbeQuality::Fair => "fair",
                ProbeQuality::Good => "good",
            },
            rules.reviewers,
            if rules.report { "needed" } else { "–" },
        );
    }
    let list = |head: &str, rows: Vec<[&str; 2]>| {
        let rows: String = rows.iter().map(|[name, text]| format!("| `{name}` | {text} |\n")).collect();
        format!("| {head} | |\n|---|---|\n{rows}")
    };
    let uses = list("use", Use::ALL.iter().map(|one| [one.name(), one.description()]).collect());
    let bases = list("basis", LegalBasis::ALL.iter().map(|one| [one.name(), one.description()]).collect());
    let mut refused = String::from("| refused | why | who says so |\n|---|---|---|\n");
    for one in RefusedPurpose::ALL {
        refused += &format!("| `{one}`: {} | {} | {} |\n", one.description(), one.reason(), one.source());
    }
    [("PURPOSES", purposes), ("USES", uses), ("REFUSED", refused), ("BASES", bases)]
}

/// A1: what people read is what the server does. The failure shows what is missing.
#[test]
fn a1_the_page_of_purposes_is_the_table() {
    let text = include_str!("../../../../docs/purposes.md");
    let missing: String = page()
        .into_iter()
        .filter(|(_, list)| !text.contains(list.trim_end()))
        .map(|(name, list)| format!("{name}:\n{list}\n"))
        .collect();
    assert!(missing.is_empty(), "docs/purposes.md lacks\n{missing}");
}
