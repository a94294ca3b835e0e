"""Losses against formulas written out in float64, and gradients against finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter
from torch.fx.experimental.proxy_tensor import make_fx

from ganstudio.core.losses import (
    DoubleSigmoid,
    GanLoss,
    Hinge,
    LeastSquares,
    LiteralLog,
    Loss,
    Minimax,
    NonSaturating,
    Relativistic,
    StableLog,
    Wasserstein,
)
from ganstudio.core.spec import Spec

LOGITS = np.linspace(-6, 6, 24).reshape(2, 12, 1)
KINDS: tuple[type[GanLoss], ...] = get_args(get_args(Loss)[0])
SETTINGS: list[GanLoss] = [
    *(kind() for kind in KINDS),
    NonSaturating(smoothing=0.1),
    Minimax(smoothing=0.3),
    NonSaturating(log=LiteralLog(clip=1e-3), smoothing=0.1),
]
every_loss = pytest.mark.parametrize("loss", SETTINGS, ids=repr)


def both() -> tuple[torch.Tensor, torch.Tensor]:
    """Real and fake logits of two replicas, in float64."""
    real = torch.from_numpy(LOGITS)
    return real, torch.from_numpy(LOGITS[:, ::-1].copy() * 0.7 - 1)


def drawn(replicas: int = 3, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Random real and fake logits in float32."""
    rng = torch.Generator().manual_seed(seed)
    real, fake = 2 * torch.randn(2, replicas, 8, 1, generator=rng)
    return real, fake


def with_numbers(spec: Any, **numbers: list[float]) -> Any:
    """A spec with a number for each replica, which validation has no place for."""
    return spec.model_copy(update={k: torch.tensor(v) for k, v in numbers.items()})


def values(loss: GanLoss, real: torch.Tensor, fake: torch.Tensor) -> list[torch.Tensor]:
    return [loss.discriminator(real, fake), loss.generator(fake, real)]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


# ------------------------------------------------------------------------- the papers' formulas

Formula = Callable[[np.ndarray, np.ndarray], np.ndarray]
FORMULAS: dict[type[GanLoss], tuple[Formula, Formula]] = {
    NonSaturating: (
        lambda x, g: -np.log(sigmoid(x)) - np.log(1 - sigmoid(g)),
        lambda x, g: -np.log(sigmoid(g)),
    ),
    Minimax: (
        lambda x, g: -np.log(sigmoid(x)) - np.log(1 - sigmoid(g)),
        lambda x, g: np.log(1 - sigmoid(g)),
    ),
    LeastSquares: (lambda x, g: 0.5 * (x - 1) ** 2 + 0.5 * g**2, lambda x, g: 0.5 * (g - 1) ** 2),
    Hinge: (lambda x, g: np.maximum(0, 1 - x) + np.maximum(0, 1 + g), lambda x, g: -g),
    Wasserstein: (lambda x, g: g - x, lambda x, g: -g),
    Relativistic: (
        lambda x, g: -np.log(sigmoid(x - g)),
        lambda x, g: -np.log(sigmoid(g - x)),
    ),
    DoubleSigmoid: (
        lambda x, g: -np.log(sigmoid(sigmoid(x))) - np.log(1 - sigmoid(sigmoid(g))),
        lambda x, g: -np.log(sigmoid(sigmoid(g))),
    ),
}


def test_every_loss_has_a_formula_here() -> None:
    assert set(FORMULAS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_losses_are_the_papers(kind: type[GanLoss]) -> None:
    real, fake = both()
    for found, formula in zip(values(kind(), real, fake), FORMULAS[kind], strict=True):
        expected = formula(real.numpy(), fake.numpy()).mean((1, 2))
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", [NonSaturating, Minimax])
def test_label_smoothing_is_a_cross_entropy_with_another_label(
    kind: type[NonSaturating | Minimax],
) -> None:
    real, fake = both()
    loss = kind(smoothing=0.1)
    d, d_fake = sigmoid(real.numpy()), sigmoid(fake.numpy())
    expected = -0.9 * np.log(d) - 0.1 * np.log(1 - d) - np.log(1 - d_fake)
    found = loss.discriminator(real, fake).numpy()
    np.testing.assert_allclose(found, expected.mean((1, 2)), rtol=1e-12)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    label = torch.full_like(real, 0.9)
    for i in range(2):
        other = bce(real[i], label[i]) + bce(fake[i], torch.zeros_like(fake[i]))
        assert found[i] == pytest.approx(other.item(), rel=1e-12)
    assert torch.equal(loss.generator(fake), kind().generator(fake))


@pytest.mark.parametrize("log", [StableLog(), LiteralLog(), LiteralLog(clip=1e-5)])
def test_without_smoothing_nothing_is_computed_for_it(log: StableLog | LiteralLog) -> None:
    def plain(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        return (-log.log_d(real) - log.log_not_d(fake)).mean((1, 2))

    def operations(f: Callable[..., torch.Tensor]) -> list[Any]:
        # make_fx takes no bound method.
        recorded = make_fx(partial(f))(*drawn()).graph
        return [node.target for node in recorded.nodes if node.op == "call_function"]

    loss = NonSaturating(log=log, smoothing=0.0)
    assert operations(loss.discriminator) == operations(plain)
    assert torch.equal(loss.discriminator(*drawn()), plain(*drawn()))


# --------------------------------------------------------------------------------- the logarithm


@pytest.mark.parametrize("clip", [0.0, 1e-5, 0.2])
def test_literal_logs(clip: float) -> None:
    log, (_, logits) = LiteralLog(clip=clip), both()
    d = sigmoid(logits.numpy())
    # The literal form rounds D to float32, as its programs did.
    np.testing.assert_allclose(log.log_d(logits), np.log(np.maximum(d, clip)), rtol=1e-4)
    np.testing.assert_allclose(log.log_not_d(logits), np.log(np.maximum(1 - d, clip)), rtol=1e-4)


def test_below_the_clip_the_gradient_is_exactly_zero() -> None:
    """This freezes preset A: 4 of 20 seeds stand still at loss_d = -ln 1e-5."""
    logits = torch.tensor([[[30.0], [-30.0], [0.0]]], requires_grad=True)
    loss = Minimax(log=LiteralLog(clip=1e-5)).generator(logits)
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    assert slope[0, 0, 0] == 0
    assert slope[0, 2, 0] != 0
    frozen = NonSaturating(log=LiteralLog(clip=1e-5))
    real, fake = torch.full((1, 8, 1), 40.0), torch.full((1, 8, 1), 40.0)
    assert frozen.discriminator(real, fake).item() == pytest.approx(11.513, abs=1e-3)


def test_the_stable_form_never_loses_its_gradient() -> None:
    logits = torch.tensor([[[200.0], [-200.0]]], requires_grad=True)
    loss = NonSaturating().discriminator(-logits, logits)
    assert loss.item() == pytest.approx(200)
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    assert slope.abs().max() > 0.4


def test_the_plain_literal_form_is_nan_where_tensorflow_s_is() -> None:
    """Where D is 1 in float32; elsewhere the addition that does it changes no bit."""
    log, logits = LiteralLog(), torch.linspace(-12, 15, 50)
    assert torch.equal(log.log_not_d(logits), torch.log(1 - log.sigmoid(logits)))
    sure = torch.tensor([30.0], requires_grad=True)
    value = log.log_not_d(sure)
    (slope,) = torch.autograd.grad(value.sum(), sure)
    assert value.isnan().all()
    assert slope.isnan().all()


def test_the_rounded_sigmoid_is_the_nearest_float32() -> None:
    x = torch.linspace(-20, 20, 4001)
    exact = 1 / (1 + np.exp(-x.numpy().astype(np.float64)))
    np.testing.assert_array_equal(LiteralLog().sigmoid(x), exact.astype(np.float32))


def test_both_forms_have_the_same_gradient_where_nothing_saturates() -> None:
    slopes = []
    for log in (StableLog(), LiteralLog()):
        logits = torch.linspace(-4, 4, 16).reshape(1, 16, 1).requires_grad_()
        loss = NonSaturating(log=log).discriminator(logits, -logits * 0.5)
        slopes.append(torch.autograd.grad(loss.sum(), logits)[0])
    torch.testing.assert_close(slopes[0], slopes[1], rtol=1e-4, atol=1e-6)


# ------------------------------------------------------------------------- what holds for each


@pytest.mark.parametrize("kind", KINDS)
def test_a_bare_kind_stands_for_the_defaults(kind: type[GanLoss]) -> None:
    name = kind.model_fields["kind"].default
    assert TypeAdapter(Loss).validate_python(name) == kind()
    assert kind.__doc__ not in (None, Spec.__doc__, GanLoss.__doc__)


@pytest.mark.parametrize("loss", [s for s in SETTINGS if "literal" not in repr(s)], ids=repr)
def test_gradients_against_finite_differences(loss: GanLoss) -> None:
    real, fake = (x.requires_grad_() for x in both())
    assert torch.autograd.gradcheck(loss.discriminator, (real, fake))
    assert torch.autograd.gradcheck(loss.generator, (fake, real))
    if not isinstance(loss, (Hinge, Wasserstein)):
        assert torch.autograd.gradgradcheck(loss.discriminator, (real, fake))


@every_loss
def test_replicas_do_not_see_each_other(loss: GanLoss) -> None:
    real, fake = drawn()
    together = values(loss, real, fake)
    real[1, 3], fake[1, 5] = torch.nan, torch.nan
    spoilt = values(loss, real, fake)
    for whole, broken in zip(together, spoilt, strict=True):
        assert whole.shape == (3,)
        assert broken[1].isnan()
        assert torch.equal(broken[[0, 2]], whole[[0, 2]])
    for i in (0, 2):
        alone = values(loss, real[i : i + 1], fake[i : i + 1])
        for whole, one in zip(together, alone, strict=True):
            torch.testing.assert_close(one[0], whole[i])


@every_loss
def test_a_recorded_loss_is_the_plain_one(loss: GanLoss) -> None:
    def step(
        weights: torch.Tensor, real: torch.Tensor, fake: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        real, fake = real.detach().requires_grad_(), fake.detach().requires_grad_()
        d, g = values(loss, real, fake)
        slopes = torch.autograd.grad((d + g).sum(), [real, fake])
        loss.constrain_(weights)
        return d.detach(), g.detach(), *slopes

    weights = torch.linspace(-1, 1, 15).reshape(3, 5)
    recorded = make_fx(step)(weights.clone(), *drawn(seed=1))
    mine, other = weights.clone(), weights.clone()
    for a, b in zip(recorded(mine, *drawn()), step(other, *drawn()), strict=True):
        assert torch.equal(a, b)
    assert torch.equal(mine, other)


@every_loss
def test_what_is_drawn_lies_between_0_and_1_and_rises(loss: GanLoss) -> None:
    logits = torch.linspace(-5, 5, 101).reshape(1, 101, 1)
    p = loss.probability(logits).squeeze()
    assert p.shape == (101,)
    assert ((p >= 0) & (p <= 1)).all()
    assert (p.diff() >= 0).all()
    assert p[60] > p[50] > p[40] or isinstance(loss, LeastSquares)


# --------------------------------------------------------------------------- at rest, at its best


def best_by_trying(loss: GanLoss, real: int, fake: int) -> float:
    """The drawn value of D at a place with so many of 10 real and 10 generated samples."""
    logit = torch.linspace(-4, 4, 8001, dtype=torch.float64)
    x, g = torch.zeros(2, 8001, 10, 1, dtype=torch.float64)
    x[:, :real, 0], g[:, :fake, 0] = logit[:, None], logit[:, None]
    at = loss.discriminator(x, g).argmin()
    return float(loss.probability(logit[at].reshape(1, 1, 1)))


WITH_A_BEST: list[GanLoss] = [
    NonSaturating(),
    Minimax(smoothing=0.3),
    NonSaturating(smoothing=0.1),
    LeastSquares(),
    Hinge(),
]


@pytest.mark.parametrize("loss", WITH_A_BEST, ids=repr)
@pytest.mark.parametrize(("real", "fake"), [(3, 5), (6, 2), (1, 9), (7, 1)])
def test_the_best_discriminator_is_the_one_that_trying_finds(
    loss: GanLoss, real: int, fake: int
) -> None:
    found = loss.best(np.array([real / 10]), np.array([fake / 10]))
    assert found is not None
    assert found[0] == pytest.approx(best_by_trying(loss, real, fake), abs=1e-3)


@pytest.mark.parametrize("loss", WITH_A_BEST, ids=repr)
def test_the_best_is_unknown_where_nothing_is(loss: GanLoss) -> None:
    p, p_g = np.array([1.0, 0.0, 0.5]), np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    found = loss.best(p, p_g)
    assert found is not None
    assert found.shape == (2, 3)
    assert np.isnan(found).tolist() == [[False, True, False]] * 2
    assert loss.best(p, np.full(3, np.nan)) is not None


def test_the_others_have_no_best_at_a_place() -> None:
    for loss in (Wasserstein(), Relativistic()):
        assert loss.best(np.ones(3), np.ones(3)) is None
        assert not loss.is_probability


def test_the_best_relativistic_critic_is_the_log_ratio_up_to_a_constant() -> None:
    """Every pair of 8 real and 8 generated samples at three places; the loss is convex in D."""
    p, q = np.array([1, 2, 5]), np.array([4, 2, 2])
    real, fake = (m.ravel() for m in np.meshgrid(np.repeat(range(3), p), np.repeat(range(3), q)))

    def slope(critic: np.ndarray) -> torch.Tensor:
        d = torch.from_numpy(critic).requires_grad_()
        loss = Relativistic().discriminator(d[real].view(1, -1, 1), d[fake].view(1, -1, 1))
        return torch.autograd.grad(loss.sum(), d)[0]

    for constant in (0.0, 3.0):
        assert slope(np.log(p / q) + constant).abs().max() < 1e-15
    assert slope(np.log(p / q) * 1.1).abs().max() > 1e-3


@every_loss
def test_equilibrium_is_the_loss_of_a_discriminator_that_can_t_tell(loss: GanLoss) -> None:
    best = loss.best(np.ones(1), np.ones(1))
    logit = 0.0
    if isinstance(loss, LeastSquares):
        logit = 0.5
    elif isinstance(loss, DoubleSigmoid):
        # Its word is at least 1/2, and that of the best one is that for everything.
        logit = -60.0
    elif best is not None and loss.is_probability:
        logit = math.log(best[0] / (1 - best[0]))
    constant = torch.full((1, 8, 1), logit, dtype=torch.float64)
    d, g = loss.equilibrium
    found_d, found_g = (x.item() for x in values(loss, constant, constant))
    assert found_d == pytest.approx(d, abs=1e-6)
    if math.isnan(g):
        # Another constant is as good for D and changes what G has.
        other = [x.item() for x in values(loss, constant + 0.7, constant + 0.7)]
        assert other == pytest.approx([d, -0.7])
    else:
        assert found_g == pytest.approx(g, abs=1e-6)


def test_the_first_paper_s_equilibrium() -> None:
    assert NonSaturating().equilibrium == (2 * 0.6931471805599453, 0.6931471805599453)
    assert Minimax().equilibrium == (2 * 0.6931471805599453, -0.6931471805599453)


# ------------------------------------------------------------------------------------- clipping


@pytest.mark.parametrize("clip", [0.0, 0.01, 0.3])
def test_weight_clipping(clip: float) -> None:
    weights = torch.linspace(-0.5, 0.5, 12).reshape(2, 6)
    weights[1, 2] = torch.nan
    expected = np.clip(weights.numpy(), -clip, clip) if clip else weights.numpy().copy()
    Wasserstein(clip=clip).constrain_(weights)
    np.testing.assert_array_equal(weights.numpy(), expected)


def test_the_other_losses_leave_the_weights_alone() -> None:
    for kind in KINDS:
        if kind is not Wasserstein:
            weights = torch.linspace(-500, 500, 12).reshape(2, 6)
            kind().constrain_(weights)
            assert torch.equal(weights, torch.linspace(-500, 500, 12).reshape(2, 6))


def test_relativistic_needs_real_samples_for_the_generator() -> None:
    assert [kind for kind in KINDS if kind.pairs] == [Relativistic]
    with pytest.raises(ValueError, match="real"):
        Relativistic().generator(torch.zeros(1, 4, 1))


# ------------------------------------------------------------------- a number for each replica


@pytest.mark.parametrize("kind", [NonSaturating, Minimax])
def test_each_replica_its_own_smoothing(kind: type[NonSaturating | Minimax]) -> None:
    numbers = [0.0, 0.1, 0.5]
    real, fake = drawn()
    loss = with_numbers(kind(), smoothing=numbers)
    together = values(loss, real, fake)
    best = loss.best(np.ones(4), np.ones((3, 4)))
    for i, smoothing in enumerate(numbers):
        alone = kind(smoothing=smoothing)
        rows = slice(i, i + 1)
        for whole, one in zip(together, values(alone, real[rows], fake[rows]), strict=True):
            torch.testing.assert_close(whole[rows], one)
        np.testing.assert_allclose(best[i], alone.best(np.ones(4), np.ones(4)), rtol=1e-6)


def test_each_replica_its_own_clip_of_the_logarithm() -> None:
    numbers = [0.0, 1e-5, 0.3]
    logits = torch.linspace(-30, 30, 8).reshape(1, 8, 1).repeat(3, 1, 1)

    def results(log: LiteralLog, logits: torch.Tensor) -> list[torch.Tensor]:
        logits = logits.clone().requires_grad_()
        found = [log.log_d(logits), log.log_not_d(logits)]
        return found + [torch.autograd.grad(x.sum(), logits)[0] for x in found]

    together = results(with_numbers(LiteralLog(), clip=numbers), logits)
    for i, clip in enumerate(numbers):
        alone = results(LiteralLog(clip=clip), logits[i : i + 1])
        for whole, one in zip(together, alone, strict=True):
            assert whole[i].detach().numpy().tobytes() == one[0].detach().numpy().tobytes()


def test_each_replica_its_own_weight_clipping() -> None:
    weights = torch.linspace(-0.5, 0.5, 6).repeat(3, 1)
    before = weights.clone()
    with_numbers(Wasserstein(), clip=[0.0, 0.01, 0.3]).constrain_(weights)
    assert torch.equal(weights[0], before[0])
    assert torch.equal(weights[1], before[1].clamp(-0.01, 0.01))
    assert torch.equal(weights[2], before[2].clamp(-0.3, 0.3))
