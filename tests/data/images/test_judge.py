"""The judges of image sets: shipped, kept, damaged, trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.image_set import ImageSet
from ganstudio.core.pictures import training as trainer
from ganstudio.core.pictures.classifier import Classifier
from ganstudio.core.pictures.measures import NAMES, PictureRuler
from ganstudio.core.pictures.training import train_classifier
from ganstudio.data.images import judge as judges
from ganstudio.data.images.digits import digits
from ganstudio.data.images.idx import read_pair
from ganstudio.data.images.judge import file_name, judge_for, packed

MNIST = Path(__file__).parents[4] / "shared" / "data" / "mnist"
Parts = tuple[ImageSet, ImageSet]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """Pictures whose judge is trained in a moment."""
    monkeypatch.setattr(trainer, "FEWEST_SEEN", 128 * 8)
    monkeypatch.setattr(trainer, "MOST_SEEN", 128 * 8)
    return digits().first(200).split(50)


class Told(list[float]):
    """The shares of a training."""


def taught(parts: Parts, folder: Path) -> tuple[Classifier, bool]:
    """A judge, and whether it was trained for that."""
    shares = Told()
    found = judge_for(*parts, shares.append, folder=folder)
    return found, bool(shares)


def test_the_digits_judge_came_with_the_program(tmp_path: Path) -> None:
    found, trained = taught(digits().split(500), tmp_path)
    assert not trained
    assert found.accuracy > 0.985
    assert found.classes == digits().classes
    assert not list(tmp_path.iterdir())
    [shipped] = (Path(judges.__file__).parents[2] / "resources" / "judges").iterdir()
    assert shipped.stat().st_size < 400_000


def test_any_other_is_trained_once_and_kept(parts: Parts, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "judges"
    first, trained = taught(parts, folder)
    assert trained
    assert [path.name for path in folder.iterdir()] == [file_name(parts[0])]
    again, trained = taught(parts, folder)
    assert not trained
    assert (again.sha256, again.accuracy) == (first.sha256, first.accuracy)
    # What is held out changes its accuracy, but not the judge.
    other, trained = taught((parts[0], digits().split(500)[1]), folder)
    assert not trained
    assert (other.sha256, other.accuracy != first.accuracy) == (first.sha256, True)
    for changed in (
        replace(parts[0], labels=parts[0].labels[::-1]),
        parts[0].first(100),
        replace(parts[0], classes=(*parts[0].classes, "none")),
    ):
        assert file_name(changed) != file_name(parts[0])


def flipped(content: bytes) -> bytes:
    return content[:-1000] + bytes([content[-1000] ^ 1]) + content[-999:]


@pytest.mark.parametrize(
    "damage",
    [
        flipped,
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"\xff" * len(content),
        lambda content: content.replace(b"4.weight", b"5.weight"),
        lambda content: content.replace(b'"F16"', b'"I16"'),
        lambda content: content + bytes(judges.MOST_BYTES),
    ],
    ids=["bit", "empty", "half", "noise", "name", "kind", "large"],
)
def test_what_was_kept_and_is_damaged_is_trained_anew(
    parts: Parts, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    first, _ = taught(parts, tmp_path)
    [kept] = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    found, trained = taught(parts, tmp_path)
    assert trained
    assert found.sha256 == first.sha256
    assert kept.read_bytes() == whole


def test_a_judge_of_other_pictures_is_not_taken(parts: Parts, tmp_path: Path) -> None:
    small = replace(parts[0], images=parts[0].images[:, ::2, ::2].copy())
    theirs = train_classifier(small, small)
    (tmp_path / file_name(parts[0])).write_bytes(packed(theirs))
    found, trained = taught(parts, tmp_path)
    assert trained
    assert found.side == 28


def test_that_it_cannot_be_kept_does_not_matter(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    found, trained = taught(parts, tmp_path / "file" / "judges")
    assert trained
    assert found.side == 28
    # Nor that something else has its name.
    (tmp_path / file_name(parts[0])).mkdir()
    assert taught(parts, tmp_path)[1]


def test_a_training_that_is_cancelled_leaves_nothing(parts: Parts, tmp_path: Path) -> None:
    def tell(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        judge_for(*parts, tell, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_generators_of_the_digits_are_measured_with_it(tmp_path: Path) -> None:
    training, held_out = digits().split(500)
    ruler = PictureRuler(judge_for(training, held_out, folder=tmp_path), training, held_out)
    floors = ruler.floors()
    assert ruler.count == 500
    assert set(floors) == set(NAMES)
    assert floors["modes"].median == 10
    # Of real pictures with half the noise of a pen none would be taken for another.
    rng = np.random.default_rng(0)
    real = held_out.images.reshape(1, 500, -1) / 255
    noisy = np.clip(real + rng.normal(0, 0.1, real.shape), 0, 1)
    dim = 0.5 * real
    fids = [float(ruler.measure(one.astype(np.float32))["fid"][0]) for one in (real, noisy, dim)]
    assert fids[0] < floors["fid"].high < fids[1] < fids[2]


@pytest.mark.slow
def test_the_judge_of_the_digits_as_it_is_trained_here() -> None:
    judge = train_classifier(*digits().split(500))
    assert judge.accuracy >= 0.97
    # Another processor may round otherwise, but learns the same.
    shipped = judge_for(*digits().split(500))
    assert abs(judge.accuracy - shipped.accuracy) < 0.02


@pytest.mark.slow
@pytest.mark.skipif(not MNIST.is_dir(), reason="the 10,000 images of MNIST are not here")
def test_the_judge_of_mnist() -> None:
    pair = MNIST / "t10k-images-idx3-ubyte.gz", MNIST / "t10k-labels-idx1-ubyte.gz"
    training, held_out = read_pair(*pair, "MNIST").split(2_000)
    judge = train_classifier(training, held_out)
    assert judge.accuracy >= 0.98
    floors = PictureRuler(judge, training, held_out).floors()
    assert floors["modes"].median == 10
    assert 0 < floors["fid"].median < floors["fid"].high < 1
    # 2 n KL is nearly chi-squared with 9 degrees of freedom, whose median is 8.34.
    assert floors["reverse_kl"].median == pytest.approx(8.34 / 2_000, rel=0.5)
