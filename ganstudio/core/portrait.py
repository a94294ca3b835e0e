"""A picture of a game: what the views draw and what the metrics measure.

Nothing here draws from the run's own generators or changes a weight, so looking at a run never
changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ganstudio.core.control import Watch
from ganstudio.core.events import AnyMetrics, AnyView, Fleet, Floor, LayerMeter
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.line_artist import LineArtist
from ganstudio.core.looking import Care
from ganstudio.core.meters import measure_layers
from ganstudio.core.picture_artist import PictureArtist
from ganstudio.core.plane_artist import PlaneArtist

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Picture:
    """What a frame shows of a game."""

    view: AnyView
    metrics: AnyMetrics | None
    """None after a glance."""
    fleet: Fleet | None
    """None for a single run, and after a glance at one replica."""
    layers: tuple[LayerMeter, ...]


class Artist(Protocol):
    """Draws and measures one game; what its samples are only it needs to know."""

    is_quick: ClassVar[bool]
    """Whether a measurement costs so little that there may be some between two regular frames."""

    @property
    def always_full(self) -> bool:
        """Whether every picture is measured on as many samples as there ever are."""

    @property
    def single_floor(self) -> float:
        """The distance's floor of a run of one replica."""

    @property
    def batch(self) -> Tensor:
        """Some real samples as D takes them, (n, `inputs_d`)."""

    def floors(self, care: Care) -> Mapping[str, Floor]:
        """Of metrics measured with so much care."""

    def samples(self, care: Care) -> Any:
        """Samples of every replica's shown generator."""

    def measure(self, samples: Any) -> AnyMetrics:
        """The metrics of such samples."""

    def view(self, watch: Watch, samples: Any) -> AnyView:
        """The picture of one replica; `samples` are those of all, or None."""

    def fleet(self, samples: Any) -> Fleet:
        """A small picture of every replica."""


class Portrait:
    """Draws pictures of one game.

    Args:
        game: whose networks are shown; its experiment's target never changes.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._artist = ARTISTS[game.experiment.target.space](game)

    @property
    def floors(self) -> Mapping[str, Floor]:
        """Of the metrics while a run trains."""
        return self.floors_of(Care.MEASURED)

    def floors_of(self, care: Care) -> Mapping[str, Floor]:
        """Of metrics measured with so much care."""
        return self._artist.floors(care)

    @property
    def single_floor(self) -> float:
        """The distance's floor of a run of one replica.

        What fits must not depend on how many there are.
        """
        return self._artist.single_floor

    @property
    def always_full(self) -> bool:
        """Whether every picture is measured on as many samples as there ever are."""
        return self._artist.always_full

    @property
    def is_quick(self) -> bool:
        """Whether a measurement costs next to nothing."""
        return self._artist.is_quick

    def draw(self, watch: Watch, care: Care, *, tiles: bool) -> Picture:
        """The state of the game now.

        Args:
            watch: what to show.
            care: how closely; a glance measures nothing.
            tiles: whether a glance at a fleet is at all replicas, and not only at the watched.
        """
        game, artist = self._game, self._artist
        replica = min(watch.replica, game.experiment.replicas - 1)
        watch = replace(watch, replica=replica)
        many = game.experiment.replicas > 1
        with torch.no_grad():
            everyone = (many and tiles) or care is not Care.GLANCE
            samples = artist.samples(care) if everyone else None
            view = artist.view(watch, samples)
        layers = measure_layers(game, replica, artist.batch) if watch.layers else ()
        if samples is None:
            return Picture(view, None, None, layers)
        metrics = None if care is Care.GLANCE else artist.measure(samples)
        return Picture(view, metrics, artist.fleet(samples) if many else None, layers)


ARTISTS: Mapping[str, Callable[[Game], Artist]] = {
    "line": LineArtist,
    "plane": PlaneArtist,
    "pictures": PictureArtist,
}
"""Who draws a game, by the space of its target."""
