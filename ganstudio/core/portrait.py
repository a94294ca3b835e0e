"""A picture of a game: what the views draw and what the metrics measure.

Nothing here draws from the run's own generators or changes a weight, so looking at a run never
changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ganstudio.core.control import Watch
from ganstudio.core.events import (
    Fleet,
    Floor,
    LayerMeter,
    Metrics,
    PlaneMetrics,
    PlaneView,
    View,
)
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.line_artist import LineArtist
from ganstudio.core.looking import Care
from ganstudio.core.meters import measure_layers
from ganstudio.core.plane_artist import PlaneArtist


@dataclass(frozen=True)
class Picture:
    """What a frame shows of a game."""

    view: View | PlaneView
    metrics: Metrics | PlaneMetrics | None
    """None after a glance."""
    fleet: Fleet | None
    """None for a single run, and after a glance at one replica."""
    layers: tuple[LayerMeter, ...]


class Portrait:
    """Draws pictures of one game.

    Args:
        game: whose networks are shown; its experiment's target never changes.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._artist = artist_for(game)

    @property
    def floors(self) -> Mapping[str, Floor]:
        """Of the metrics while a run trains."""
        return self.floors_of(Care.MEASURED)

    def floors_of(self, care: Care) -> Mapping[str, Floor]:
        """Of metrics measured with so much care."""
        return self._artist.floors(care)

    @property
    def single_floor(self) -> float:
        """W1's floor of a run of one replica: what fits must not depend on how many there are."""
        return self._artist.single_floor

    @property
    def always_full(self) -> bool:
        """Whether every picture is measured on as many samples as there ever are."""
        return self._artist.always_full

    def draw(self, watch: Watch, care: Care, *, tiles: bool) -> Picture:
        """The state of the game now.

        Args:
            watch: what to show.
            care: how closely; a glance measures nothing.
            tiles: whether a glance at a fleet is at all replicas, and not only at the watched.
        """
        game, artist = self._game, self._artist
        replica = min(watch.replica, game.experiment.replicas - 1)
        many = game.experiment.replicas > 1
        with torch.no_grad():
            everyone = (many and tiles) or care is not Care.GLANCE
            samples = artist.samples(care) if everyone else None
            view = artist.view(replica, samples)
        layers = measure_layers(game, replica, artist.batch) if watch.layers else ()
        if samples is None:
            return Picture(view, None, None, layers)
        metrics = None if care is Care.GLANCE else artist.measure(samples)
        return Picture(view, metrics, artist.fleet(samples) if many else None, layers)


def artist_for(game: Game) -> LineArtist | PlaneArtist:
    """Who draws a game: on the line or in the plane."""
    return LineArtist(game) if game.experiment.features == 1 else PlaneArtist(game)
