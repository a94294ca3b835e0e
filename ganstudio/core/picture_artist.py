"""Pictures and measures of a game whose samples are pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.control import MOST_CELLS, Watch
from ganstudio.core.events import Fleet, Floor, PictureMetrics, PictureView
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Care, Eye, sample_counts, small
from ganstudio.core.pictures.gallery import Gallery, flat
from ganstudio.core.pictures.measures import PictureRuler

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.targets import Pictures

SAMPLES = 1_000
"""Measured of a single run, if so many real ones are held out."""
GLANCE, MEASURED, FULL = 2**8, 2**13, 2**15
"""Pictures that the replicas of a fleet share, see `sample_counts`."""
TILE = 2
"""So many pictures, both ways, stand for a replica of a fleet."""
WORDS_SECONDS = 0.5
"""D's scores in a glance are no older than this."""
BATCH = 256

Samples = NDArray[np.float32]


class PictureArtist:
    """Draws and measures one game whose samples are pictures.

    Args:
        game: its real samples come from a gallery.
    """

    is_quick: ClassVar[bool] = False

    def __init__(self, game: Game) -> None:
        self._game, self._eye = game, Eye(game)
        e = game.experiment
        self._gallery = gallery = cast("Gallery", game.reals)
        self._side = cast("Pictures", e.target).width
        self._most = most = min(SAMPLES, len(gallery.held_out))
        self._counts = sample_counts(e.replicas, most, GLANCE, MEASURED, FULL)
        self._rulers = {
            n: ruler(gallery, n)
            for n in {self._counts[care] for care in (Care.MEASURED, Care.FULL)}
        }
        self._some = gallery.some(MOST_CELLS)
        self._noise = lru_cache(maxsize=4)(self._eye.inputs)
        self._seen_real = lru_cache(maxsize=2)(self._as_seen)
        self._real = lru_cache(maxsize=2)(self._some_real)
        self._said: tuple[Samples, Samples]
        self._said_of, self._said_at = (-1, -1, -1), 0.0

    @property
    def always_full(self) -> bool:
        """Whether the run is measured on all samples while it trains, too."""
        return self._counts[Care.MEASURED] == self._counts[Care.FULL]

    def floors(self, care: Care) -> Mapping[str, Floor]:
        """Of the metrics measured with so much care; those of a glance are never asked for."""
        return self._rulers[self._counts[care]].floors()

    @property
    def single_floor(self) -> float:
        """The FID's floor of a run of one replica."""
        return ruler(self._gallery, self._most).floors()["fid"].median

    def samples(self, care: Care) -> Samples:
        """Pictures of every replica's shown generator, (R, n, pixels), from 0 to 1."""
        return self._generated(self._noise(self._counts[care]))

    def measure(self, samples: Samples) -> PictureMetrics:
        """The metrics of such pictures."""
        count = samples.shape[1]
        loss_real, loss_fake = self._losses()
        return PictureMetrics(
            **self._rulers[count].measure(samples, self._wanted(self._noise(count))),
            loss_real=loss_real,
            loss_fake=loss_fake,
            samples=count,
        )

    @property
    def batch(self) -> Tensor:
        """Some real pictures as D takes them, (n, `inputs_d`)."""
        return self._seen_real(BATCH)

    def view(self, watch: Watch, samples: Samples | None) -> PictureView:
        """The picture of one replica: as many cells as somebody watches."""
        eye, replica = self._eye, watch.replica
        cells = min(watch.cells, MOST_CELLS)
        z = self._noise(cells, watch.noise)
        made = eye.made(eye.shown(), z, replica)[0]
        which = replica, cells, watch.noise
        now = time.perf_counter()
        # A grid moves smoothly only if it is quickly made, and nobody reads its scores as fast.
        is_fresh = self._said_of == which and now - self._said_at < WORDS_SECONDS
        if samples is not None or not is_fresh:
            self._said = self._words(made, z, replica)
            self._said_of, self._said_at = which, now
        d_real, d_shown = self._said
        wanted = self._wanted(z)
        return PictureView(
            replica=replica,
            real=self._real(cells),
            shown=eye.as_bytes(made).reshape(-1, self._side, self._side),
            d_real=d_real,
            d_shown=d_shown,
            wanted=np.empty(0, np.float32) if wanted is None else wanted.astype(np.float32),
            noise=watch.noise,
            d_reference=eye.reference_words(),
        )

    def fleet(self, samples: Samples) -> Fleet:
        """The first pictures of every replica, side by side."""
        side = float(TILE * self._side)
        return Fleet(
            small(self._mosaic(samples)),
            small(self._mosaic(self._flat(TILE**2)[None])[0]),
            (0.0, side, 0.0, side),
        )

    def _words(self, made: Tensor, z: Tensor, replica: int) -> tuple[Samples, Samples]:
        """What D says of as many real pictures and of these, (n,) each."""
        real = self._seen_real(len(made))
        seen = torch.cat([made, z[:, self._game.experiment.noise.dimensions :]], dim=1)
        judged = small(self._eye.d_of_inputs(replica, torch.cat([real, seen])))
        return judged[: len(real)], judged[len(real) :]

    def _some_real(self, cells: int) -> NDArray[np.uint8]:
        """The first of some real pictures, (cells, h, w)."""
        return self._gallery.training.images[self._some[:cells]]

    def _generated(self, z: Tensor) -> Samples:
        eye = self._eye
        return eye.outward_pixels(eye.made(eye.shown(), z)).cpu().numpy()

    def _as_seen(self, cells: int) -> Tensor:
        """The first real pictures as D takes them, with their classes if it is told."""
        e, eye = self._game.experiment, self._eye
        real = eye.inward(self._flat(cells))
        if not e.labels:
            return real
        labels = self._gallery.training.labels[self._some[:cells]]
        return torch.cat([real, eye.on_device(np.eye(e.labels)[labels])], dim=1)

    def _flat(self, count: int) -> NDArray[np.float64]:
        """The first of some real pictures, (count, pixels), from 0 to 1."""
        found = flat(self._gallery.training)[self._some[:count]]
        return np.asarray(found, dtype=np.float64) / 255

    def _mosaic(self, samples: NDArray[np.floating]) -> NDArray[np.floating]:
        """The first pictures of (R, n, pixels) as one of TILE x TILE: (R, m, m), rows are y."""
        side, first = self._side, samples[:, : TILE**2]
        grid = first.reshape(-1, TILE, TILE, side, side).transpose(0, 1, 3, 2, 4)
        whole = np.clip(np.nan_to_num(grid), 0, 1).reshape(-1, TILE * side, TILE * side)
        # Rows are y, which goes upwards.
        return np.asarray(whole[:, ::-1], dtype=np.float32)

    def _wanted(self, z: Tensor) -> NDArray[np.int64] | None:
        """The class that each picture is asked for, (n,); None if the generator is told none."""
        e = self._game.experiment
        return z[:, e.noise.dimensions :].argmax(1).cpu().numpy() if e.labels else None

    def _losses(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Both parts of D's loss on the newest batch, (R,) each."""
        game = self._game
        if game.last_logits is not None:
            parts = game.experiment.loss.parts(*game.last_logits.chunk(2, dim=1))
            if parts is not None:
                return small(parts[0].cpu().numpy()), small(parts[1].cpu().numpy())
        unknown = np.full(game.experiment.replicas, np.nan, dtype=np.float32)
        return unknown, unknown.copy()


@lru_cache(maxsize=3)
def ruler(gallery: Gallery, count: int) -> PictureRuler:
    """A run that starts over on the same pictures need not look at all of them again."""
    return PictureRuler(gallery.judge, gallery.training, gallery.held_out, count)
