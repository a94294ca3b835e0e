"""The estimate: exact counts, honest memory, one sentence when it is too much."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from ganstudio.core.estimate import Estimate, bytes_text, check_size, default_limit, estimate
from ganstudio.core.experiment import Experiment
from ganstudio.errors import TooLargeError

FIRST = Experiment()


def test_the_first_gan_is_counted() -> None:
    size = estimate(FIRST)
    assert (size.parameters_g, size.parameters_d) == (321, 1153)
    assert 2**20 < size.bytes < 8 * 2**20


def test_minibatch_discrimination_is_counted() -> None:
    on = FIRST.replace(**{"discriminator.minibatch.enabled": True})
    # The projection 32 -> 15 with its biases, and 5 more inputs to the layer of 32.
    assert estimate(on).parameters_d == 1153 + 33 * 15 + 5 * 32


def test_the_likeness_tensor_dominates() -> None:
    on = FIRST.replace(replicas=4, batch_size=2048, **{"discriminator.minibatch.enabled": True})
    tensor = 4 * 2 * 2048**2 * 5 * 3 * 4
    assert tensor < estimate(on).bytes < 4 * tensor


def test_absurd_sizes_are_exact() -> None:
    wide = {f"generator.layers.{i}.width": 10**6 for i in range(2)}
    n = 10**6
    assert estimate(FIRST.replace(**wide)).parameters_g == 2 * n + (n * n + n) + n + 1


CONVOLUTIONS: dict[str, Any] = {
    "target": "mnist",
    "noise.size": 16,
    "generator.layers": [],
    "generator.convolutions": [
        {"channels": 64, "normalisation": "batch"},
        {"channels": 32, "normalisation": "batch"},
    ],
    "discriminator.layers": [],
    "discriminator.convolutions": [
        {"channels": 32},
        {"channels": 64, "normalisation": "batch"},
    ],
}


def test_convolutions_are_counted() -> None:
    size = estimate(FIRST.replace(**CONVOLUTIONS))
    first, last = 17 * 64 * 49 + 2 * 64, 32 * 16 + 1
    assert size.parameters_g == first + 64 * 32 * 16 + 32 + 2 * 32 + last
    assert size.parameters_d == 32 * 16 + 32 + 64 * 32 * 16 + 64 + 2 * 64 + 64 * 49 + 1


MEASURED = """
import pathlib, sys, torch
from ganstudio.core.experiment import Experiment
from ganstudio.core.plan import Plan
from ganstudio.core.replay import capture
from ganstudio.core.updates import discriminator_update, generator_update

def play(e):
    plans = [
        Plan("discriminator", e.discriminator, e.inputs_d, 1, 0),
        Plan("generator", e.generator, e.inputs_g, e.features, 1),
    ]
    d, g = (plan.player(e, iter(plan.tensors(e)), {}, "cpu") for plan in plans)
    z = torch.randn(e.replicas, e.batch_size, e.inputs_g)
    x = torch.randn(e.replicas, e.batch_size, e.inputs_d)
    for update, real, player in ((discriminator_update, [x], d), (generator_update, [], g)):
        def whole(*tensors, update=update):
            rest = iter(tensors)
            return update(e, d.side.rebuilt(rest), g.side.rebuilt(rest), None, *rest)
        given = [z, torch.zeros(()), *real, *player.coefficients.next()]
        again = capture(whole, [*d.side.tensors(), *g.side.tensors()], given)
        for _ in range(2):
            again(*given)
    # The peak that getrusage tells is at least that of the process that started this one.
    told = pathlib.Path("/proc/self/status").read_text()
    return int(told.split("VmHWM:")[1].split()[0]) * 1024

torch.set_num_threads(1)
e = Experiment.from_toml(sys.stdin.read())
before = play(e.replace(batch_size=2))
print(play(e) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_what_convolutions_take_is_what_was_estimated() -> None:
    """A small play before pays for what torch itself takes."""
    large = FIRST.replace(**CONVOLUTIONS, batch_size=512)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=large.to_toml(),
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    took = int(ran.stdout)
    expected = estimate(large).bytes - estimate(large.replace(batch_size=2)).bytes
    assert expected / 2 < took < 1.3 * expected


@pytest.mark.parametrize(
    "larger",
    [
        {"generator.layers.0.width": 500},
        {"discriminator.layers.0.width": 500},
        {"batch_size": 4096},
        {"replicas": 64},
        {"noise.size": 512},
    ],
    ids=lambda change: next(iter(change)),
)
def test_more_of_anything_needs_more(larger: dict[str, int]) -> None:
    assert estimate(FIRST.replace(**larger)).bytes > estimate(FIRST).bytes


def test_an_optimizer_without_memory_needs_less() -> None:
    plain = FIRST.replace(optimizer_g="sgd", optimizer_d="sgd")
    assert estimate(FIRST).bytes - estimate(plain).bytes == 2 * (321 + 1153) * 4


def test_what_fits_is_let_through() -> None:
    check_size(FIRST)
    check_size(FIRST, limit_bytes=estimate(FIRST).bytes)


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({f"generator.layers.{i}.width": 10**6 for i in range(2)}, "make layers narrower"),
        ({"batch_size": 10**6, "replicas": 64}, "the batch smaller, or train fewer replicas"),
        (
            {"batch_size": 10**5, "discriminator.minibatch.enabled": True},
            "make the batch smaller or compare with fewer kernels",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(change: dict[str, int], advice: str) -> None:
    large = FIRST.replace(**change)
    with pytest.raises(TooLargeError) as caught:
        check_size(large, limit_bytes=2**32)
    sentence = str(caught.value)
    assert bytes_text(estimate(large).bytes) in sentence
    assert "the limit is 4 GiB" in sentence
    assert sentence.endswith(advice)


def test_pictures_count_once_and_their_order_for_each_replica() -> None:
    digits = FIRST.replace(target="digits", replicas=4)
    pictures = 1_000
    limit = estimate(digits).bytes + pictures * (784 * 4 + 4 * 8)
    check_size(digits, limit, pictures=pictures)
    with pytest.raises(TooLargeError):
        check_size(digits, limit - 1, pictures=pictures)
    with pytest.raises(TooLargeError, match=r"learn from fewer pictures, or train fewer replicas$"):
        check_size(digits, limit, pictures=10**6)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (4 * 2**30, "4 GiB"),
        (12 * 2**30, "12 GiB"),
        (int(3.2 * 2**40), "3.1 TiB"),
        (2**95, "32,768 YiB"),
    ],
)
def test_bytes_in_words(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_the_limit_suits_the_machine() -> None:
    assert 2**28 < default_limit() < 2**50


def test_estimates_are_values() -> None:
    assert estimate(FIRST) == Estimate(321, 1153, estimate(FIRST).bytes)


def test_no_torch_is_needed() -> None:
    code = (
        "import sys, ganstudio.core.experiment as e; from ganstudio.core.estimate import *; "
        "estimate(e.Experiment()); sys.exit('torch._C' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
