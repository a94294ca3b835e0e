"""First weights: how each initializer draws a matrix, and how a layer gets it."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.initializers import (
    ConstantValue,
    HeNormal,
    HeUniform,
    Normal,
    Orthogonal,
    Sparse,
    XavierNormal,
    XavierUniform,
)
from ganstudio.core.networks import Network
from ganstudio.core.networks.convolution import Convolution, ConvolutionMap
from ganstudio.export.script.plan import Plan
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block

AREA = "area * "
"""Stands in a scheme where it counts how many numbers a unit's weight leads to."""
WHY_AREA = "# A convolution uses a weight at as many pixels as its kernel has."


@dataclass(frozen=True)
class Scheme:
    """How one initializer is written."""

    about: str
    """One sentence, with its source."""
    body: str
    """Lines that return a matrix (fan_in, fan_out) drawn from `rng`."""


def _normal(i: Normal) -> Scheme:
    return Scheme(
        f"N(0, {i.std:g}^2), whatever the width of the layer.",
        f"return {_times(i.std)}rng.standard_normal((fan_in, fan_out))",
    )


def _xavier_uniform(i: XavierUniform) -> Scheme:
    return _scaled_uniform(
        "Xavier's uniform scheme (Glorot and Bengio 2010, eq. 16).",
        f"{_times(i.gain)}math.sqrt(6 / (fan_in + {AREA}fan_out))",
    )


def _xavier_normal(i: XavierNormal) -> Scheme:
    return _scaled_normal(
        "Xavier's normal scheme (Glorot and Bengio 2010, eq. 12).",
        f"{_times(i.gain)}math.sqrt(2 / (fan_in + {AREA}fan_out))",
    )


def _he_normal(i: HeNormal) -> Scheme:
    return _scaled_normal(
        "N(0, 2 / fan_in), made for relu (He et al. 2015, eq. 10).", "math.sqrt(2 / fan_in)"
    )


def _he_uniform(i: HeUniform) -> Scheme:
    return _scaled_uniform(
        "Uniform with the variance 2 / fan_in, made for relu (He et al. 2015, eq. 10).",
        "math.sqrt(6 / fan_in)",
    )


def _orthogonal(i: Orthogonal) -> Scheme:
    return Scheme(
        "A random rotation: signals keep their length (Saxe et al. 2014).",
        block(
            """
            tall = (max(fan_in, fan_out), min(fan_in, fan_out))
            q, r = np.linalg.qr(rng.standard_normal(tall))
            # Without its signs the rotation would not be uniform (Mezzadri 2007).
            q *= ${gain}np.copysign(1.0, np.diag(r))
            return q if fan_in >= fan_out else q.T
            """,
            gain=_times(i.gain),
        ),
    )


def _sparse(i: Sparse) -> Scheme:
    return Scheme(
        f"Each unit has {i.connections} incoming weights that are not 0 (Martens 2010, section 5).",
        block(
            """
            # Each column of places is a random order of the inputs.
            places = rng.random((fan_in, fan_out)).argsort(axis=0)
            return ${std}rng.standard_normal((fan_in, fan_out)) * (places < $connections)
            """,
            std=_times(i.std),
            connections=i.connections,
        ),
    )


def _constant(i: ConstantValue) -> Scheme:
    return Scheme(
        "All weights are equal: the units of a layer stay identical for ever.",
        f"return np.full((fan_in, fan_out), {i.value!r})",
    )


def _times(factor: float) -> str:
    return "" if factor == 1 else f"{factor!r} * "


def _scaled_uniform(about: str, limit: str) -> Scheme:
    return Scheme(about, f"a = {limit}\nreturn rng.uniform(-a, a, (fan_in, fan_out))")


def _scaled_normal(about: str, std: str) -> Scheme:
    return Scheme(about, f"std = {std}\nreturn std * rng.standard_normal((fan_in, fan_out))")


INITIALIZERS: Table[Scheme] = {
    Normal: _normal,
    XavierUniform: _xavier_uniform,
    XavierNormal: _xavier_normal,
    HeNormal: _he_normal,
    HeUniform: _he_uniform,
    Orthogonal: _orthogonal,
    Sparse: _sparse,
    ConstantValue: _constant,
}


class FirstLayers:
    """How both networks make their layers: the functions, and the calls.

    A function is written once if both networks want the same.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._schemes: dict[str, Scheme] = {}
        g, d = plan.e.generator, plan.e.discriminator
        self._names = {}
        for letter, network in (("g", g), ("d", d)):
            scheme = written(INITIALIZERS, network.initializer, f"{_field(network)}.initializer")
            both = g.initializer == d.initializer
            self._names[letter] = name = "first_weights" if both else f"first_weights_{letter}"
            self._schemes[name] = scheme
        if d.minibatch.enabled:
            self._schemes["projection_weights"] = _normal(Normal(std=d.minibatch.std))
        self._starts = {_bias(g), _bias(d)}
        self._convolves = [bool(network.convolutions) for network in (g, d)]

    def linear(self, network: Network, fan_in: int, fan_out: int) -> str:
        """The call that makes a linear layer of a network."""
        letter = "g" if network is self._plan.e.generator else "d"
        spectral = letter == "d" and self._plan.e.discriminator.spectral_norm
        weights = f"{self._names[letter]}(rng, {fan_in}, {fan_out})"
        return self._call(weights, network, "SpectralLinear" if spectral else "")

    def convolution(self, network: Network, of: ConvolutionMap, layer: Convolution) -> str:
        """The call that makes a convolution of D, or a transposed one of G."""
        is_g = network is self._plan.e.generator
        name = self._names["g" if is_g else "d"]
        area = f", area={of.kernel**2}" if AREA in self._schemes[name].body else ""
        fan_in = f"{of.inputs} * {of.kernel} * {of.kernel}"
        weights = f"{name}(rng, {fan_in}, {of.outputs}{area})"
        before, after = layer.zeros
        kind = ""
        if is_g:
            kind = ", nn.ConvTranspose2d"
        elif self._plan.e.discriminator.spectral_norm:
            kind = ", SpectralConv2d"
        padding = {"stride": layer.stride, "padding": before}
        if is_g and layer.stride > 1:
            padding["output_padding"] = before - after
        elif is_g:
            padding["padding"] = after
        own = "".join(f", {key}={value}" for key, value in padding.items() if value)
        bias = f", bias={_bias(network)!r}" if len(self._starts) > 1 else ""
        return f"convolution({weights}, {of.inputs}, {of.kernel}{kind}{own}{bias})"

    def projection(self, fan_in: str, fan_out: int) -> str:
        """The call that makes the projection of minibatch discrimination."""
        weights = f"projection_weights(rng, {fan_in}, {fan_out})"
        return self._call(weights, self._plan.e.discriminator, "")

    def blocks(self) -> list[str]:
        """The functions that the calls need."""
        schemes = [self._scheme(name, scheme) for name, scheme in self._schemes.items()]
        convolution = [self._convolution_function()] if any(self._convolves) else []
        return [*schemes, self._linear_function(), *convolution]

    def _scheme(self, name: str, scheme: Scheme) -> str:
        area = AREA in scheme.body and any(self._convolves)
        return block(
            '''
            def $name(rng, fan_in, fan_out$area):
                """$about"""
                $why
                $body
            ''',
            name=name,
            area=", area=1" if area else "",
            about=scheme.about,
            why="# A convolution uses a weight at as many pixels as its kernel has."
            if area
            else "",
            body=scheme.body if area else scheme.body.replace(AREA, ""),
        )

    def _call(self, weights: str, network: Network, kind: str) -> str:
        own_bias = f", bias={_bias(network)!r}" if len(self._starts) > 1 else ""
        return f"linear({weights}{own_bias}{kind and f', kind={kind}'})"

    def _linear_function(self) -> str:
        spectral = self._plan.e.discriminator.spectral_norm
        own_bias, biases, has, fill = self._biases()
        arguments = ["first", *own_bias]
        if spectral:
            arguments.append("kind=nn.Linear")
        return block(
            '''
            def linear($arguments):
                """A layer with these first weights, (fan_in, fan_out), and $biases."""
                layer = $kind(*first.shape$has)
                # nn.Linear keeps its weights as (fan_out, fan_in).
                layer.weight = nn.Parameter(torch.tensor(first, dtype=torch.float32).T)
                $fill
                return layer
            ''',
            arguments=", ".join(arguments),
            biases=biases,
            kind="kind" if spectral else "nn.Linear",
            has=has,
            fill=fill,
        )

    def _convolution_function(self) -> str:
        own_bias, biases, has, fill = self._biases()
        transposed, plain = self._convolves
        kind = "nn.Conv2d" if plain else "nn.ConvTranspose2d"
        both = transposed and plain
        axes = "1 if kind is nn.ConvTranspose2d else 0" if both else str(int(transposed))
        shape = "(in, out, k, k)" if transposed and not plain else "(out, in, k, k)"
        return block(
            '''
            def convolution(first, channels, kernel, kind=$kind, $bias**shape):
                """A layer with these first weights, (channels * kernel^2, units).

                It has $biases.
                """
                layer = kind(channels, first.shape[1], kernel, **shape$has)
                # Its weights are $shape.
                w = torch.tensor(first, dtype=torch.float32).view(channels, kernel, kernel, -1)
                layer.weight = nn.Parameter(w.movedim(-1, $axis).contiguous())
                $fill
                return layer
            ''',
            kind=kind,
            bias="".join(f"{name}=0.0, " for name in own_bias),
            biases=biases,
            has=has,
            shape=f"{shape}, of a transposed one (in, out, k, k)" if both else shape,
            axis=axes,
            fill=fill,
        )

    def _biases(self) -> tuple[list[str], str, str, str]:
        """How a function makes biases: its argument, words for them, the layer's, the lines."""
        if len(self._starts) > 1:
            fill = "if bias is not None:\n    nn.init.constant_(layer.bias, bias)"
            return ["bias"], "biases of so much, None for none", ", bias=bias is not None", fill
        if (start := next(iter(self._starts))) is None:
            return [], "no biases", ", bias=False", ""
        fill = (
            f"nn.init.constant_(layer.bias, {start!r})" if start else "nn.init.zeros_(layer.bias)"
        )
        return [], f"biases of {start:g}", "", fill


def _bias(network: Network) -> float | None:
    """What its biases begin at; None if it has none."""
    return network.bias if network.biases else None


def _field(network: Network) -> str:
    return type(network).__name__.lower()
