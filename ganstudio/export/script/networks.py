"""Both networks as nn.Modules, and the kinds of layers that torch has not."""

from __future__ import annotations

from ganstudio.core.activations import (
    Elu,
    Gelu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
)
from ganstudio.core.draws import WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING
from ganstudio.core.networks import Dense, Network
from ganstudio.errors import SpecError
from ganstudio.export.script.modules import (
    DIRECTIONS,
    DROPOUT,
    MINIBATCH_STD,
    POWER_ITERATION,
    SPECTRAL_LINEAR,
    minibatch_discrimination,
)
from ganstudio.export.script.plan import Plan, drops
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block, lines
from ganstudio.export.script.weights import FirstLayers

ACTIVATIONS: Table[str] = {
    Linear: lambda a: "{}",
    Relu: lambda a: "F.relu({})",
    LeakyRelu: lambda a: f"F.leaky_relu({{}}, {a.slope!r})",
    Tanh: lambda a: "torch.tanh({})",
    Sigmoid: lambda a: "torch.sigmoid({})",
    Softplus: lambda a: "F.softplus({})",
    Elu: lambda a: "F.elu({})",
    Selu: lambda a: "F.selu({})",
    Gelu: lambda a: "F.gelu({})",
    Silu: lambda a: "F.silu({})",
}
NORMS = {"batch": "nn.BatchNorm1d", "layer": "nn.LayerNorm"}


def networks(plan: Plan) -> list[str]:
    """The blocks that define both networks and make them."""
    e = plan.e
    d, g = e.discriminator, e.generator
    _check_batch_norm(plan)
    first = FirstLayers(plan)
    own = [
        SPECTRAL_LINEAR if d.spectral_norm else "",
        *first.blocks(),
        DROPOUT if drops(d) or drops(g) else "",
        minibatch_discrimination(d, first) if d.minibatch.enabled else "",
        MINIBATCH_STD if d.minibatch_std else "",
    ]
    return [*own, _generator(plan, first), _discriminator(plan, first), *_made(plan)]


def _generator(plan: Plan, first: FirstLayers) -> str:
    e, g = plan.e, plan.e.generator
    body = _Body(g, first, "z")
    forward = []
    for i, (fan_in, fan_out) in enumerate(g.shapes(e.noise.dimensions, e.features)[:-1]):
        forward.append(body.dense(i, g.layers[i], fan_in, fan_out))
    body.output(g.layers[-1].width if g.layers else e.noise.dimensions, e.features)
    output = written(ACTIVATIONS, g.output, "generator.output").format(f"self.output({body.units})")
    return block(
        '''
        class Generator(nn.Module):
            """Turns noise z, (n, $dimensions), into samples x = G(z), (n, $features)."""

            def __init__(self, rng):
                super().__init__()
                $layers

            def forward(self, z$name):
                $forward
        ''',
        dimensions=e.noise.dimensions,
        features=e.features,
        layers=lines(*body.made),
        name=', name=""' if drops(g) else "",
        forward=lines(*forward, f"return {output}"),
    )


def _discriminator(plan: Plan, first: FirstLayers) -> str:
    e, d = plan.e, plan.e.discriminator
    body = _Body(d, first, "x")
    forward = []
    if d.packing > 1:
        together = d.packing * e.features
        forward.append(
            f"# {d.packing} samples side by side are judged as one (PacGAN, Lin et al. 2018).\n"
            f"x = x.reshape(-1, {together})"
        )
    width = d.packing * e.features
    for i, layer in enumerate(d.layers):
        if d.projection == i:
            forward.append(body.minibatch(width, layer.frozen))
            width += d.minibatch.kernels
        forward.append(body.dense(i, layer, width, layer.width))
        width = layer.width
        if plan.matched_layer == i:
            forward.append("if features:\n    return h")
    forward.append(_comparing_at_the_end(plan, body, width))
    body.output(*_output_shape(plan))
    logits = f"return self.output({body.units})"
    return block(
        '''
        class Discriminator(nn.Module):
            """Tells real samples x, $n, from generated ones by their logits, (n, 1)."""

            def __init__(self, rng):
                super().__init__()
                $layers

            def forward(self, x$name$features):
                $forward
        ''',
        n=f"(n, {e.features})" if d.packing == 1 else f"(n * {d.packing}, {e.features})",
        layers=lines(*body.made),
        name=', name=""' if drops(d) else "",
        features="" if plan.matched_layer is None else ", features=False",
        forward=lines(*forward, logits),
    )


def _comparing_at_the_end(plan: Plan, body: _Body, width: int) -> str:
    """What stands between the last hidden layer and the output."""
    d = plan.e.discriminator
    at_end = d.projection == len(d.layers)
    before = body.units
    compared = body.minibatch(width, d.freeze_output) if at_end else ""
    if not d.minibatch_std:
        return compared
    units, body.units = body.units, "h"
    return lines(
        f"spread = minibatch_std({before})",
        compared,
        f"h = torch.cat([{units}, spread], dim=1)",
    )


def _output_shape(plan: Plan) -> tuple[int, int]:
    fan_in, fan_out = plan.e.discriminator.shapes(plan.e.features, 1)[-1]
    return fan_in, fan_out


class _Body:
    """One network while it is written: what its constructor makes, and where the units are."""

    def __init__(self, network: Network, first: FirstLayers, inputs: str) -> None:
        self._network, self._first = network, first
        self._dropouts = 0
        self.made: list[str] = []
        self.units = inputs
        """The name of what goes into the next layer."""

    def dense(self, i: int, layer: Dense, fan_in: int, fan_out: int) -> str:
        """A hidden layer: the lines of `forward`."""
        number = i + 1
        self.made.append(
            f"self.layer{number} = {self._first.linear(self._network, fan_in, fan_out)}"
        )
        value = f"self.layer{number}({self.units})"
        own = [f"layer{number}"]
        if layer.normalisation != "none":
            self.made.append(f"self.norm{number} = {NORMS[layer.normalisation]}({fan_out})")
            value = f"self.norm{number}({value})"
            own.append(f"norm{number}")
        if layer.frozen:
            self.made += [f"self.{name}.requires_grad_(False)" for name in own]
        field = f"{type(self._network).__name__.lower()}.layers.{i}.activation"
        found = [f"h = {written(ACTIVATIONS, layer.activation, field).format(value)}"]
        if layer.dropout:
            self.made.append(f"self.dropout{number} = Dropout({self._dropouts}, {layer.dropout!r})")
            found.append(f"h = self.dropout{number}(h, name)")
            self._dropouts += 1
        self.units = "h"
        return "\n".join(found)

    def minibatch(self, width: int, frozen: bool) -> str:
        """Minibatch discrimination: the line of `forward`."""
        self.made.append(f"self.minibatch = MinibatchDiscrimination(rng, {width})")
        if frozen:
            self.made.append("self.minibatch.requires_grad_(False)")
        line = f"h = self.minibatch({self.units})"
        self.units = "h"
        return line

    def output(self, fan_in: int, fan_out: int) -> None:
        """The last, linear layer."""
        self.made.append(f"self.output = {self._first.linear(self._network, fan_in, fan_out)}")
        if self._network.freeze_output:
            self.made.append("self.output.requires_grad_(False)")


def _made(plan: Plan) -> list[str]:
    """Both networks with their first weights."""
    d = WEIGHTS_PRETRAINING if plan.e.pretraining.steps else WEIGHTS_D
    made = lines(
        "# The first weights have generators of their own, too.",
        f"G = Generator(np.random.default_rng([SEED, {WEIGHTS_G}]))",
        f"D = Discriminator(np.random.default_rng([SEED, {d}]))",
    )
    if not plan.e.discriminator.spectral_norm:
        return [made]
    first = "pretraining" if plan.pretrains else "discriminator"
    return [made, DIRECTIONS, f'draw_directions(D, stream("buffers.{first}"))', POWER_ITERATION]


def _check_batch_norm(plan: Plan) -> None:
    """Refuse batches of one.

    Raises:
        SpecError: torch's BatchNorm1d refuses them too.
    """
    packs = plan.e.batch_size // plan.e.discriminator.packing
    sizes = {"generator": plan.e.batch_size, "discriminator": packs}
    for name, network in (("generator", plan.e.generator), ("discriminator", plan.e.discriminator)):
        for i, layer in enumerate(network.layers):
            if layer.normalisation == "batch" and sizes[name] == 1:
                raise SpecError(
                    f"{name}.layers.{i}.normalisation: torch's batch normalisation wants more "
                    "than one sample in a batch, so this can't be exported as a PyTorch script; "
                    "make batch_size larger"
                )
