//! The built-in taxonomy is whole, and one that is not is refused with its line.

use super::*;

/// A sound taxonomy of three labels above all classes, with `more` in it.
fn with(more: &str) -> Result<Taxonomy, TaxonomyError> {
    let classes: Vec<_> = (0..CLASSES).collect();
    let objects: String =
        OBJECTS.iter().map(|object| format!("\"The {object}\" = {{ coco = \"{object}\" }}\n")).collect();
    Taxonomy::parse(&format!(
        "[Things]\nThing = {{}}\nPart = {{ in = [\"Thing\"] }}\nPiece = {{ in = [\"Part\"], imagenet = {classes:?} }}\n{objects}{more}"
    ))
}

#[test]
fn the_built_in_taxonomy_is_sound() {
    let taxonomy = Taxonomy::built_in().unwrap();
    assert!(taxonomy.entries().len() > 1000);
    let beagle = taxonomy.get(taxonomy.find("Beagle").unwrap()).unwrap();
    let above: Vec<_> = taxonomy.ancestors_of(beagle).collect();
    assert_eq!(above, ["Animal", "Canine", "Dog", "Hound", "Mammal", "Pet"]);
    assert_eq!((beagle.category.as_str(), beagle.classes.as_slice()), ("Animals and Pets", &[162][..]));
    assert_eq!(taxonomy.find("Cell Phone"), None, "an alias is no name");
}

#[test]
fn ancestors_hold_the_classes_of_what_is_below_them() {
    let taxonomy = Taxonomy::built_in().unwrap();
    for (_, entry) in taxonomy.iter() {
        for &above in &entry.ancestors {
            let above = taxonomy.get(above).unwrap();
            assert!(
                entry.reach.iter().all(|class| above.reach.contains(class)),
                "{} {}",
                entry.name,
                above.name
            );
        }
        assert!(entry.ancestors.is_sorted());
        assert!(entry.parents.iter().all(|parent| entry.ancestors.contains(parent)));
    }
    let dog = taxonomy.get(taxonomy.find("Dog").unwrap()).unwrap();
    assert_eq!(dog.reach, (151..=268).collect::<Vec<_>>(), "the classifier's 118 dogs");
}

#[test]
fn categories_are_those_of_the_service() {
    // The categories of the service that were seen in its documentation or, the last ones, are said to exist.
    let known = [
        "Animals and Pets",
        "Apparel and Accessories",
        "Beauty and Personal Care",
        "Expressions and Emotions",
        "Food and Beverage",
        "Hobbies and Interests",
        "Kitchen and Dining",
        "Person Description",
        "Technology and Computing",
        "Vehicles and Automotive",
        "Buildings and Architecture",
        "Everyday Objects",
        "Events and Attractions",
        "Furniture and Furnishings",
        "Home and Indoors",
        "Home Appliances",
        "Materials",
        "Medical",
        "Nature and Outdoors",
        "Performing Arts",
        "Plants and Flowers",
        "Public Safety",
        "Sports",
        "Symbols and Flags",
        "Text and Documents",
        "Tools and Machinery",
        "Toys and Gaming",
        "Transport and Logistics",
        "Weapons and Military",
    ];
    for entry in Taxonomy::built_in().unwrap().entries() {
        assert!(known.contains(&entry.category.as_str()), "{}: {}", entry.name, entry.category);
    }
}

#[test]
fn people_are_not_sorted() {
    // Labels of gender, age, faith or health would be guesses about people: docs/labels.md says why there are none.
    let taxonomy = Taxonomy::built_in().unwrap();
    for name in ["Man", "Woman", "Boy", "Girl", "Child", "Adult", "Senior Citizen", "Abaya", "Nun", "Bride"] {
        assert_eq!(taxonomy.find(name), None, "{name}");
    }
}

#[test]
fn what_is_not_sound_is_refused() {
    with("").unwrap();
    let cases = [
        ("A = { in = [\"Nothing\"], face = \"smile\" }", "A is under Nothing, which is no label"),
        ("A = { in = [\"B\"], face = \"smile\" }\nB = { in = [\"A\"] }", "A is above itself"),
        ("A = { in = [\"A\"], face = \"smile\" }", "A is above itself"),
        ("A = {}", "nothing leads to A"),
        ("A = { imagenet = [7] }", "class 7 does not exist, or is not that of one label"),
        ("A = { imagenet = [1000] }", "class 1000 does not exist, or is not that of one label"),
        ("A = { coco = \"unicorn\" }", "class unicorn does not exist, or is not that of one label"),
        ("\"A\\u0007\" = { face = \"smile\" }", "\"A\\u{7}\" cannot be the name of a label, or is it twice"),
        (
            "A = { face = \"smile\", aliases = [\"Thing\"] }",
            "\"Thing\" cannot be the name of a label, or is it twice",
        ),
        ("[More]\nThing = { face = \"smile\" }", "\"Thing\" cannot be the name of a label, or is it twice"),
        ("A = { colour = 1 }", "the labels cannot be read"),
    ];
    for (more, said) in cases {
        assert_eq!(with(more).unwrap_err().to_string(), said, "{more}");
    }
    let missing = Taxonomy::parse("[Things]\nThing = { imagenet = [0] }").unwrap_err();
    assert_eq!(missing.to_string(), "class 1 does not exist, or is not that of one label");
}
