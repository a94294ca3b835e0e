"""What one experiment needs of a script, asked in more than one of its parts."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Network, Part
from ganstudio.core.penalties import Dragan, FeatureMatching, GradientPenalty
from ganstudio.core.updates import blurs, needs_real


@dataclass(frozen=True)
class Plan:
    """Questions about an experiment of one replica, and how its networks are called."""

    e: Experiment

    @property
    def parts_d(self) -> list[Part]:
        """All tensors of the discriminator."""
        return self.e.discriminator.parts(self.e.inputs_d, 1)

    @property
    def parts_g(self) -> list[Part]:
        """All tensors of the generator."""
        return self.e.generator.parts(self.e.inputs_g, self.e.features)

    @property
    def learns_d(self) -> bool:
        """Whether anything of the discriminator is trained."""
        return any(part.trained for part in self.parts_d)

    @property
    def learns_g(self) -> bool:
        """Whether anything of the generator is trained."""
        return any(part.trained for part in self.parts_g)

    @property
    def weights_d(self) -> str:
        """The weights of D that are trained."""
        return "learning_d" if freezes(self.parts_d) else "D.parameters()"

    @property
    def weights_g(self) -> str:
        """The weights of G that are trained."""
        return "learning_g" if freezes(self.parts_g) else "G.parameters()"

    @property
    def pretrains(self) -> bool:
        """Whether D learns the target's density before the game."""
        return self.e.pretraining.steps > 0 and self.learns_d

    @property
    def blurs(self) -> bool:
        """Whether D sees everything through instance noise."""
        return blurs(self.e)

    @property
    def fades(self) -> bool:
        """Whether the instance noise becomes less from step to step."""
        return self.blurs and self.e.instance_noise.decay > 0

    @property
    def looks_ahead(self) -> bool:
        """Whether G sees a D that has learned on."""
        return self.e.unrolling.steps > 0 and self.learns_d

    @property
    def needs_real(self) -> bool:
        """Whether G's turn draws real samples."""
        return needs_real(self.e)

    @property
    def uses_real(self) -> bool:
        """Whether it comes to anything: not for a player that does not learn."""
        penalised = self.learns_g and self.matched_layer is not None
        return self.e.loss.pairs or self.looks_ahead or penalised

    @property
    def matched_layer(self) -> int | None:
        """The hidden layer of D, from 0, that feature matching compares."""
        for penalty in self.e.penalties_g:
            if isinstance(penalty, FeatureMatching):
                return len(self.e.discriminator.hidden_layers) - penalty.layer
        return None

    @property
    def has_uniform_luck(self) -> bool:
        """Whether a step draws U[0, 1) beside its samples."""
        drawing = (GradientPenalty, Dragan)
        penalised = any(isinstance(penalty, drawing) for penalty in self.e.penalties_d)
        return penalised or drops(self.e.generator) or drops(self.e.discriminator)

    def g(self, z: str, name: str) -> str:
        """G(z), in a pass whose random numbers have a name."""
        return f'G({z}, "{name}")' if drops(self.e.generator) else f"G({z})"

    def fakes(self, name: str) -> str:
        """Generated samples as D gets them, of new noise."""
        if self.e.labels:
            return f'generated("{name}")' if drops(self.e.generator) else "generated()"
        return self.g("noise()", name)

    def d(self, x: str, name: str) -> str:
        """D(x), the same way."""
        return f'D({x}, "{name}")' if drops(self.e.discriminator) else f"D({x})"


def drops(network: Network) -> bool:
    """Whether a network leaves out units at random."""
    return any(layer.dropout for layer in network.hidden_layers.values())


def normalises(network: Network) -> bool:
    """Whether a network behaves in another way once it is trained: it has batch statistics."""
    return any(layer.normalisation == "batch" for layer in network.hidden_layers.values())


def freezes(parts: list[Part]) -> bool:
    """Whether some of a network stays as it is; what has no bias does not count."""
    return any(not part.trained for part in parts if part.name == "weight")
