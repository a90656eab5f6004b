//! What a collection is for, in the words of the command line.
//!
//! Owns the options and the tags that they become. What they mean, and what they must be, the gallery's policy knows.

use clap::Args;
use overt_gallery::GalleryError;
use overt_gallery::policy::{Declaration, LegalBasis, Purpose, Tag, Use};

/// The options that declare a policy. Without any, a collection is an evaluation.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What the collection is for")]
pub(super) struct Declared {
    /// Its purpose (see below); without one it is an evaluation: 1,000 faces, for 30 days
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    /// Why keeping these faces is lawful (see below)
    #[arg(long, value_name = "BASIS")]
    legal_basis: Option<String>,
    /// Who answers for it [default: the organisation of whoever makes it]
    #[arg(long, value_name = "ORGANISATION")]
    owner: Option<String>,
    /// Days after which a face is deleted [default: the purpose's]
    #[arg(long, value_name = "DAYS")]
    retention_days: Option<u32>,
    /// Take no face without a record of consent
    #[arg(long)]
    demand_consent: bool,
    /// What it may be used for, of what its purpose allows [default: all of that]
    #[arg(long, value_name = "USE,…", value_delimiter = ',')]
    uses: Vec<String>,
}

impl Declared {
    /// The tags that say the same.
    pub(super) fn tags(&self) -> Vec<(String, String)> {
        let Self { purpose, legal_basis, owner, retention_days, demand_consent, uses } = self;
        let mut tags = Vec::new();
        let mut say = |tag: Tag, value: Option<String>| {
            tags.extend(value.map(|value| (tag.name().to_owned(), value)));
        };
        say(Tag::Purpose, purpose.clone());
        say(Tag::LegalBasis, legal_basis.clone());
        say(Tag::Owner, owner.clone());
        say(Tag::RetentionDays, retention_days.map(|days| days.to_string()));
        say(Tag::Consent, demand_consent.then(|| "demanded".to_owned()));
        say(Tag::Operations, (!uses.is_empty()).then(|| uses.join(" ")));
        tags
    }

    /// The same as a declaration.
    ///
    /// # Errors
    /// What of it means nothing.
    pub(super) fn declaration(&self) -> Result<Declaration, GalleryError> {
        Declaration::from_tags(&self.tags().into_iter().collect())
    }
}

/// The lists, for the end of a command's help.
pub(super) fn help() -> String {
    let width = LegalBasis::ALL.iter().map(|basis| basis.name().len()).max().unwrap_or(0);
    let line = |name: &str, description: &str| format!("  {name:<width$}  {description}");
    let purposes: Vec<_> = Purpose::ALL.iter().map(|one| line(one.name(), one.description())).collect();
    let bases: Vec<_> = LegalBasis::ALL.iter().map(|one| line(one.name(), one.description())).collect();
    let uses: Vec<_> = Use::ALL.iter().map(|one| line(one.name(), one.description())).collect();
    format!(
        "Purposes:\n{}\n\nLegal bases:\n{}\n\nUses:\n{}\n\ndocs/purposes.md tells what each purpose allows and demands.",
        purposes.join("\n"),
        bases.join("\n"),
        uses.join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use overt_gallery::Organisation;

    use super::*;

    #[test]
    fn options_become_the_tags_that_declare_the_same() {
        let declared = Declared {
            purpose: Some("access-control".into()),
            legal_basis: Some("explicit-consent".into()),
            retention_days: Some(90),
            demand_consent: true,
            uses: vec!["enrol".into(), "search".into()],
            owner: None,
        };
        let policy = declared.declaration().unwrap();
        let policy = policy.policy(&Declaration::default(), &Organisation::not_stated()).unwrap();
        assert_eq!((policy.retention_days(), policy.uses().to_string().as_str()), (90, "enrol search"));
        assert!(Declared::default().declaration().unwrap().is_empty());
        let help = help();
        for word in ["photo-organisation", "household", "deduplicate"] {
            assert!(help.contains(word), "{help}");
        }
    }
}
