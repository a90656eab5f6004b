"""The second recogniser of the tests: one of the default template's two networks, alone (see tests/recognisers)."""

from overt_server import ROOT

FOLDER = ROOT / "tests/recognisers"
MANIFEST = FOLDER / "faceres-1024.toml"
CALIBRATION = FOLDER / "faceres-1024.calibration.toml"

# Its templates' version: the id, and a digest over everything that a template depends on.
SECOND = "faceres-1024-86dbf4cc381a"


def config(default=None, manifest=True, calibration=True):
    """An overt.toml with both recognisers; the second is the default, as an operator's is, unless another is named."""
    lines = ["[models]"]
    if manifest:
        lines.append(f'manifests = ["{MANIFEST}"]')
    if calibration:
        lines.append(f'calibration = ["{CALIBRATION}"]')
    if default:
        lines.append(f'recogniser = "{default}"')
    return "\n".join(lines) + "\n"
