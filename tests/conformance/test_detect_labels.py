"""DetectLabels by boto3: what a client of the real service relies on, and what is plain to see on pictures."""

import io
import json
import subprocess

import pytest
from botocore.exceptions import ClientError
from PIL import Image, ImageOps

import images
from conftest import program

MOTORCYCLE = "skimage/motorcycle_left.png"
MAN_WITH_CAMERA = "skimage/camera.png"
COINS = "skimage/coins.png"
PAGE = "skimage/page.png"
GRASS = "skimage/grass.png"
MOON = "skimage/moon.png"
HORSE_IN_OUTLINE = "skimage/horse.png"
DAHLIA = "scikit-learn/flower.jpg"
PALACE = "scikit-learn/china.jpg"
QUOKKA = "imgaug/quokka.jpg"

MEMBERS = {"Name", "Confidence", "Instances", "Parents", "Aliases", "Categories"}


def detect(client, name, **more):
    return client.detect_labels(Image={"Bytes": images.read(name)}, **more)


def general(**filters):
    return {"Settings": {"GeneralLabels": filters}}


def names(answer):
    return [label["Name"] for label in answer["Labels"]]


def by_name(answer):
    return {label["Name"]: label for label in answer["Labels"]}


@pytest.fixture(scope="module")
def cat(rekognition):
    return detect(rekognition, images.CAT)


@pytest.fixture(scope="module")
def both(rekognition):
    return detect(rekognition, images.ASTRONAUT, Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"])


# COMPATIBILITY.md: "A label has these six members, empty lists among them, and one category."
def test_a_label_has_all_its_members(cat, both):
    for label in cat["Labels"] + both["Labels"]:
        assert label.keys() == MEMBERS
        assert len(label["Categories"]) == 1
        assert 0 < label["Confidence"] <= 100
        for instance in label["Instances"]:
            assert instance.keys() == {"BoundingBox", "Confidence", "DominantColors"}
    assert cat["LabelModelVersion"] == "3.0"
    assert cat.keys() == {"Labels", "LabelModelVersion", "ResponseMetadata"}


def test_empty_lists_are_written(server):
    """The wire itself: SDKs would not show the difference between an empty and an absent list in every language."""
    done = subprocess.run(
        [
            *(program("python"), program("aws"), "rekognition", "detect-labels", "--output", "json"),
            *("--image-bytes", f"fileb://{images.PICTURES / images.CUP}"),
        ],
        env=server.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    labels = json.loads(done.stdout)["Labels"]
    assert any(label["Instances"] == [] and label["Parents"] == [] and label["Aliases"] == [] for label in labels)


# COMPATIBILITY.md: "With a label come all its ancestors, as labels of their own and in its Parents, each at least as sure."
@pytest.mark.parametrize("picture", [images.CAT, images.CUP, images.ASTRONAUT, MOTORCYCLE, PALACE, QUOKKA, images.GROUPS[5]])
def test_ancestors_are_complete_and_no_less_sure(rekognition, picture):
    labels = by_name(detect(rekognition, picture, MinConfidence=1))
    assert labels
    for label in labels.values():
        parents = [parent["Name"] for parent in label["Parents"]]
        assert parents == sorted(parents)
        for parent in parents:
            assert labels[parent]["Confidence"] >= label["Confidence"], (label["Name"], parent)
            assert {above["Name"] for above in labels[parent]["Parents"]} < set(parents), (label["Name"], parent)


# COMPATIBILITY.md: "Labels come by falling confidence, equal ones by name; a label is as sure as its surest instance."
@pytest.mark.parametrize("picture", [images.CAT, images.ASTRONAUT, MOTORCYCLE, images.GROUPS[0]])
def test_the_order_of_labels_and_the_confidence_of_instances(rekognition, picture):
    labels = detect(rekognition, picture, MinConfidence=1)["Labels"]
    assert labels == sorted(labels, key=lambda label: (-label["Confidence"], label["Name"]))
    for label in labels:
        sure = [instance["Confidence"] for instance in label["Instances"]]
        assert sure == sorted(sure, reverse=True)
        assert not sure or sure[0] == label["Confidence"]


def test_min_confidence_and_its_default(rekognition, cat):
    all_of_them = detect(rekognition, images.CAT, MinConfidence=0)["Labels"]
    assert cat["Labels"] == [label for label in all_of_them if label["Confidence"] >= 55]
    assert any(label["Confidence"] < 55 for label in all_of_them)
    sure = detect(rekognition, images.CAT, MinConfidence=95)["Labels"]
    assert sure == [label for label in all_of_them if label["Confidence"] >= 95]


# COMPATIBILITY.md: "Instances less sure than MinConfidence are not answered, as labels are not."
def test_min_confidence_holds_for_instances(rekognition):
    def boxes(least):
        labels = by_name(detect(rekognition, images.GROUPS[0], MinConfidence=least))
        return [instance["Confidence"] for instance in labels["Person"]["Instances"]]

    everything = boxes(0)
    assert everything[-1] < 55 < everything[0], everything
    assert boxes(55) == [sure for sure in everything if sure >= 55]


# COMPATIBILITY.md: "Settings of a feature that is not asked for are ignored."
def test_settings_of_a_feature_that_is_not_asked_for(rekognition, cat):
    settings = {"GeneralLabels": {"LabelInclusionFilters": ["Cat"]}, "ImageProperties": {"MaxDominantColors": 1}}
    alone = detect(rekognition, images.CAT, Features=["IMAGE_PROPERTIES"], Settings=settings)
    assert alone.keys() == {"ImageProperties", "ResponseMetadata"}
    assert len(alone["ImageProperties"]["DominantColors"]) == 1
    labels = detect(rekognition, images.CAT, Features=["GENERAL_LABELS"], Settings=settings)
    assert names(labels) == ["Cat"] and "ImageProperties" not in labels


def test_a_border_is_no_part_of_the_picture(rekognition):
    """A quokka in a wide white mat was a bear (99), of which only the picture can be to blame."""
    quokka = images.open_rgb(QUOKKA)
    framed = io.BytesIO()
    ImageOps.expand(quokka, round(0.3 * min(quokka.size)), "white").save(framed, "PNG")
    plain = io.BytesIO()
    quokka.save(plain, "PNG")
    as_it_is, in_a_mat = (by_name(rekognition.detect_labels(Image={"Bytes": file.getvalue()})) for file in (plain, framed))
    assert "Bear" not in in_a_mat
    assert {name: label["Confidence"] for name, label in in_a_mat.items()} == pytest.approx(
        {name: label["Confidence"] for name, label in as_it_is.items()}, abs=2
    )


def test_max_labels_keeps_the_surest(rekognition, cat):
    assert detect(rekognition, images.CAT, MaxLabels=3)["Labels"] == cat["Labels"][:3]
    assert detect(rekognition, images.CAT, MaxLabels=0)["Labels"] == []
    # The ceiling is 1,000; more is no error.
    assert detect(rekognition, images.CAT, MaxLabels=5000)["Labels"] == cat["Labels"]


# COMPATIBILITY.md: "Filters by label and category, inclusive and exclusive; inclusions add up, exclusions win, names are exact."
def test_each_filter(rekognition, cat):
    def filtered(**filters):
        return names(detect(rekognition, images.CAT, **general(**filters)))

    everything = names(cat)
    assert {"Cat", "Animal", "Pet"} <= set(everything)
    assert filtered(LabelInclusionFilters=["Cat", "Car", "Pet"]) == [n for n in everything if n in ("Cat", "Pet")]
    assert filtered(LabelExclusionFilters=["Cat"]) == [n for n in everything if n != "Cat"]
    animals = [label["Name"] for label in cat["Labels"] if label["Categories"] == [{"Name": "Animals and Pets"}]]
    assert animals and filtered(LabelCategoryInclusionFilters=["Animals and Pets"]) == animals
    assert filtered(LabelCategoryExclusionFilters=["Animals and Pets"]) == [n for n in everything if n not in animals]
    both = filtered(LabelInclusionFilters=["Cat"], LabelCategoryInclusionFilters=["Vehicles and Automotive"])
    assert both == ["Cat"]
    assert filtered(LabelInclusionFilters=["Cat", "Pet"], LabelExclusionFilters=["Pet"]) == ["Cat"]
    assert filtered(LabelInclusionFilters=["Cat"], LabelCategoryExclusionFilters=["Animals and Pets"]) == []
    assert filtered(LabelInclusionFilters=["cat"]) == []
    assert filtered(LabelInclusionFilters=[], LabelCategoryInclusionFilters=[]) == everything


def test_filters_do_not_change_a_label(rekognition, cat):
    (alone,) = detect(rekognition, images.CAT, **general(LabelInclusionFilters=["Cat"]))["Labels"]
    assert alone == by_name(cat)["Cat"]
    assert "Animal" in [parent["Name"] for parent in alone["Parents"]]


def test_an_alias_is_told_and_is_no_label(rekognition):
    labels = by_name(detect(rekognition, images.ASTRONAUT))
    assert labels["Person"]["Aliases"] == [{"Name": "Human"}]
    assert "Human" not in labels
    assert detect(rekognition, images.ASTRONAUT, **general(LabelInclusionFilters=["Human"]))["Labels"] == []


# COMPATIBILITY.md: "MaxLabels and MinConfidence go with GENERAL_LABELS only; otherwise InvalidParameterException."
@pytest.mark.parametrize("argument", [{"MaxLabels": 5}, {"MinConfidence": 50}])
def test_arguments_of_labels_without_labels(rekognition, argument):
    with pytest.raises(ClientError) as refused:
        detect(rekognition, images.CAT, Features=["IMAGE_PROPERTIES"], **argument)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterException"
    assert next(iter(argument)) in error["Message"]


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ({"MinConfidence": 101}, "minConfidence"),
        ({"MaxLabels": -1}, "maxLabels"),
        ({"Features": ["EVERYTHING"]}, "features"),
        (general(LabelInclusionFilters=["x" * 51]), "labelInclusionFilters"),
        (general(LabelExclusionFilters=["{x}"]), "labelExclusionFilters"),
        (general(LabelCategoryInclusionFilters=["x"] * 101), "labelCategoryInclusionFilters"),
        ({"Settings": {"ImageProperties": {"MaxDominantColors": 21}}}, "maxDominantColors"),
    ],
)
def test_what_the_model_does_not_allow(unchecked, argument, path):
    with pytest.raises(ClientError) as refused:
        detect(unchecked, images.CAT, **argument)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert path in error["Message"]


def test_errors_of_pictures(rekognition):
    cases = [
        ({"Bytes": b"no picture"}, "InvalidImageFormatException"),
        ({"S3Object": {"Bucket": "unheard-of", "Name": "x.jpg"}}, "InvalidS3ObjectException"),
        ({}, "InvalidParameterException"),
    ]
    for image, code in cases:
        with pytest.raises(ClientError) as refused:
            rekognition.detect_labels(Image=image)
        assert refused.value.response["Error"]["Code"] == code


# COMPATIBILITY.md: "IMAGE_PROPERTIES alone has no labels, and labels alone no properties."
def test_features(rekognition, cat, both):
    assert detect(rekognition, images.CAT, Features=["GENERAL_LABELS"])["Labels"] == cat["Labels"]
    alone = detect(rekognition, images.ASTRONAUT, Features=["IMAGE_PROPERTIES"])
    assert alone.keys() == {"ImageProperties", "ResponseMetadata"}
    assert alone["ImageProperties"]["DominantColors"] == both["ImageProperties"]["DominantColors"]


# COMPATIBILITY.md: "Colours are CSS's, by falling share; Contrast is of the whole picture alone."
def test_image_properties(both):
    found = both["ImageProperties"]
    assert found["Quality"].keys() == {"Brightness", "Sharpness", "Contrast"}
    for part in (found["Foreground"], found["Background"]):
        assert part["Quality"].keys() == {"Brightness", "Sharpness"}
        assert part["DominantColors"]
    for colour in found["DominantColors"]:
        assert colour["HexCode"] == "#{Red:02x}{Green:02x}{Blue:02x}".format(**colour)
        assert colour["CSSColor"].islower() and colour["SimplifiedColor"].islower()
    shares = [colour["PixelPercent"] for colour in found["DominantColors"]]
    assert len(shares) <= 10 and shares == sorted(shares, reverse=True) and sum(shares) <= 100.1


def test_max_dominant_colours(rekognition):
    few = detect(
        rekognition,
        images.ASTRONAUT,
        Features=["IMAGE_PROPERTIES", "GENERAL_LABELS"],
        Settings={"ImageProperties": {"MaxDominantColors": 2}},
    )
    assert len(few["ImageProperties"]["DominantColors"]) == 2
    instances = by_name(few)["Person"]["Instances"] + by_name(few)["Face"]["Instances"]
    assert instances and all(len(instance["DominantColors"]) == 2 for instance in instances)


# COMPATIBILITY.md: "DominantColors of an instance are filled only when both features are asked."
def test_colours_of_instances(rekognition, both):
    for instance in by_name(both)["Face"]["Instances"]:
        assert instance["DominantColors"]
    for label in detect(rekognition, images.ASTRONAUT)["Labels"]:
        assert all(instance["DominantColors"] == [] for instance in label["Instances"])


def test_a_picture_of_nothing(rekognition):
    grey = io.BytesIO()
    Image.new("RGB", (200, 200), (127, 127, 127)).save(grey, "PNG")
    answer = rekognition.detect_labels(Image={"Bytes": grey.getvalue()}, MinConfidence=80)
    assert answer["Labels"] == []


def test_the_box_is_where_the_thing_is(rekognition):
    labels = by_name(detect(rekognition, images.ASTRONAUT))
    # By eye: the suit fills the left of the picture, down to its lower edge.
    left, top, right, bottom = images.pixels(labels["Person"]["Instances"][0]["BoundingBox"], 512, 512)
    assert left < 60 and top < 60 and 330 < right < 420 and bottom > 470
    cup = by_name(detect(rekognition, images.CUP))["Cup"]["Instances"][0]["BoundingBox"]
    left, top, right, bottom = images.pixels(cup, 600, 400)
    assert left < 220 and right > 400 and top < 120 and bottom > 240, cup


# What is plain to see, and what would be absurd. docs/labels.md has the whole count.
SEEN = [
    (images.ASTRONAUT, {"Person", "Face", "Smile"}, {"Animal", "Vehicle", "Food", "Glasses"}),
    (images.OBAMA, {"Person", "Face", "Smile"}, {"Animal", "Vehicle", "Food", "Glasses"}),
    (images.CAT, {"Animal", "Mammal", "Pet", "Cat"}, {"Person", "Dog", "Vehicle", "Food"}),
    (images.CUP, {"Beverage", "Coffee", "Cup"}, {"Person", "Animal", "Vehicle"}),
    (MOTORCYCLE, {"Motorcycle", "Vehicle", "Transportation"}, {"Person", "Animal", "Food"}),
    (MAN_WITH_CAMERA, {"Person", "Tripod"}, {"Animal", "Vehicle", "Food"}),
    (PALACE, {"Building", "Architecture"}, {"Person", "Vehicle", "Food", "Bird"}),
    (QUOKKA, {"Animal", "Mammal", "Wildlife"}, {"Person", "Vehicle", "Food", "Pet"}),
    *((picture, {"Person", "Face"}, {"Animal", "Vehicle", "Food"}) for picture in images.GROUPS),
]


@pytest.mark.parametrize(("picture", "there", "absent"), SEEN)
def test_what_is_plain_to_see(rekognition, picture, there, absent):
    found = names(detect(rekognition, picture))
    assert there <= set(found), picture
    assert not absent & set(found), picture
    # The surest label is one of those that a person would give, or above one.
    assert found[0] in there | {"Face", "Head"}, picture


# docs/labels.md: "the moon, a dahlia, a lawn, coins and a page have no label of 80 or more".
@pytest.mark.parametrize("picture", [COINS, PAGE, GRASS, MOON, DAHLIA])
def test_what_the_networks_do_not_know_has_no_sure_label(rekognition, picture):
    assert detect(rekognition, picture, MinConfidence=80)["Labels"] == []


def test_an_outline_is_an_animal_and_not_surely_a_dog(rekognition):
    """A horse, all black on white."""
    found = set(names(detect(rekognition, HORSE_IN_OUTLINE, MinConfidence=80)))
    assert found <= {"Animal", "Mammal", "Horse", "Wildlife"}, found
