"""Both networks as nn.Modules, and the kinds of layers that torch has not."""

from __future__ import annotations

from ganstudio.core.draws import WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING
from ganstudio.errors import SpecError
from ganstudio.export.script.body import ACTIVATIONS, FEATURES, Body
from ganstudio.export.script.modules import (
    DIRECTIONS,
    DROPOUT,
    MINIBATCH_STD,
    POWER_ITERATION,
    SPECTRAL_CONVOLUTION,
    SPECTRAL_LINEAR,
    SPECTRAL_NORM,
    minibatch_discrimination,
)
from ganstudio.export.script.pictures import generating
from ganstudio.export.script.plan import Plan, drops
from ganstudio.export.script.table import written
from ganstudio.export.script.text import block, lines
from ganstudio.export.script.weights import FirstLayers


def networks(plan: Plan) -> list[str]:
    """The blocks that define both networks and make them."""
    e = plan.e
    d, g = e.discriminator, e.generator
    _check_batch_norm(plan)
    first = FirstLayers(plan)
    own = [
        *([SPECTRAL_NORM, SPECTRAL_LINEAR] if d.spectral_norm else []),
        SPECTRAL_CONVOLUTION if d.spectral_norm and d.convolutions else "",
        *first.blocks(),
        DROPOUT if drops(d) or drops(g) else "",
        minibatch_discrimination(d, first) if d.minibatch.enabled else "",
        MINIBATCH_STD if d.minibatch_std else "",
    ]
    return [*own, _generator(plan, first), _discriminator(plan, first), *_made(plan)]


def _generator(plan: Plan, first: FirstLayers) -> str:
    e, g = plan.e, plan.e.generator
    body = Body(g, first, "z")
    forward = []
    maps = g.maps(e.inputs_g, e.features)
    for i, (layer, linear) in enumerate(zip(g.layers, maps, strict=False)):
        forward.append(body.dense(i, layer, linear.inputs, linear.outputs))
    last = maps[len(g.layers)]
    if g.convolutions:
        forward.append(body.enlarging(last, maps[len(g.layers) + 1 :]))
        result = "h.flatten(1)"
    else:
        result = f"self.output({body.units})"
        body.output(last.inputs, last.outputs)
    output = written(ACTIVATIONS, g.output, "generator.output").format(result)
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
        dimensions=e.inputs_g,
        features=e.features,
        layers=lines(*body.made),
        name=', name=""' if drops(g) else "",
        forward=lines(*forward, f"return {output}"),
    )


def _discriminator(plan: Plan, first: FirstLayers) -> str:
    e, d = plan.e, plan.e.discriminator
    body = Body(d, first, "x")
    forward = []
    if d.packing > 1:
        together = d.packing * e.inputs_d
        forward.append(
            f"# {d.packing} samples side by side are judged as one (PacGAN, Lin et al. 2018).\n"
            f"x = x.reshape(-1, {together})"
        )
    width = d.packing * e.inputs_d
    if d.convolutions:
        maps = d.maps(e.inputs_d)[: len(d.convolutions)]
        forward.append(body.shrinking(d.packing, maps, plan.matched_layer))
        width = maps[-1].numbers
    matched = None if plan.matched_layer is None else plan.matched_layer - len(d.convolutions)
    for i, layer in enumerate(d.layers):
        if d.minibatch.enabled and d.minibatch.position == i:
            forward.append(body.minibatch(width, layer.frozen))
            width += d.minibatch.kernels
        forward.append(body.dense(i, layer, width, layer.width))
        width = layer.width
        if matched == i:
            forward.append(FEATURES.format("h"))
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
        n=f"(n, {e.inputs_d})" if d.packing == 1 else f"(n * {d.packing}, {e.inputs_d})",
        layers=lines(*body.made),
        name=', name=""' if drops(d) else "",
        features="" if plan.matched_layer is None else ", features=False",
        forward=lines(*forward, logits),
    )


def _comparing_at_the_end(plan: Plan, body: Body, width: int) -> str:
    """What stands between the last hidden layer and the output."""
    d = plan.e.discriminator
    at_end = d.minibatch.enabled and d.minibatch.position == len(d.layers)
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
    fan_in, fan_out = plan.e.discriminator.shapes(plan.e.inputs_d, 1)[-1]
    return fan_in, fan_out


def _made(plan: Plan) -> list[str]:
    """Both networks with their first weights."""
    d = WEIGHTS_PRETRAINING if plan.e.pretraining.steps else WEIGHTS_D
    made = lines(
        "# The first weights have generators of their own, too.",
        f"G = Generator(np.random.default_rng([SEED, {WEIGHTS_G}]))",
        f"D = Discriminator(np.random.default_rng([SEED, {d}]))",
    )
    if not plan.e.discriminator.spectral_norm:
        return [made, *generating(plan)]
    first = "pretraining" if plan.pretrains else "discriminator"
    return [
        made,
        *generating(plan),
        DIRECTIONS,
        f'draw_directions(D, stream("buffers.{first}"))',
        POWER_ITERATION,
    ]


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
