"""The only mutable state of the application: what is edited, what runs, what is shown.

Views never write here. An edit goes form -> session -> run -> event -> view.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.app.document import live_part
from ganstudio.app.edits import Edits
from ganstudio.app.engine_link import EngineLink
from ganstudio.app.recordings import Found, Recordings
from ganstudio.core.control import Order
from ganstudio.core.estimate import check_size
from ganstudio.core.events import (
    Answered,
    EarlyStop,
    Edited,
    Failed,
    Frame,
    NotFinite,
    Started,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked
from ganstudio.core.transfer import misfit
from ganstudio.data.share import experiment_in
from ganstudio.errors import GanStudioError
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Facts, Message, Preparing, RecordNews, State, Status
from ganstudio.runs.process import ProcessRun

PLAYS = {
    State.PLAYING: True,
    State.PAUSED: False,
    State.ENDED: False,
    State.DIVERGED: False,
    State.LOST: False,
}
"""What the engine's word on a run says about whether it plays; in between it is what was asked."""
SEEDS = 10_000
"""A new seed is one of these: short enough to say aloud."""


class Session(QObject):
    """One window's experiment and its run."""

    state_changed = Signal(object)
    started = Signal(object)
    frame = Signal(object)
    edited = Signal(object)
    """The `Experiment` that the run goes on with, once an edit took effect there."""
    failed = Signal(object)
    paused_by = Signal(object)
    """What made the run pause by itself: `NotFinite` or `EarlyStop`."""
    facts = Signal(object)
    pace_changed = Signal(object)
    recalled = Signal(object)
    """The `Past` of a run that goes on, right after it `started`."""
    record_news = Signal(str)
    """Writing the run's file failed, or works again."""
    answered = Signal(object)
    """An `Answered` to what was asked of the networks."""
    preparing = Signal(object)
    """The `Preparing` that a run is at before its first picture."""

    def __init__(
        self,
        experiment: Experiment,
        *,
        make_run: type[Run] = ProcessRun,
        runs: Path | None = None,
    ) -> None:
        super().__init__()
        self.recordings = Recordings(runs)
        self.history = self.recordings.history
        self._found: Found | None = None
        self.edits = edits = Edits(experiment)
        self.document = edits.document
        edits.settled.connect(self._pass_on)
        # Another experiment altogether is no edit of the one that runs.
        edits.reopened.connect(lambda: self._restart(playing=False))
        self.running = experiment
        self.state = State.STARTING
        self.newest: Frame | None = None
        self.run_started: Started | None = None
        self._engine = EngineLink(make_run)
        self._engine.told.connect(self._hear)
        self._engine.frame.connect(self._show)
        self._wants_play = False
        self._alive = False
        self._end: int | None = None

    # ---------------------------------------------------------------------------- the engine

    def open_engine(self) -> None:
        """Start the process that trains, and show the untrained networks once it is ready."""
        self._engine.prepare()
        self._begin(playing=False, found=self._found)
        self._engine.open()

    def close(self) -> None:
        """Stop the run and let go of its process, within 2 seconds."""
        self.edits.hold()
        self.history.close()
        self._engine.close()

    @property
    def engine_pid(self) -> int | None:
        """The process that trains, if there is one."""
        return self._engine.pid

    @property
    def step(self) -> int:
        """Steps done, as far as they are shown."""
        if self.newest is None:
            return self._found.step if self._found is not None else 0
        return self.newest.step

    @property
    def pace(self) -> float | None:
        """The limit in steps a second, None for none."""
        return self._engine.pace

    def steps_per_second(self) -> float:
        """Measured over the last second; 0 while nothing moves."""
        return self._engine.steps_per_second() if self.state is State.PLAYING else 0.0

    # ------------------------------------------------------------------------- transport

    @property
    def playing(self) -> bool:
        """Whether training is what was asked for last; what the engine does may come later."""
        return self._wants_play

    def toggle(self) -> None:
        """Train, or pause."""
        if self._wants_play:
            self._want(False)
            self._engine.run.pause()
        else:
            self.train()

    def train(self, until: int | None = None) -> None:
        """Go on, until a step if one is given; past the end the run gets as long again."""
        if not self._alive:
            # There is no run: its process is gone, or it failed.
            self._resume(playing=True)
            if until is None:
                return
        self.history.follow()
        # Edits that have not settled yet count: one of them may be the number of steps.
        self._pass_on()
        if self.step >= self.running.steps:
            self._end = self.step + self.document.experiment.steps
        if until is not None and until > self.running.steps:
            self._end = until
        self._pass_on()
        self._want(True)
        self._engine.run.play(until)

    def step_once(self, order: Order = Order.BOTH) -> None:
        """One step of both networks, or one update of one, then wait."""
        if not self._alive:
            self._resume(playing=False)
        self.history.follow()
        self._pass_on()
        self._want(False)
        self._engine.run.step(order)

    def reset(self) -> None:
        """Back to the untrained networks, with the same seed and all edits."""
        self._restart(playing=False)

    def new_seed(self) -> None:
        """Other first weights and other samples; goes on playing if it was."""
        old = self.document.experiment.seed
        seed = (old + random.randrange(1, SEEDS)) % SEEDS
        self.edits.put(self.document.experiment.replace(seed=seed))
        self._restart(playing=self._wants_play)

    def go_back(self) -> None:
        """Take back the step that left a number not finite."""
        self._engine.run.go_back()

    def transfer(self) -> None:
        """Start over with the edits, but from the networks as they are trained now."""
        if (reason := misfit(self.running, self.document.experiment)) is not None:
            self.edits.refused.emit("", reason)
            return
        self._restart(playing=self._wants_play, from_last=True)

    def begin(self, experiment: Experiment, *, from_last: bool) -> None:
        """Train another experiment at once, from the networks of now or from fresh ones.

        Raises:
            TooLargeError: nothing changes then.
        """
        check_size(experiment)
        self.edits.put(experiment)
        self._restart(playing=True, from_last=from_last)

    def ask(self, asked: Asked) -> None:
        """Have the run's networks asked; `answered` tells what they say."""
        if self._alive and self._engine.is_open:
            self._engine.run.ask(asked)
            return
        said = "there is no run that could answer"
        # Later: who asks does not expect an answer while it is still asking.
        answered = Answered(asked.topic, asked.number, self.step, None, said, 0.0)
        QTimer.singleShot(0, self, lambda: self.answered.emit(answered))

    def branch(self, step: int) -> None:
        """Go on from an earlier checkpoint of the run that is shown, as another run.

        Raises:
            RecordError: it is not there any more.
        """
        found = self.recordings.branch(step)
        self.edits.put(found.experiment)
        self._restart(playing=False, found=found)

    def open_seed(self, replica: int) -> None:
        """One replica of a fleet as a run of its own, with the same seed."""
        single = self.running.single(replica)
        self.edits.put(single)
        self._restart(playing=self._wants_play)

    def train_fleet(self, replicas: int) -> None:
        """Many seeds of the experiment, from the first step."""
        self.edit("replicas", replicas)
        self._restart(playing=True)

    def watch(
        self,
        *,
        replica: int | None = None,
        layers: bool | None = None,
        cells: int | None = None,
        noise: int | None = None,
    ) -> None:
        """Say what the pictures are to show, see `Watch`; what is not given stays."""
        said = {"replica": replica, "layers": layers, "cells": cells, "noise": noise}
        given: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        self._engine.look(replace(self._engine.watch, **given))

    def watch_fresh_noise(self) -> None:
        """Show samples of other noise; a run that begins shows those of the first one again."""
        self.watch(noise=self._engine.watch.noise + 1)

    def restart(self) -> None:
        """Apply the edits that wait, from the first step, and go on playing if it was."""
        self._restart(playing=self._wants_play)

    def set_pace(self, steps_per_second: float | None) -> None:
        """Limit the speed; None for as fast as possible."""
        self._engine.set_pace(steps_per_second)
        self.pace_changed.emit(steps_per_second)

    # ------------------------------------------------------------------------------ edits

    def edit(self, path: str, value: Any) -> None:
        """Change one field; a value that is not valid is refused, and nothing changes."""
        self.edits.edit(path, value)

    def open(self, experiment: Experiment, path: Path | None = None) -> None:
        """Another experiment, a preset or a file's, shown untrained."""
        check_size(experiment)
        self.edits.open(experiment, path)
        self._restart(playing=False)

    def open_file(self, path: Path) -> None:
        """Open an experiment file, or a picture that carries an experiment.

        Raises:
            FileError, SpecError, TooLargeError: nothing changes then.
        """
        # Saving must not put an experiment in the place of a picture.
        own = path if path.suffix.lower() != ".png" else None
        self.open(experiment_in(path), own)

    def open_run(self, path: Path) -> None:
        """Open a run file, paused where it can go on.

        Raises:
            RecordError, FileError, TooLargeError: nothing changes then.
        """
        found = self.recordings.open(path)
        check_size(found.experiment)
        self.edits.open(found.experiment)
        self._restart(playing=False, found=found)
        self.introduce()

    def _pass_on(self) -> None:
        """Hand the settled edits to the run, or let them wait for a restart."""
        self.edits.hold()
        wanted = self.document.experiment
        if self._end is not None and self._end > wanted.steps:
            # Trained on beyond its end: that is the run's affair, not the experiment's.
            wanted = wanted.replace(steps=self._end)
        running, waiting = live_part(self.running, wanted)
        if waiting and self.step == 0:
            # Nothing is lost yet: show the changed networks at once.
            self._restart(playing=self._wants_play)
            return
        if running != self.running:
            self.running = running
            self._engine.run.edit(running)
        self.edits.wait_for(waiting)

    # ----------------------------------------------------------------------------- inside

    def _resume(self, *, playing: bool) -> None:
        """Go on from the last checkpoint of a run that broke off, or from the first step."""
        path, found = self.history.record, None
        if path is None:
            # A branch that has not made a step is still the same branch.
            found = self._found
        elif self.history.reel.checkpoints:
            try:
                found = self.recordings.open(path)
            except GanStudioError as error:
                self.edits.refused.emit("", str(error))
        self._restart(playing=playing, found=found)

    def _restart(
        self, *, playing: bool, from_last: bool = False, found: Found | None = None
    ) -> None:
        self.edits.hold()
        if self.state is State.LOST:
            self.close()
            self._found = found
            self.open_engine()
            if playing:
                self._want(True)
                self._engine.run.play()
        else:
            self._begin(playing=playing, from_last=from_last, found=found)

    def _begin(self, *, playing: bool, from_last: bool = False, found: Found | None = None) -> None:
        self._found = found
        self.running = found.experiment if found is not None else self.document.experiment
        self._end = None
        self.newest = None
        self._alive = True
        self.watch(noise=0)
        self._want(playing)
        self._engine.forget_speed()
        self.edits.wait_for(set())
        # Before the engine is opened, as for a file on the command line, opening it is enough.
        if self._engine.is_open:
            record = self.recordings.begin(self.running, found)
            self._engine.run.start(
                self.running,
                playing=playing,
                from_last=from_last,
                record=record,
                origin=found.origin if found is not None else None,
            )
            if self.running != self.document.experiment:
                # What was edited since is an edit of the run that goes on.
                self.edits.settle()

    def _show(self, frame: Frame) -> None:
        self.newest = frame
        self.frame.emit(frame)

    def _hear(self, message: Message) -> None:
        """What the run says, in order."""
        match message.content:
            case Started() as started:
                self.run_started = started
                self.started.emit(started)
                self._recall()
            case Facts() as facts:
                self.facts.emit(facts)
            case Failed() as failed:
                self._alive = False
                self._want(False)
                self.failed.emit(failed)
            case NotFinite() | EarlyStop() as reason:
                self.paused_by.emit(reason)
            case Answered() as answered:
                self.answered.emit(answered)
            case Preparing() as preparing:
                self.preparing.emit(preparing)
            case RecordNews(sentence):
                self.record_news.emit(sentence)
            case Status(state):
                self._enter(state)
            case Edited(experiment=experiment):
                self.edited.emit(experiment)

    def introduce(self) -> None:
        """Show where a run was left at once: the engine may need seconds to get there."""
        if (end := self.recordings.end()) is None:
            return
        self.run_started, self.newest = end
        self.started.emit(self.run_started)
        self.frame.emit(self.newest)
        if self.state is State.STARTING:
            # The curves, which take longer, come a moment later; else with the engine's word.
            QTimer.singleShot(0, self, self._recall)

    def _recall(self) -> None:
        if self._found is None:
            return
        try:
            past = self.recordings.past(self._found)
        except GanStudioError as error:
            self.edits.refused.emit("", str(error))
            return
        if past is not None:
            self.recalled.emit(past)

    def _want(self, playing: bool) -> None:
        if playing is not self._wants_play:
            self._wants_play = playing
            self.state_changed.emit(self.state)

    def _enter(self, state: State) -> None:
        if state in PLAYS:
            self._want(PLAYS[state])
        if state is not self.state:
            self.state = state
            self._engine.forget_speed()
            self.state_changed.emit(state)
