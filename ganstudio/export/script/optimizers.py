"""Optimizers, schedules and gradient clipping; torch's own wherever it has the same."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    GradientOptimizer,
    Momentum,
    Nesterov,
    NoClipping,
    NormClipping,
    OptimisticAdam,
    RmsProp,
    RmsPropNesterov,
    Sgd,
    ValueClipping,
)
from ganstudio.export.script.optimizer_classes import (
    OPTIMISTIC_ADAM,
    RMSPROP_NESTEROV,
    TENSORFLOW_ADAM,
)
from ganstudio.export.script.plan import Plan, freezes
from ganstudio.export.script.schedules import rate, scheduled
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block, lines


@dataclass(frozen=True)
class OptimizerText:
    """How one optimizer is made."""

    name: str
    settings: str
    """Keyword arguments beside the learning rate."""
    definition: str = ""
    """A class, where torch has none that does the same."""


def _sgd(o: Sgd) -> OptimizerText:
    return OptimizerText("torch.optim.SGD", "")


def _momentum(o: Momentum) -> OptimizerText:
    return OptimizerText("torch.optim.SGD", f"momentum={o.momentum!r}")


def _nesterov(o: Nesterov) -> OptimizerText:
    if not o.momentum:
        # torch refuses the combination; without a velocity it is plain descent.
        return OptimizerText("torch.optim.SGD", "")
    return OptimizerText("torch.optim.SGD", f"momentum={o.momentum!r}, nesterov=True")


def _adagrad(o: AdaGrad) -> OptimizerText:
    initial = f"initial_accumulator_value={o.initial!r}, " if o.initial else ""
    return OptimizerText("torch.optim.Adagrad", f"{initial}eps={o.eps!r}")


def _rmsprop(o: RmsProp) -> OptimizerText:
    return OptimizerText("torch.optim.RMSprop", f"alpha={o.rho!r}, eps={o.eps!r}")


def _rmsprop_nesterov(o: RmsPropNesterov) -> OptimizerText:
    settings = f"rho={o.rho!r}, momentum={o.momentum!r}, eps={o.eps!r}"
    return OptimizerText("RMSpropNesterov", settings, RMSPROP_NESTEROV)


def _adam(o: Adam) -> OptimizerText:
    settings = f"betas=({o.beta1!r}, {o.beta2!r}), eps={o.eps!r}"
    if o.epsilon == "torch":
        return OptimizerText("torch.optim.Adam", settings)
    return OptimizerText("TensorFlowAdam", settings, TENSORFLOW_ADAM)


def _adamw(o: AdamW) -> OptimizerText:
    betas = f"betas=({o.beta1!r}, {o.beta2!r})"
    settings = f"{betas}, eps={o.eps!r}, weight_decay={o.weight_decay!r}"
    return OptimizerText("torch.optim.AdamW", settings)


def _optimistic_adam(o: OptimisticAdam) -> OptimizerText:
    settings = f"betas=({o.beta1!r}, {o.beta2!r}), eps={o.eps!r}"
    return OptimizerText("OptimisticAdam", settings, OPTIMISTIC_ADAM)


OPTIMIZERS: Table[OptimizerText] = {
    Sgd: _sgd,
    Momentum: _momentum,
    Nesterov: _nesterov,
    AdaGrad: _adagrad,
    RmsProp: _rmsprop,
    RmsPropNesterov: _rmsprop_nesterov,
    Adam: _adam,
    AdamW: _adamw,
    OptimisticAdam: _optimistic_adam,
}


def optimizers(plan: Plan) -> list[str]:
    """The blocks that make both optimizers, and what they need."""
    players = []
    if plan.learns_d:
        players.append(("d", plan.e.optimizer_d, plan.weights_d, freezes(plan.parts_d)))
    if plan.learns_g:
        players.append(("g", plan.e.optimizer_g, plan.weights_g, freezes(plan.parts_g)))
    definitions: list[str] = []
    learning, made = [], []
    for letter, optimizer, weights, frozen in players:
        found = written(OPTIMIZERS, optimizer, f"optimizer_{letter}")
        definitions += [found.definition, _own_clipping(optimizer), rate(plan, letter)]
        if frozen:
            network = letter.upper()
            learning.append(f"{weights} = [w for w in {network}.parameters() if w.requires_grad]")
        made.append(f"optimizer_{letter} = {creation(optimizer, weights)}")
        if schedule := scheduled(plan, letter, f"optimizer_{letter}"):
            made.append(f"schedule_{letter} = {schedule}")
    all_but = "# All but the frozen layers" if learning else ""
    return [*definitions, lines(all_but, *learning), lines(*made)]


def creation(optimizer: GradientOptimizer, weights: str) -> str:
    """The call that makes an optimizer for some weights."""
    found = written(OPTIMIZERS, optimizer, "optimizer")
    settings = ", ".join(filter(None, (weights, f"lr={optimizer.lr!r}", found.settings)))
    return f"{found.name}({settings})"


# -------------------------------------------------------------------------------- clipping

OWN_CLIPPING_BELOW = 0.1
"""torch adds 1e-6 to the norm, which is next to nothing unless the limit is near it."""
CLIP_NORM = block('''
    def clip_norm(weights, limit):
        """A gradient longer than the limit is scaled down to it (Pascanu et al. 2013).

        nn.utils.clip_grad_norm_ adds 1e-6 to the length, which counts beside a limit so small.
        """
        gradients = [w.grad for w in weights]
        length = torch.cat([gradient.flatten() for gradient in gradients]).norm()
        for gradient in gradients:
            gradient.mul_((limit / length).clamp_max(1))
''')


def _norm(clip: NormClipping) -> str:
    if clip.limit < OWN_CLIPPING_BELOW:
        return f"clip_norm({{}}, {clip.limit!r})"
    return f"nn.utils.clip_grad_norm_({{}}, {clip.limit!r})"


def _value(clip: ValueClipping) -> str:
    return f"nn.utils.clip_grad_value_({{}}, {clip.limit!r})"


CLIPPINGS: Table[str] = {NoClipping: lambda clip: "", NormClipping: _norm, ValueClipping: _value}
"""The line that limits the gradient of the weights in the braces."""


def clipping(optimizer: GradientOptimizer, weights: str) -> str:
    """The line that limits a gradient before the optimizer sees it, if there is a limit."""
    return written(CLIPPINGS, optimizer.clip, "optimizer.clip").format(weights)


def _own_clipping(optimizer: GradientOptimizer) -> str:
    clip = optimizer.clip
    small = isinstance(clip, NormClipping) and clip.limit < OWN_CLIPPING_BELOW
    return CLIP_NORM if small else ""
