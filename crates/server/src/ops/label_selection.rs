//! Which labels of a picture are answered, and which of their instances.
//!
//! Owns the rules of `MinConfidence`, `MaxLabels` and the four filters. Refuses to know how labels are found.
//!
//! Which of an inclusion and an exclusion wins is not documented anywhere. Here a label is answered if no inclusion filter is given, or one of
//! them names it or its category; and no exclusion filter names it or its category. Exclusion wins, because who excludes a label does not
//! want to see it. Names are exact: other case, and aliases, match nothing.
//!
//! # Invariants
//! - The order of the labels stays.
//! - An answer holds no more than [`MOST_LABELS`] labels, and nothing less sure than `MinConfidence`.

use std::collections::HashSet;

use overt_protocol::generated::GeneralLabelsSettings;
use overt_vision::labels::{Label, Taxonomy};

/// Documented default and ceiling of `MaxLabels`.
pub(super) const MOST_LABELS: usize = 1000;

/// Documented default of `MinConfidence`, percent.
pub const DEFAULT_MIN_CONFIDENCE: f32 = 55.0;

/// Which labels are wanted.
#[derive(Clone, Debug)]
pub struct LabelSelection {
    least: f32,
    most: usize,
    filters: Filters,
}

/// Filters by name and by category; `None`: not given.
#[derive(Clone, Debug, Default)]
struct Filters {
    names: Option<HashSet<String>>,
    categories: Option<HashSet<String>>,
    not_names: HashSet<String>,
    not_categories: HashSet<String>,
}

impl Default for LabelSelection {
    fn default() -> Self {
        Self::new(None, None, GeneralLabelsSettings::default())
    }
}

impl LabelSelection {
    /// What a request asks for: `min_confidence` in percent, `max_labels` not negative (the service model sees to both).
    #[must_use]
    pub fn new(
        min_confidence: Option<f32>,
        max_labels: Option<i32>,
        settings: GeneralLabelsSettings,
    ) -> Self {
        let GeneralLabelsSettings {
            label_inclusion_filters,
            label_exclusion_filters,
            label_category_inclusion_filters,
            label_category_exclusion_filters,
        } = settings;
        // An empty list is none: who names nothing does not mean to be told nothing.
        let set =
            |list: Option<Vec<String>>| -> HashSet<String> { list.unwrap_or_default().into_iter().collect() };
        let given = |list| Some(set(list)).filter(|set| !set.is_empty());
        let most = max_labels.map_or(MOST_LABELS, |most| usize::try_from(most).unwrap_or(0));
        Self {
            least: min_confidence.unwrap_or(DEFAULT_MIN_CONFIDENCE) / 100.0,
            most: most.min(MOST_LABELS),
            filters: Filters {
                names: given(label_inclusion_filters),
                categories: given(label_category_inclusion_filters),
                not_names: set(label_exclusion_filters),
                not_categories: set(label_category_exclusion_filters),
            },
        }
    }

    /// Those of `labels` that are answered, in the order in which they came, with those of their instances that are as sure as labels have to be.
    #[must_use]
    pub fn of(&self, taxonomy: &Taxonomy, labels: Vec<Label>) -> Vec<Label> {
        let wanted = labels.into_iter().filter(|label| {
            label.confidence >= self.least
                && taxonomy.get(label.id).is_some_and(|entry| self.filters.pass(&entry.name, &entry.category))
        });
        let surer = wanted.map(|mut label| {
            label.instances.retain(|instance| instance.confidence >= self.least);
            label
        });
        surer.take(self.most).collect()
    }
}

impl Filters {
    fn pass(&self, name: &str, category: &str) -> bool {
        let by_name = self.names.as_ref().is_some_and(|names| names.contains(name));
        let by_category = self.categories.as_ref().is_some_and(|categories| categories.contains(category));
        let included = by_name || by_category || (self.names.is_none() && self.categories.is_none());
        included && !self.not_names.contains(name) && !self.not_categories.contains(category)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use overt_vision::face::Rect;
    use overt_vision::labels::{CLASSES, Evidence, Object, labels};
    use proptest::prelude::*;

    use super::*;

    /// Read once: it has more than a thousand lines.
    static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| Taxonomy::built_in().unwrap());

    /// A beagle, surely, and less surely a convertible.
    fn seen(taxonomy: &Taxonomy) -> Vec<Label> {
        let mut classes = vec![0.0; CLASSES];
        classes[162] = 0.6;
        classes[511] = 0.35;
        labels(taxonomy, &Evidence { classes: Some(&classes), ..Evidence::default() })
    }

    fn settings(with: &[&str], without: &[&str], of: &[&str], not_of: &[&str]) -> GeneralLabelsSettings {
        let list = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        GeneralLabelsSettings {
            label_inclusion_filters: list(with),
            label_exclusion_filters: list(without),
            label_category_inclusion_filters: list(of),
            label_category_exclusion_filters: list(not_of),
        }
    }

    fn names(selection: &LabelSelection) -> Vec<String> {
        let taxonomy = &*TAXONOMY;
        let chosen = selection.of(taxonomy, seen(taxonomy));
        chosen.iter().map(|label| taxonomy.get(label.id).unwrap().name.clone()).collect()
    }

    fn filtered(with: &[&str], without: &[&str], of: &[&str], not_of: &[&str]) -> Vec<String> {
        names(&LabelSelection::new(Some(0.0), None, settings(with, without, of, not_of)))
    }

    const ALL: [&str; 11] = [
        "Animal",
        "Beagle",
        "Canine",
        "Dog",
        "Hound",
        "Mammal",
        "Pet",
        "Car",
        "Convertible",
        "Transportation",
        "Vehicle",
    ];

    #[test]
    fn without_filters_all_are_answered_by_confidence() {
        assert_eq!(filtered(&[], &[], &[], &[]), ALL);
        let surer = LabelSelection::new(Some(85.0), None, GeneralLabelsSettings::default());
        assert_eq!(names(&surer), &ALL[..7]);
    }

    #[test]
    fn instances_are_as_sure_as_labels_have_to_be() {
        let taxonomy = &*TAXONOMY;
        let bounds = |left| Rect { left, top: 0.0, width: 50.0, height: 50.0 };
        // Three cars, of scores that stand for some 95, 70 and 25 percent.
        let objects = [(0.0, 0.6), (100.0, 0.4), (200.0, 0.25)].map(|(left, score)| Object {
            class: 2,
            bounds: bounds(left),
            score,
            cover: 0.1,
        });
        let seen = || labels(taxonomy, &Evidence { objects: &objects, ..Evidence::default() });
        let boxes = |least| {
            let selection = LabelSelection::new(Some(least), None, GeneralLabelsSettings::default());
            let chosen = selection.of(taxonomy, seen());
            let car = chosen.into_iter().find(|label| Some(label.id) == taxonomy.find("Car"));
            car.map(|car| car.instances.len())
        };
        assert_eq!([boxes(0.0), boxes(55.0), boxes(90.0), boxes(99.0)], [Some(3), Some(2), Some(1), None]);
    }

    #[test]
    fn max_labels_keeps_the_surest() {
        let most = |most| names(&LabelSelection::new(None, Some(most), GeneralLabelsSettings::default()));
        assert_eq!(most(3), &ALL[..3]);
        assert_eq!(most(0), Vec::<String>::new());
        assert_eq!(most(i32::MAX), ALL);
    }

    #[test]
    fn each_filter_does_its_work() {
        assert_eq!(filtered(&["Dog", "Car"], &[], &[], &[]), ["Dog", "Car"]);
        assert_eq!(filtered(&[], &["Animal", "Vehicle", "Canine"], &[], &[]).len(), ALL.len() - 3);
        assert_eq!(filtered(&[], &[], &["Animals and Pets"], &[]), &ALL[..7]);
        assert_eq!(filtered(&[], &[], &[], &["Animals and Pets"]), &ALL[7..]);
    }

    #[test]
    fn inclusions_add_up_and_exclusions_win() {
        assert_eq!(
            filtered(&["Dog"], &[], &["Vehicles and Automotive"], &[]),
            ["Dog", "Car", "Convertible", "Vehicle"]
        );
        assert_eq!(filtered(&["Dog"], &["Dog"], &[], &[]), Vec::<String>::new());
        assert_eq!(filtered(&[], &["Dog"], &["Animals and Pets"], &[]).len(), 6);
        assert_eq!(filtered(&["Dog", "Car"], &[], &[], &["Animals and Pets"]), ["Car"]);
    }

    #[test]
    fn names_are_exact_and_those_of_no_label_find_nothing() {
        assert_eq!(filtered(&["dog"], &[], &[], &[]), Vec::<String>::new());
        assert_eq!(filtered(&["Automobile"], &[], &[], &[]), Vec::<String>::new(), "an alias");
        assert_eq!(filtered(&["No Such Thing"], &[], &[], &[]), Vec::<String>::new());
    }

    proptest! {
        /// Filtering what was sorted is sorting what was filtered, and each filter alone is as good as all at once.
        #[test]
        fn filters_commute_with_sorting_and_with_each_other(
            with in proptest::sample::subsequence(ALL.to_vec(), 0..6),
            without in proptest::sample::subsequence(ALL.to_vec(), 0..6),
            least in 0.0_f32..100.0,
        ) {
            let taxonomy = &*TAXONOMY;
            let both = LabelSelection::new(Some(least), None, settings(&with, &without, &[], &[]));
            let found = both.of(taxonomy, seen(taxonomy));
            let one = LabelSelection::new(Some(least), None, settings(&[], &without, &[], &[]));
            let other = LabelSelection::new(Some(0.0), None, settings(&with, &[], &[], &[]));
            prop_assert_eq!(&found, &one.of(taxonomy, other.of(taxonomy, seen(taxonomy))));
            prop_assert_eq!(&found, &other.of(taxonomy, one.of(taxonomy, seen(taxonomy))));
            let mut shuffled = seen(taxonomy);
            shuffled.reverse();
            let mut late = both.of(taxonomy, shuffled);
            late.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.id.cmp(&b.id)));
            prop_assert_eq!(found, late);
        }
    }
}
