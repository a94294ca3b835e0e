"""The training loop, what comes before and after it, and what is shown."""

from __future__ import annotations

from ganstudio.core.draws import PRETRAINING
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures
from ganstudio.export.script.data import standardised
from ganstudio.export.script.losses import LOSSES
from ganstudio.export.script.optimizers import clipping, creation
from ganstudio.export.script.penalties import remembers
from ganstudio.export.script.pictures import shown
from ganstudio.export.script.plan import Plan, drops, normalises
from ganstudio.export.script.schedules import scheduled
from ganstudio.export.script.table import written
from ganstudio.export.script.targets import TARGETS
from ganstudio.export.script.text import block, lines
from ganstudio.export.script.turns import game, looking_ahead

SHOWN = 20
"""How often the losses are printed in a run."""
MEASURED = block("""
    samples = generate(10000)
    print(f"generated: mean {samples.mean(0)}, standard deviation {samples.std(0)}")
""")


def pretraining(plan: Plan) -> list[str]:
    """The blocks that let D learn the target's density before the game."""
    if not plan.pretrains:
        return []
    density = block(
        '''
        def density(x):
            """The density of the target at some x, (n, 1)."""
            $lines
        ''',
        lines=written(TARGETS, plan.e.target, "target").density,
    )
    return [density, _pretrain(plan)]


def _pretrain(plan: Plan) -> str:
    e = plan.e
    schedule = scheduled(plan, "d", "optimizer")
    evaluates = normalises(e.discriminator) or drops(e.discriminator)
    past = "past_d[:] = [w.detach().clone() for w in D.parameters()]"
    directions = 'draw_directions(D, stream("buffers.discriminator"))'
    return block(
        '''
        def pretrain():
            """Let D learn the target's density, to give it a good start."""
            rng = np.random.default_rng([SEED, $stream])
            optimizer = $optimizer
            $schedule
            $evaluate
            for _ in range($steps):
                x = rng.uniform($low, $high, (BATCH_SIZE, 1))
                label = torch.tensor(density(x), dtype=torch.float32)
                logits = D(torch.tensor($inputs, dtype=torch.float32))
                loss = ($fitted - label).square().mean()
                optimizer.zero_grad()
                loss.backward()
                $clipping
                optimizer.step()
                $advance
            $train
            $directions
            $past
        ''',
        stream=PRETRAINING,
        optimizer=creation(e.optimizer_d, plan.weights_d),
        schedule=f"schedule = {schedule}" if schedule else "",
        evaluate="D.eval()" if evaluates else "",
        steps=e.pretraining.steps,
        low=e.pretraining.low,
        high=e.pretraining.high,
        inputs=standardised(plan, "x"),
        fitted=written(LOSSES, e.loss, "loss", plan).fitted.format("logits"),
        clipping=clipping(e.optimizer_d, plan.weights_d),
        advance="schedule.step()" if schedule else "",
        train="D.train()" if evaluates else "",
        directions=directions if e.discriminator.spectral_norm else "",
        past=past if remembers(e.penalties_d) else "",
    )


def training(plan: Plan) -> list[str]:
    """The blocks of the game itself."""
    e = plan.e
    played = game(plan)
    train = block(
        '''
        def train(steps):
            """Train; yields both losses of each step, before its updates."""
            $pretrain
            for $step in range(steps):
                $sigma
                $turns

                $follow
                yield loss_d.item(), loss_g.item()
        ''',
        pretrain="pretrain()" if plan.pretrains else "",
        step="step" if _counts(plan) else "_",
        sigma="sigma = fading(step)" if plan.fades else "",
        turns=played.step,
        follow=_following(plan),
    )
    average = "average = copy.deepcopy(G)" if e.ema else ""
    return [average, *looking_ahead(plan), *played.definitions, train]


def _counts(plan: Plan) -> bool:
    """Whether a step has to know its number."""
    looks_back = remembers(plan.e.penalties_d) or remembers(plan.e.penalties_g)
    return plan.fades or looks_back or (plan.e.ema > 0 and plan.e.ema_warmup > 0)


def _following(plan: Plan) -> str:
    """What comes after a step: averages over time take the new weights in."""
    e = plan.e
    decay = f"{e.ema!r}"
    warmup = ""
    if e.ema_warmup:
        warmup = f"decay = min({decay}, (1 + step) / ({e.ema_warmup} + step))"
        decay = "decay"
    average = block(
        """
        # The average of the past generators
        $warmup
        with torch.no_grad():
            for w, new in zip(average.parameters(), G.parameters()):
                w.lerp_(new, 1 - $decay)
        """,
        warmup=warmup,
        decay=decay,
    )
    return lines(
        average if e.ema else "",
        "remember(D, past_d, step)" if remembers(e.penalties_d) else "",
        "remember(G, past_g, step)" if remembers(e.penalties_g) else "",
    )


def showing(plan: Plan) -> list[str]:
    """The blocks that draw from the trained generator and print what is worth knowing."""
    main = block(
        """
        if __name__ == "__main__":
            for step, (loss_d, loss_g) in enumerate(train(STEPS), start=1):
                if step % $every == 0:
                    print(f"step {step}: loss of D {loss_d:.4f}, of G {loss_g:.4f}")
            $shown
        """,
        every=max(1, plan.e.steps // SHOWN),
        shown=shown(plan.e.target) if isinstance(plan.e.target, Pictures) else MEASURED,
    )
    return [_generate(plan), main]


def _outcome(e: Experiment) -> tuple[str, str, str]:
    """What the networks' x becomes: its units in words, the shape of one sample, the value."""
    value = "(MEAN + STD * x)" if e.standardise else "x"
    if isinstance(e.target, Pictures):
        side = e.target.width
        drawn = f"{value}.clip(0, 1).reshape(-1, {side}, {side})"
        return ", 0 black and 1 white", f"{side}, {side}", drawn
    units = " in the target's units" if e.standardise else ""
    return units, str(e.features), value.strip("()")


def _generate(plan: Plan) -> str:
    e = plan.e
    network = "average" if e.ema else "G"
    evaluates = normalises(e.generator) or drops(e.generator)
    units, shape, result = _outcome(e)
    z, asked = "noise(count, np.random.default_rng(0))", ""
    if e.labels:
        asked = "classes = one_hot(CLASSES[np.arange(count) % len(CLASSES)])  # in turns"
        z = f"torch.cat([{z}, classes], dim=1)"
    statistics = block("""
        for own, new in zip(average.buffers(), G.buffers()):
            own.copy_(new)  # the running statistics are not averaged
    """)
    return block(
        '''
        @torch.no_grad()
        def generate(count):
            """Samples of the $which generator$units, (count, $shape)."""
            $statistics
            $evaluate
            $asked
            x = $network($z).numpy()
            $train
            return $result
        ''',
        which="averaged" if e.ema else "trained",
        units=units,
        shape=shape,
        asked=asked,
        z=z,
        statistics=statistics if e.ema and normalises(e.generator) else "",
        evaluate=f"{network}.eval()" if evaluates else "",
        network=network,
        train=f"{network}.train()" if evaluates else "",
        result=result,
    )
