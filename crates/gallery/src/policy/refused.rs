//! Purposes that the server refuses outright (REQUIREMENTS A3), each with the reason and who says so.
//!
//! Owns the list. It is not complete: it cannot be. What is neither here nor among the purposes is refused as unknown.

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

impl RefusedPurpose {
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
