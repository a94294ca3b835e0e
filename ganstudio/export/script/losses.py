"""The two losses: a new one is a function here and its name in `LOSSES`."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.losses import (
    CrossEntropy,
    DoubleSigmoid,
    Hinge,
    LeastSquares,
    LiteralLog,
    Minimax,
    NonSaturating,
    Relativistic,
    StableLog,
    Wasserstein,
)
from ganstudio.export.script.plan import Plan
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import block


@dataclass(frozen=True)
class LossText:
    """How one loss is written.

    `discriminator_loss(real, fake)` takes D's logits of both batches; so does `generator_loss`
    where the loss compares them, and else those of the generated samples alone.
    """

    discriminator: str
    generator: str
    helpers: tuple[str, ...] = ()
    """Blocks that stand before."""
    fitted: str = "torch.sigmoid({})"
    """What a pretraining fits to a density, of the logits."""
    constraint: str = ""
    """A block that defines `constrain_weights()`, which is called after D's weights changed."""


# ------------------------------------------------------------------------------- the logarithm


@dataclass(frozen=True)
class LogText:
    """How log D and log(1 - D) are written, of logits."""

    log_d: str
    log_not_d: str
    sigmoid: str
    helpers: tuple[str, ...] = ()


ROUNDED_SIGMOID = block('''
    class RoundedSigmoid(torch.autograd.Function):
        """The sigmoid to the nearest float32, as TensorFlow rounds it.

        Where D is sure, 1 - D has only a few units of the last place left; torch's own sigmoid
        is off by one of them. The gradient uses the rounded value, as TensorFlow's does.
        """

        @staticmethod
        def forward(ctx, x):
            y = torch.sigmoid(x.double()).float()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, slope):
            (y,) = ctx.saved_tensors
            return slope * (y * (1 - y))
''')
PLAIN_LOGARITHMS = block('''
    def log_d(logits):
        """log D, as the first programs computed it."""
        return torch.log(RoundedSigmoid.apply(logits))


    def log_not_d(logits):
        """log(1 - D): once a logit passes about 17, 1 - D rounds to 0 and the loss is lost."""
        p = 1 - RoundedSigmoid.apply(logits)
        # TensorFlow has not minus infinity there but NaN, which is 0 / 0.
        return torch.log(p) + 0 / p.detach()
''')
CLIPPED_LOGARITHMS = '''
    def log_d(logits):
        """log max(D, clip), as the first programs computed it: no gradient below the clip."""
        return torch.log(RoundedSigmoid.apply(logits).clamp_min($clip))


    def log_not_d(logits):
        """log max(1 - D, clip)."""
        return torch.log((1 - RoundedSigmoid.apply(logits)).clamp_min($clip))
'''


def _stable(log: StableLog) -> LogText:
    return LogText("F.logsigmoid({})", "F.logsigmoid(-{})", "torch.sigmoid({})")


def _literal(log: LiteralLog) -> LogText:
    logarithms = block(CLIPPED_LOGARITHMS, clip=log.clip) if log.clip else PLAIN_LOGARITHMS
    helpers = (ROUNDED_SIGMOID, logarithms)
    return LogText("log_d({})", "log_not_d({})", "RoundedSigmoid.apply({})", helpers)


LOGARITHMS: Table[LogText] = {StableLog: _stable, LiteralLog: _literal}


# ---------------------------------------------------------------------- losses of a classifier


def _classifier(loss: CrossEntropy) -> tuple[str, LogText]:
    """D's loss, and how it takes logarithms."""
    log = written(LOGARITHMS, loss.log, "loss.log")
    log_d, not_d = log.log_d.format("real"), log.log_not_d.format("fake")
    if not loss.smoothing:
        text = block(
            '''
            def discriminator_loss(real, fake):
                """-E log D(x) - E log(1 - D(G(z))) (Goodfellow et al. 2014, eq. 1)."""
                return (-$log_d - $not_d).mean()
            ''',
            log_d=log_d,
            not_d=not_d,
        )
        return text, log
    text = block(
        '''
        def discriminator_loss(real, fake):
            """-E log D(x) - E log(1 - D(G(z))) (Goodfellow et al. 2014, eq. 1).

            The label of a real sample is less than 1: one-sided label smoothing (Salimans et al.
            2016, section 3.4).
            """
            label = 1 - $smoothing
            likelihood = label * $log_d + (1 - label) * $log_not_real
            return (-likelihood - $not_d).mean()
        ''',
        smoothing=loss.smoothing,
        log_d=log_d,
        log_not_real=log.log_not_d.format("real"),
        not_d=not_d,
    )
    return text, log


def _non_saturating(loss: NonSaturating, plan: Plan) -> LossText:
    discriminator, log = _classifier(loss)
    generator = block(
        '''
        def generator_loss(fake):
            """-E log D(G(z)), which does not saturate (Goodfellow et al. 2014, section 3)."""
            return -$log_d.mean()
        ''',
        log_d=log.log_d.format("fake"),
    )
    return LossText(discriminator, generator, log.helpers, log.sigmoid)


def _minimax(loss: Minimax, plan: Plan) -> LossText:
    discriminator, log = _classifier(loss)
    generator = block(
        '''
        def generator_loss(fake):
            """E log(1 - D(G(z))): no gradient once D is sure (Goodfellow et al. 2014, eq. 1)."""
            return $not_d.mean()
        ''',
        not_d=log.log_not_d.format("fake"),
    )
    return LossText(discriminator, generator, log.helpers, log.sigmoid)


# --------------------------------------------------------------- losses on D's output itself


def _least_squares(loss: LeastSquares, plan: Plan) -> LossText:
    return LossText(
        discriminator=block('''
            def discriminator_loss(real, fake):
                """E (D(x) - 1)^2 / 2 + E D(G(z))^2 / 2: LSGAN (Mao et al. 2017, eq. 9)."""
                return ((real - 1).square() + fake.square()).mean() / 2
        '''),
        generator=block('''
            def generator_loss(fake):
                """E (D(G(z)) - 1)^2 / 2."""
                return (fake - 1).square().mean() / 2
        '''),
        fitted="{}",
    )


CRITIC = block('''
    def generator_loss(fake):
        """-E D(G(z)): raise the critic's value."""
        return -fake.mean()
''')


def _hinge(loss: Hinge, plan: Plan) -> LossText:
    discriminator = block('''
        def discriminator_loss(real, fake):
            """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))): hinge (Lim and Ye 2017)."""
            return (F.relu(1 - real) + F.relu(1 + fake)).mean()
    ''')
    return LossText(discriminator, CRITIC)


def _wasserstein(loss: Wasserstein, plan: Plan) -> LossText:
    discriminator = block('''
        def discriminator_loss(real, fake):
            """E D(G(z)) - E D(x): WGAN (Arjovsky et al. 2017, eq. 2)."""
            return (fake - real).mean()
    ''')
    clipping = block(
        '''
        @torch.no_grad()
        def constrain_weights():
            """Bounds the slope of D by clipping its weights (WGAN's algorithm 1, line 7)."""
            for w in $weights:
                w.clamp_(-$clip, $clip)
        ''',
        weights=plan.weights_d,
        clip=loss.clip,
    )
    return LossText(discriminator, CRITIC, constraint=clipping if loss.clip else "")


def _relativistic(loss: Relativistic, plan: Plan) -> LossText:
    return LossText(
        discriminator=block('''
            def discriminator_loss(real, fake):
                """E f(D(G(z)) - D(x)), with f(t) = log(1 + e^t): real sample i meets fake sample i.

                RpGAN (Jolicoeur-Martineau 2019), as in R3GAN (Huang et al. 2024, section 2).
                """
                return F.softplus(fake - real).mean()
        '''),
        generator=block('''
            def generator_loss(real, fake):
                """E f(D(x) - D(G(z)))."""
                return F.softplus(real - fake).mean()
        '''),
    )


def _double_sigmoid(loss: DoubleSigmoid, plan: Plan) -> LossText:
    return LossText(
        discriminator=block('''
            def discriminator_loss(real, fake):
                """A published mistake: a cross-entropy that takes logits gets probabilities."""
                of_real = F.softplus(-torch.sigmoid(real)).mean()
                return of_real + F.softplus(torch.sigmoid(fake)).mean()
        '''),
        generator=block('''
            def generator_loss(fake):
                """The same mistake: nothing is left to learn once D says 1."""
                return F.softplus(-torch.sigmoid(fake)).mean()
        '''),
        fitted="torch.sigmoid(torch.sigmoid({}))",
    )


LOSSES: Table[LossText] = {
    NonSaturating: _non_saturating,
    Minimax: _minimax,
    LeastSquares: _least_squares,
    Hinge: _hinge,
    Wasserstein: _wasserstein,
    Relativistic: _relativistic,
    DoubleSigmoid: _double_sigmoid,
}
