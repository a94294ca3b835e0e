"""One step of the game: what each player does in its turn, and how the turns follow."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.play import Alternating, Extragradient, Simultaneous
from ganstudio.export.script.losses import LOSSES
from ganstudio.export.script.optimizers import clipping
from ganstudio.export.script.penalties import objective
from ganstudio.export.script.plan import Plan, normalises
from ganstudio.export.script.schedules import changes
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block, lines


@dataclass(frozen=True)
class Turn:
    """What one player does, in three parts, each some lines."""

    judge: str
    """Computes its loss, and what it minimises."""
    descend: str
    """Computes the gradient; empty where nothing learns."""
    move: str
    """Changes the weights."""

    @property
    def whole(self) -> str:
        """All of it."""
        return lines(self.judge, self.descend, self.move)


@dataclass(frozen=True)
class Game:
    """One step, as text."""

    definitions: list[str]
    """Functions that the step calls."""
    step: str
    """Its lines, which leave `loss_d` and `loss_g`."""


# ------------------------------------------------------------------------------- the two players


def turn_d(plan: Plan) -> Turn:
    """The discriminator's turn."""
    sees = lines(
        f"real = {_seen(plan, 'real_samples()', 'real')}",
        f"fake = {_seen(plan, plan.fakes('d.generator') + '.detach()', 'generated')}",
    )
    logits = _logits(plan)
    if plan.e.discriminator.spectral_norm:
        logits = block("with power_iteration(D):\n    $logits", logits=logits)
    loss = lines(logits, "loss_d = discriminator_loss(on_real, on_fake)")
    if not plan.learns_d:
        return Turn(lines(sees, loss), "", "")
    text = written(LOSSES, plan.e.loss, "loss", plan)
    after = "constrain_weights()" if text.constraint else ""
    descend, move = _descent(plan, "d")
    return Turn(lines(sees, loss, _total(plan, "D")), descend, lines(move, after))


def _logits(plan: Plan) -> str:
    """D's logits of both batches."""
    d = plan.e.discriminator
    if d.minibatch.enabled or d.minibatch_std or normalises(d):
        real, fake = (plan.d(x, "d.both") for x in ("real", "fake"))
        return lines(
            "# D looks at a batch as a whole, so each goes through it alone.",
            f"on_real = {real}",
            f"on_fake = {fake}",
        )
    # Rounding follows the order of sums, and Adam makes steps of gradients that are but rounding:
    # so this is one pass, as it is in GAN Studio.
    both = plan.d("torch.cat([real, fake])", "d.both")
    return lines("# One pass over both is quicker than two.", f"on_real, on_fake = {both}.chunk(2)")


def turn_g(plan: Plan) -> Turn:
    """The generator's turn."""
    reals = f"real = {_seen(plan, 'real_samples()', 'g.real')}" if plan.needs_real else ""
    if reals and not plan.uses_real:
        reals = "real_samples()  # which nobody looks at, but GAN Studio draws it"
    ahead = "phi = look_ahead(real, fake)" if plan.looks_ahead else ""
    judges = _ahead if plan.looks_ahead else Plan.d
    batches = ["real", "fake"] if plan.e.loss.pairs else ["fake"]
    judged = ", ".join(judges(plan, batch, "g.both") for batch in batches)
    judge = lines(
        reals,
        f"fake = {_seen(plan, plan.fakes('g.generator'), 'g.generated')}",
        ahead,
        f"loss_g = generator_loss({judged})",
    )
    if not plan.learns_g:
        return Turn(judge, "", "")
    return Turn(lines(judge, _total(plan, "G")), *_descent(plan, "g"))


def looking_ahead(plan: Plan) -> list[str]:
    """The function that unrolls D, if G looks ahead."""
    if not plan.looks_ahead:
        return []
    u = plan.e.unrolling
    named = "g.ahead.{turn}"
    real, fake = (_ahead(plan, x, named) for x in ("real", "fake"))
    turn = "turn" if "{turn}" in real else "_"
    look_ahead = block(
        '''
        def look_ahead(real, fake):
            """D's weights after $steps updates, as a function of the generated samples.

            Unrolled GANs (Metz et al. 2017, eq. 5 to 8); D itself is not changed.
            """
            phi = {name: w.detach().requires_grad_() for name, w in $weights}
            for $turn in range($steps):
                on_real = $real
                on_fake = $fake
                loss = discriminator_loss(on_real, on_fake)
                slopes = torch.autograd.grad(loss, list(phi.values()), create_graph=True)
                pairs = zip(phi.items(), slopes)
                phi = {name: w - $lr * slope for (name, w), slope in pairs}
            return phi
        ''',
        steps=u.steps,
        lr=u.lr,
        weights="D.named_parameters()" + (" if w.requires_grad" if _partly(plan) else ""),
        turn=turn,
        real=real.replace('"g.ahead', 'f"g.ahead'),
        fake=fake.replace('"g.ahead', 'f"g.ahead'),
    )
    return [look_ahead]


def _partly(plan: Plan) -> bool:
    return plan.weights_d != "D.parameters()"


def _ahead(plan: Plan, x: str, name: str) -> str:
    """D(x) with the weights phi."""
    call = plan.d(x, name).removeprefix("D(").removesuffix(")")
    arguments = f"({call})" if "," in call else call
    return f"functional_call(D, phi, {arguments})"


def _seen(plan: Plan, samples: str, name: str) -> str:
    """Samples as D sees them."""
    if not plan.blurs:
        return samples
    sigma = ", sigma" if plan.fades else ""
    return f'blurred({samples}{sigma}, "{name}")'


def _total(plan: Plan, network: str) -> str:
    """The line that adds the penalties, if there are any."""
    letter = network.lower()
    total = objective(plan, network, f"loss_{letter}")
    return f"total_{letter} = {total}" if "+" in total else ""


def _descent(plan: Plan, letter: str) -> tuple[str, str]:
    """The gradient and the step of a player that learns."""
    optimizer = plan.e.optimizer_d if letter == "d" else plan.e.optimizer_g
    weights = plan.weights_d if letter == "d" else plan.weights_g
    penalties = plan.e.penalties_d if letter == "d" else plan.e.penalties_g
    descend = lines(
        f"optimizer_{letter}.zero_grad()",
        f"{'total' if penalties else 'loss'}_{letter}.backward()",
        clipping(optimizer, weights),
    )
    schedule = f"schedule_{letter}.step()" if changes(optimizer.schedule) else ""
    return descend, lines(f"optimizer_{letter}.step()", schedule)


# -------------------------------------------------------------------------------- taking turns


def _alternating(play: Alternating, plan: Plan) -> Game:
    k, d = plan.e.discriminator_steps, turn_d(plan).whole
    if k > 1:
        d = _repeated(k, d)
    step = block(
        """
        # The discriminator learns to tell real samples from generated ones.
        $d

        # The generator learns to make them look real to it.
        $g
        """,
        d=d,
        g=turn_g(plan).whole,
    )
    return Game([], step)


def _simultaneous(play: Simultaneous, plan: Plan) -> Game:
    definitions, first = _turns_before(plan)
    return Game(definitions, lines(first, _both(plan)))


def _extragradient(play: Extragradient, plan: Plan) -> Game:
    definitions, first = _turns_before(plan)
    text = written(LOSSES, plan.e.loss, "loss", plan)
    both = block(
        '''
        def update_both($sigma):
            """One update of each network; returns the losses before it."""
            $both
            return loss_d, loss_g
        ''',
        sigma=_sigma(plan),
        both=_both(plan),
    )
    step = block(
        """
        $first
        # Extragradient (Gidel et al. 2019, algorithm 3): go one step ahead, and take from the
        # old place the step that is right there.
        players = [*D.parameters(), *G.parameters()]
        here = [w.detach().clone() for w in players]
        loss_d, loss_g = update_both($sigma)
        ahead = [w.detach().clone() for w in players]
        update_both($sigma)
        with torch.no_grad():
            for w, old, there in zip(players, here, ahead):
                w.sub_(there).add_(old)
        $constraint
        """,
        first=first,
        sigma=_sigma(plan),
        constraint="constrain_weights()" if text.constraint and plan.learns_d else "",
    )
    return Game([*definitions, both], step)


PLAYS: Table[Game] = {
    Alternating: _alternating,
    Simultaneous: _simultaneous,
    Extragradient: _extragradient,
}


def game(plan: Plan) -> Game:
    """One step of an experiment."""
    return written(PLAYS, plan.e.play, "play", plan)


def _both(plan: Plan) -> str:
    """One update of each network against the other as it was before."""
    d, g = turn_d(plan), turn_g(plan)
    judge_d = _judging_call(plan) if plan.e.discriminator_steps > 1 else d.judge
    return lines(
        "# Both losses, of the networks as they are now",
        judge_d,
        g.judge,
        "# G's gradient goes through D and leaves some in D's weights, so D's own comes after it.",
        g.descend,
        d.descend,
        d.move,
        g.move,
    )


def _turns_before(plan: Plan) -> tuple[list[str], str]:
    """The updates of D before both networks are updated at once: functions, and the lines."""
    k, d = plan.e.discriminator_steps, turn_d(plan)
    if k == 1:
        return [], ""
    judge = block(
        '''
        def judge($sigma):
            """D's loss on new batches$total."""
            $judge
            return $result
        ''',
        sigma=_sigma(plan),
        total=", and what it minimises" if _result(plan) != "loss_d" else "",
        judge=d.judge,
        result=_result(plan),
    )
    turn = lines(_judging_call(plan), d.descend, d.move)
    return [judge], turn if k == 2 else _repeated(k - 1, turn)


def _repeated(times: int, turn: str) -> str:
    return block("for _ in range($times):\n    $turn", times=times, turn=turn)


def _judging_call(plan: Plan) -> str:
    return f"{_result(plan)} = judge({_sigma(plan)})"


def _result(plan: Plan) -> str:
    return "loss_d, total_d" if plan.e.penalties_d and plan.learns_d else "loss_d"


def _sigma(plan: Plan) -> str:
    return "sigma" if plan.fades else ""
