"""Everything that decides a result, in one frozen value."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from ganstudio.core.conflicts import conflicts
from ganstudio.core.losses import Loss, NonSaturating
from ganstudio.core.networks import Dense, Discriminator, Generator
from ganstudio.core.noise import Noise, NormalNoise
from ganstudio.core.optimizers import Adam, Optimizer
from ganstudio.core.penalties import PenaltyD, PenaltyG
from ganstudio.core.play import Alternating, Play
from ganstudio.core.remedies import (
    METRICS,
    EarlyStopping,
    InstanceNoise,
    Unrolling,
    Variation,
)
from ganstudio.core.spec import Hint, Spec
from ganstudio.core.targets import Gaussian, Pictures, Target
from ganstudio.core.variation import check_variation


class Pretraining(Spec):
    """Before the game, a copy of D learns the target's density; its weights are then D's.

    It minimises mean((D(x) - p(x))^2) over x ~ U[low, high) with D's own optimizer and a
    schedule that counts from 0. The first 1-D programs did this to give D a good start.
    """

    steps: Annotated[
        int,
        Field(ge=0, le=10**7),
        Hint("How long D learns the density before the game. 0 leaves it out.", unit="updates"),
    ] = 0
    low: Annotated[
        float, Field(ge=-1e6, le=1e6), Hint("Lowest x shown to D.", advanced=True)
    ] = -5.0
    high: Annotated[float, Field(ge=-1e6, le=1e6), Hint("Highest x shown to D.", advanced=True)] = (
        5.0
    )

    @model_validator(mode="after")
    def _ordered(self) -> Pretraining:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self


class Experiment(Spec):
    """A whole GAN experiment: same experiment and device kind, same numbers."""

    title: Annotated[str, Field(max_length=200), Hint("Its name on menus.")] = "Untitled"
    about: Annotated[str, Field(max_length=2000), Hint("One line: what to see in it.")] = ""

    target: Annotated[Target, Hint("The distribution that the generator is to imitate.")] = (
        Gaussian()
    )
    standardise: Annotated[
        bool,
        Hint(
            "Train on (x - mean) / std of the target; drawn in its own units. Helps a lot. The "
            "pixels of pictures then go from -1 to 1, else from 0 to 1."
        ),
    ] = True
    sort_batch: Annotated[
        bool,
        Hint(
            "Sort each real batch, as the first programs did. Changes rounding only.", advanced=True
        ),
    ] = False
    conditional: Annotated[
        bool,
        Hint(
            "Both networks are told the class of each picture, so that you can choose what is "
            "drawn (Mirza and Osindero 2014)."
        ),
    ] = False
    noise: Annotated[Noise, Hint("The generator's input z.")] = NormalNoise()
    generator: Generator = Generator()
    discriminator: Discriminator = Discriminator(layers=(Dense(width=32), Dense(width=32)))
    loss: Annotated[Loss, Hint("What each network minimises.", live=True)] = NonSaturating()
    optimizer_d: Annotated[
        Optimizer, Hint("How the discriminator follows its gradient.", label="Discriminator")
    ] = Adam(beta1=0.5)
    optimizer_g: Annotated[
        Optimizer, Hint("How the generator follows its gradient.", label="Generator")
    ] = Adam(beta1=0.5)
    penalties_d: Annotated[
        tuple[PenaltyD, ...],
        Field(max_length=8),
        Hint("What is added to D's loss.", label="Penalties on D", live=True),
    ] = ()
    penalties_g: Annotated[
        tuple[PenaltyG, ...],
        Field(max_length=8),
        Hint("What is added to G's loss.", label="Penalties on G", live=True),
    ] = ()
    play: Annotated[Play, Hint("How the two networks take turns.", label="Turns", live=True)] = (
        Alternating()
    )
    unrolling: Annotated[Unrolling, Hint("Lets G look ahead at what D will learn.")] = Unrolling()
    instance_noise: Annotated[InstanceNoise, Hint("Noise on all that D sees.", live=True)] = (
        InstanceNoise()
    )
    pretraining: Pretraining = Pretraining()
    batch_size: Annotated[
        int,
        Field(ge=1, le=1_000_000),
        Hint("Samples in one batch. More gives a steadier gradient.", unit="samples", log=True),
    ] = 64
    discriminator_steps: Annotated[
        int,
        Field(ge=1, le=1000),
        Hint(
            "Updates of D before each of G. More keeps D nearer its best.",
            label="k (D per G)",
            live=True,
        ),
    ] = 1
    steps: Annotated[
        int,
        Field(ge=1, le=10**9),
        Hint("How many steps the run has.", unit="steps", log=True, live=True),
    ] = 2000
    ema: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint(
            "The shown generator is an average of the past ones; nearer 1 looks further back. "
            "0 shows the newest.",
            label="Generator average",
            live=True,
        ),
    ] = 0.0
    ema_warmup: Annotated[
        int,
        Field(ge=0, le=10**6),
        Hint(
            "Lets the average follow quickly at first: after t updates it looks back at most "
            "(1 + t) / (this + t). 0 does not.",
            label="Average's warm-up",
            live=True,
            advanced=True,
        ),
    ] = 0
    early_stopping: Annotated[
        EarlyStopping, Hint("Ends the run once it is good enough.", live=True)
    ] = EarlyStopping()
    frame_every: Annotated[
        int,
        Field(ge=1, le=10**6),
        Hint(
            "Steps between two pictures that count for the verdict; a fleet is measured ten "
            "times more seldom.",
            label="Picture every",
            unit="steps",
            log=True,
            live=True,
            advanced=True,
        ),
    ] = 20
    seed: Annotated[
        int, Field(ge=0, le=2**32 - 1), Hint("Same seed, same numbers; replica i uses seed + i.")
    ] = 42
    replicas: Annotated[
        int,
        Field(ge=1, le=4096),
        Hint(
            "How many seeds are trained side by side; convolutions take one after another.",
            advanced=True,
        ),
    ] = 1
    vary: Annotated[
        Variation, Hint("Lets one number differ between the replicas.", advanced=True)
    ] = Variation()
    device: Annotated[str, Hint("Where it trains: auto, cpu, cuda:0 or mps.", advanced=True)] = (
        "cpu"
    )
    threads: Annotated[
        int,
        Field(ge=1, le=1024),
        Hint("CPU threads. Tiny networks are fastest with 1.", advanced=True),
    ] = 1

    @field_validator("device")
    @classmethod
    def _device(cls, device: str) -> str:
        head, _, index = device.partition(":")
        if head == "cuda" and (not index or index.isdigit()):
            return f"cuda:{index or 0}"
        if device not in ("auto", "cpu", "mps"):
            raise ValueError(f"{device!r} is not a device; use auto, cpu, cuda:0 (1, ...) or mps")
        return device

    @model_validator(mode="after")
    def _sensible(self) -> Experiment:
        problems = [*self._space_problems(), *self._map_problems(), *self._conflicts()]
        if problems:
            raise ValueError(problems[0])
        if self.vary.path:
            check_variation(self)
        return self

    def _map_problems(self) -> list[str]:
        """Where convolutions do not fit the samples."""
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        told = (
            [
                "conditional and discriminator.convolutions: the class of a picture is no picture "
                "that could be convolved; take one of them out"
            ]
            if self.conditional and self.discriminator.convolutions
            else []
        )
        found = {name: network.problem(self.features) for name, network in networks.items()}
        return [*told, *(f"{name}.{problem}" for name, problem in found.items() if problem)]

    def _conflicts(self) -> list[str]:
        d = self.discriminator
        return conflicts(
            self.loss,
            self.penalties_d,
            self.penalties_g,
            discriminator=d,
            batch_size=self.batch_size,
        )

    def _space_problems(self) -> list[str]:
        """What works on the line only, in the plane only, or with pictures only."""
        line, pictures = self.target.space == "line", self.target.space == "pictures"
        known = METRICS[self.target.space]
        metric = self.early_stopping.metric
        checks = {
            "pretraining.steps: D can learn the density of a 1-D target only; use 0": (
                not line and self.pretraining.steps > 0
            ),
            "sort_batch: only numbers on the line have an order; turn it off": (
                not line and self.sort_batch
            ),
            "conditional: only pictures have classes; turn it off": (
                self.conditional and not pictures
            ),
            "conditional: the classes of a folder are not known before it is read; turn it off, or "
            "choose a set that is known": self.conditional and pictures and not self.labels,
            f"early_stopping.metric: this target is not measured by {metric}; "
            f"use {', '.join(known)}": metric != "none" and metric not in known,
            "pretraining.steps: D can't learn a density of one x while discriminator.packing "
            "shows it several; use 0 or packing 1": (
                self.pretraining.steps > 0 and self.discriminator.packing > 1
            ),
        }
        return [sentence for sentence, wrong in checks.items() if wrong]

    @property
    def features(self) -> int:
        """Numbers in one sample: 1 on the line, 2 in the plane, the pixels of a picture."""
        return self.target.dimensions

    @property
    def labels(self) -> int:
        """Numbers that tell both networks the class, one of them 1; 0 if they are not told."""
        if not self.conditional or not isinstance(self.target, Pictures):
            return 0
        return self.target.class_count

    @property
    def inputs_g(self) -> int:
        """Numbers that the generator takes: z, then the class if it is told."""
        return self.noise.dimensions + self.labels

    @property
    def inputs_d(self) -> int:
        """Numbers that the discriminator takes: a sample, then its class if it is told."""
        return self.features + self.labels

    @property
    def scale(self) -> tuple[tuple[float, ...], float]:
        """(shift, factor) from the networks' units to the target's: x = shift + factor * u."""
        if self.standardise:
            return self.target.centre, self.target.spread
        return (0.0,) * self.features, 1.0

    @property
    def averages(self) -> bool:
        """Whether the shown generator is an average of the past ones."""
        return self.ema > 0 or self.vary.path == "ema"

    def seed_of(self, replica: int) -> int:
        """The seed of one replica: all values of a varied field see the same seeds."""
        return self.seed + replica % self._group_size

    def group(self, replica: int) -> int:
        """Which of the values of a varied field a replica has; 0 without one."""
        return replica // self._group_size

    @property
    def _group_size(self) -> int:
        return self.replicas // len(self.vary.values) if self.vary else self.replicas

    def groups(self) -> list[Experiment]:
        """The experiment of each value of a varied field, as if it stood alone; else itself."""
        if not self.vary:
            return [self]
        alone = self.replace(vary=Variation(), replicas=self._group_size)
        return [alone.replace(**{self.vary.path: value}) for value in self.vary.values]

    def single(self, replica: int) -> Experiment:
        """The experiment that one replica is, trained alone."""
        e = self.groups()[self.group(replica)]
        return e.replace(seed=self.seed_of(replica), replicas=1)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """An experiment from TOML text.

        Raises:
            SpecError: not TOML, or a field is wrong; names it, and the nearest right one.
        """
        from ganstudio.core.toml import loads

        return cls.parse(loads(text))

    def to_toml(self) -> str:
        """This experiment as TOML text, every field written out."""
        from ganstudio.core.toml import dumps

        return dumps(self)

    def with_start_of(self, other: Experiment) -> Experiment:
        """This experiment with the other's seed, device, threads and replicas."""
        kept: dict[str, Any] = {
            name: getattr(other, name) for name in ("seed", "device", "threads", "replicas")
        }
        return self.replace(**kept)
