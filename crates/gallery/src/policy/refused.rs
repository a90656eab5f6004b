//! Purposes that the server refuses outright (REQUIREMENTS A3), each with the reason and who says so.
//!
//! Owns the list, and other words for what is in it. It is not complete: it cannot be. What is neither here nor among the purposes is refused as unknown.

use crate::closed::closed;

closed! {
    /// A purpose that no collection can have.
    RefusedPurpose, "refused purpose":
    /// Identifying people for police, prosecution, or whoever acts for them.
    LawEnforcement = "law-enforcement",
    /// Identifying people for the enforcement of borders and immigration law.
    ImmigrationEnforcement = "immigration-enforcement",
    /// Identifying people in public space while they are there, from cameras they did not choose.
    PublicSurveillance = "public-surveillance",
    /// Inferring emotions of people at work or in education.
    EmotionInference = "emotion-inference",
    /// Sorting people by race, opinions, union membership, religion, sex life or orientation.
    BiometricCategorisation = "biometric-categorisation",
    /// Galleries of images scraped from the internet or from surveillance footage.
    ScrapedGallery = "scraped-gallery",
    /// Recognising customers, so as to watch or turn away some of them.
    CustomerWatchlist = "customer-watchlist",
}

/// Other words for the same, as people write them: in small letters, with dashes between words.
const OTHER_WORDS: [(&str, RefusedPurpose); 42] = [
    ("police", RefusedPurpose::LawEnforcement),
    ("policing", RefusedPurpose::LawEnforcement),
    ("predictive-policing", RefusedPurpose::LawEnforcement),
    ("police-investigation", RefusedPurpose::LawEnforcement),
    ("criminal-investigation", RefusedPurpose::LawEnforcement),
    ("prosecution", RefusedPurpose::LawEnforcement),
    ("suspect-identification", RefusedPurpose::LawEnforcement),
    ("lawenforcement", RefusedPurpose::LawEnforcement),
    ("immigration", RefusedPurpose::ImmigrationEnforcement),
    ("immigration-control", RefusedPurpose::ImmigrationEnforcement),
    ("border-control", RefusedPurpose::ImmigrationEnforcement),
    ("border-enforcement", RefusedPurpose::ImmigrationEnforcement),
    ("deportation", RefusedPurpose::ImmigrationEnforcement),
    ("customs-enforcement", RefusedPurpose::ImmigrationEnforcement),
    ("surveillance", RefusedPurpose::PublicSurveillance),
    ("mass-surveillance", RefusedPurpose::PublicSurveillance),
    ("video-surveillance", RefusedPurpose::PublicSurveillance),
    ("public-space-surveillance", RefusedPurpose::PublicSurveillance),
    ("real-time-identification", RefusedPurpose::PublicSurveillance),
    ("remote-biometric-identification", RefusedPurpose::PublicSurveillance),
    ("crowd-monitoring", RefusedPurpose::PublicSurveillance),
    ("emotion-recognition", RefusedPurpose::EmotionInference),
    ("emotion-detection", RefusedPurpose::EmotionInference),
    ("emotion-analysis", RefusedPurpose::EmotionInference),
    ("emotions", RefusedPurpose::EmotionInference),
    ("worker-monitoring", RefusedPurpose::EmotionInference),
    ("employee-monitoring", RefusedPurpose::EmotionInference),
    ("biometric-categorization", RefusedPurpose::BiometricCategorisation),
    ("categorisation", RefusedPurpose::BiometricCategorisation),
    ("categorization", RefusedPurpose::BiometricCategorisation),
    ("profiling", RefusedPurpose::BiometricCategorisation),
    ("racial-profiling", RefusedPurpose::BiometricCategorisation),
    ("ethnicity", RefusedPurpose::BiometricCategorisation),
    ("scraping", RefusedPurpose::ScrapedGallery),
    ("scraped", RefusedPurpose::ScrapedGallery),
    ("scraped-images", RefusedPurpose::ScrapedGallery),
    ("web-scraping", RefusedPurpose::ScrapedGallery),
    ("watchlist", RefusedPurpose::CustomerWatchlist),
    ("watch-list", RefusedPurpose::CustomerWatchlist),
    ("shoplifting", RefusedPurpose::CustomerWatchlist),
    ("shoplifters", RefusedPurpose::CustomerWatchlist),
    ("loss-prevention", RefusedPurpose::CustomerWatchlist),
];

impl RefusedPurpose {
    /// The refused purpose that somebody means who writes this: its name or another word for it, in whatever capitals, with blanks, dashes, underscores, dots or
    /// slashes between words or none. `None` for what means none that is known here.
    #[must_use]
    pub fn meant_by(text: &str) -> Option<Self> {
        let words: Vec<String> = text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        // Together, since some write a dash where others write none.
        let meant = words.concat();
        let together = |name: &str| name.replace('-', "");
        let by_name = Self::ALL.iter().find(|purpose| together(purpose.name()) == meant);
        let by_other =
            || OTHER_WORDS.iter().find(|(word, _)| together(word) == meant).map(|(_, purpose)| *purpose);
        by_name.copied().or_else(by_other)
    }

    /// Why, as a sentence without a full stop.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::LawEnforcement => {
                "a false match costs a person liberty, and misidentified people have been arrested on such leads"
            }
            Self::ImmigrationEnforcement => {
                "those searched for cannot refuse, and an error costs them their home or their family"
            }
            Self::PublicSurveillance => {
                "nobody can consent to it, and it ends anonymity in public for everybody"
            }
            Self::EmotionInference => {
                "faces do not tell what people feel reliably, and those watched depend on who watches them"
            }
            Self::BiometricCategorisation => "it has no use that is not discrimination",
            Self::ScrapedGallery => "none of those in it were asked, and none could object",
            Self::CustomerWatchlist => {
                "it accuses people who cannot know or object, and where it was measured it failed women and people of colour most"
            }
        }
    }

    /// Who says so.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::LawEnforcement => {
                "letter of Amazon employees to Jeff Bezos, June 2018; Detroit settlement, Williams v. City of Detroit, 2024"
            }
            Self::ImmigrationEnforcement => "letter of Amazon employees to Jeff Bezos, June 2018",
            Self::PublicSurveillance => "EU AI Act, Art. 5(1)(h)",
            Self::EmotionInference => "EU AI Act, Art. 5(1)(f)",
            Self::BiometricCategorisation => "EU AI Act, Art. 5(1)(g)",
            Self::ScrapedGallery => "EU AI Act, Art. 5(1)(e)",
            Self::CustomerWatchlist => "FTC v. Rite Aid, 2023",
        }
    }
}
