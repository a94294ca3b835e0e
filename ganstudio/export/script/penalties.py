"""Terms beside the losses: a new one is a function here and its name in the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ganstudio.core.penalties import (
    L1,
    L2,
    R1,
    R2,
    Dragan,
    FeatureMatching,
    GradientPenalty,
    HistoricalAveraging,
    Penalty,
    SlopePenalty,
)
from ganstudio.export.script.plan import Plan, drops
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block, lines


@dataclass(frozen=True)
class Term:
    """How one penalty is written."""

    call: str
    """Its value; `{network}` and `{past}` are those of the player who is updated."""
    definition: str


# --------------------------------------------------------------------- the discriminator's slope


def _gradient_penalty(p: GradientPenalty, plan: Plan) -> Term:
    definition = block(
        '''
        def gradient_penalty(real, fake):
            """weight E (|dD/dx| - 1)^2 between real and generated samples.

            WGAN-GP (Gulrajani et al. 2017, eq. 3, algorithm 1).
            """
            epsilon = uniform("gradient_penalty", len(real), 1)
            steepness = slope(epsilon * real + (1 - epsilon) * fake).norm(dim=1)
            return $weight * (steepness - 1).square().mean()
        ''',
        weight=p.weight,
    )
    return Term("gradient_penalty(real, fake)", definition)


def _dragan(p: Dragan, plan: Plan) -> Term:
    definition = block(
        '''
        def dragan(real):
            """weight E (|dD/dx| - 1)^2 around the real samples (DRAGAN, Kodali et al. 2017)."""
            u = uniform("dragan.noise", *real.shape)
            alpha = uniform("dragan.length", len(real), 1)
            around = real + alpha * (0.5 * real.std(correction=0) * u)
            return $weight * (slope(around).norm(dim=1) - 1).square().mean()
        ''',
        weight=p.weight,
    )
    return Term("dragan(real)", definition)


def _r1(p: R1, plan: Plan) -> Term:
    definition = block(
        '''
        def r1(real):
            """gamma/2 E |dD/dx|^2 at the real samples (Mescheder et al. 2018, section 4.1)."""
            return $gamma / 2 * slope(real).square().sum(1).mean()
        ''',
        gamma=p.weight,
    )
    return Term("r1(real)", definition)


def _r2(p: R2, plan: Plan) -> Term:
    definition = block(
        '''
        def r2(fake):
            """gamma/2 E |dD/dx|^2 at the generated samples (Mescheder et al. 2018, section 4.1)."""
            return $gamma / 2 * slope(fake).square().sum(1).mean()
        ''',
        gamma=p.weight,
    )
    return Term("r2(fake)", definition)


# ------------------------------------------------------------------------------------- weights


def _l1(p: L1, plan: Plan) -> Term:
    definition = block('''
        def l1(network, weight):
            """weight sum |w| over the matrices, not the biases (Goodfellow et al. 2016, 7.1.2)."""
            return weight * sum(w.abs().sum() for w in network.parameters() if w.dim() > 1)
    ''')
    return Term(f"l1({{network}}, {p.weight!r})", definition)


def _l2(p: L2, plan: Plan) -> Term:
    definition = block('''
        def l2(network, weight):
            """weight/2 sum w^2 over the matrices, not the biases (Goodfellow et al. 2016, 7.2)."""
            return weight / 2 * sum(w.square().sum() for w in network.parameters() if w.dim() > 1)
    ''')
    return Term(f"l2({{network}}, {p.weight!r})", definition)


def _historical_averaging(p: HistoricalAveraging, plan: Plan) -> Term:
    definition = block('''
        def historical_averaging(network, past, weight):
            """weight |theta - mean of all past theta|^2 (Salimans et al. 2016, section 3.3)."""
            pairs = zip(network.parameters(), past)
            return weight * sum((w - mean).square().sum() for w, mean in pairs)


        @torch.no_grad()
        def remember(network, past, step):
            """Count the weights of now into the mean of the past ones."""
            for w, mean in zip(network.parameters(), past):
                mean.lerp_(w, 1 / (step + 2))
    ''')
    return Term(f"historical_averaging({{network}}, {{past}}, {p.weight!r})", definition)


# ----------------------------------------------------------------------------- the generator's own


def _feature_matching(p: FeatureMatching, plan: Plan) -> Term:
    which = "the last hidden layer" if p.layer == 1 else f"the hidden layer {p.layer} from the last"
    phi = ", phi" if plan.looks_ahead else ""
    definition = block(
        '''
        def feature_matching(real, fake$phi):
            """weight |E f(x) - E f(G(z))|^2, f being $which of D.

            Salimans et al. 2016, section 3.1.
            """
            of_real = $real.mean(0)
            of_fake = $fake.mean(0)
            return $weight * (of_real - of_fake).square().sum()
        ''',
        phi=phi,
        which=which,
        real=_features(plan, "real"),
        fake=_features(plan, "fake"),
        weight=p.weight,
    )
    return Term(f"feature_matching(real, fake{phi})", definition)


def _features(plan: Plan, x: str) -> str:
    """The hidden layer of D that is matched."""
    name = ', "g.penalty"' if drops(plan.e.discriminator) else ""
    if not plan.looks_ahead:
        return f"D({x}{name}, features=True)"
    return f'functional_call(D, phi, ({x}{name or ","}), {{"features": True}})'


PENALTIES: Table[Term] = {
    GradientPenalty: _gradient_penalty,
    R1: _r1,
    R2: _r2,
    Dragan: _dragan,
    L1: _l1,
    L2: _l2,
    HistoricalAveraging: _historical_averaging,
    FeatureMatching: _feature_matching,
}


def penalties(plan: Plan) -> list[str]:
    """The blocks that define all penalties of an experiment."""
    e = plan.e
    blocks = [_slope(plan)] if any(isinstance(p, SlopePenalty) for p in e.penalties_d) else []
    for field, those in (("penalties_d", e.penalties_d), ("penalties_g", e.penalties_g)):
        blocks += [term.definition for term in _terms(plan, those, field)]
    return [*blocks, _past(plan)]


def _past(plan: Plan) -> str:
    """The lines that begin the means of past weights, for those penalties that look at them."""
    e, found = plan.e, []
    if remembers(e.penalties_d):
        found.append("past_d = [w.detach().clone() for w in D.parameters()]")
    if remembers(e.penalties_g):
        found.append("past_g = [w.detach().clone() for w in G.parameters()]")
    return lines("# The means of all past weights" if found else "", *found)


def objective(plan: Plan, network: str, loss: str) -> str:
    """A player's loss and all that is added to it, as an expression."""
    letter = network.lower()
    those: Sequence[Penalty] = plan.e.penalties_d if network == "D" else plan.e.penalties_g
    terms = _terms(plan, those, f"penalties_{letter}")
    calls = [term.call.format(network=network, past=f"past_{letter}") for term in terms]
    return " + ".join([loss, *calls])


def remembers(those: Sequence[Penalty]) -> bool:
    """Whether one of some penalties looks at past weights."""
    return any(penalty.remembers for penalty in those)


def _terms(plan: Plan, those: Sequence[Penalty], field: str) -> Iterator[Term]:
    for i, penalty in enumerate(those):
        yield written(PENALTIES, penalty, f"{field}.{i}", plan)


def _slope(plan: Plan) -> str:
    packed = plan.e.discriminator.packing > 1
    return block(
        '''
        def slope(x):
            """dD/dx at some samples, one row a logit; a loss may contain it."""
            x = x.detach().requires_grad_()
            logits = $logits
            (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
            return slope$rows
        ''',
        logits=plan.d("x", "d.penalty"),
        rows=".reshape(len(logits), -1)" if packed else "",
    )
