//! Legal bases: what makes it lawful to keep templates of people's faces.
//!
//! Owns the list, with the law each is taken from. Refuses to judge whether a declared basis is true: the owner answers for
//! that, and it stands in the ledger.

use crate::closed::closed;

closed! {
    /// Why its owner says that a collection is lawful.
    LegalBasis, "legal basis":
    /// Pictures of people who know of it and agreed, or of nobody, to try the server out. The purpose `evaluation` only.
    Evaluation = "evaluation",
    /// Purely personal or household use, GDPR Art. 2(2)(c).
    Household = "household",
    /// Each person's explicit consent or written release, GDPR Art. 9(2)(a), BIPA 15(b). Demands consent records.
    ExplicitConsent = "explicit-consent",
    /// Obligations in employment and social protection, GDPR Art. 9(2)(b).
    EmploymentLaw = "employment-law",
    /// The vital interests of somebody who cannot consent, GDPR Art. 9(2)(c).
    VitalInterests = "vital-interests",
    /// Legal claims, GDPR Art. 9(2)(f).
    LegalClaims = "legal-claims",
    /// Substantial public interest on the basis of a law, GDPR Art. 9(2)(g).
    PublicInterest = "public-interest",
    /// Archiving in the public interest, research or statistics, GDPR Art. 9(2)(j) with 89(1).
    ArchivingAndResearch = "archiving-and-research",
    /// Journalism, and academic, artistic or literary expression, GDPR Art. 85.
    Expression = "expression",
    /// Synthetic faces, or people who are all dead, GDPR recital 27.
    NoLivingPerson = "no-living-person",
}
