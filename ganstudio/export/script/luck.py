"""Random numbers inside a step: for dropout, instance noise and penalties."""

from __future__ import annotations

from ganstudio.export.script.plan import Plan
from ganstudio.export.script.text import block

STREAM = block('''
    def stream(name):
        """The generator that draws under a name of its own, so that none disturbs another."""
        if name not in streams:
            streams[name] = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        return streams[name]
''')
UNIFORM = block('''
    def uniform(name, *shape):
        """Numbers from U[0, 1)."""
        return torch.from_numpy(stream(name).random(shape, np.float32))
''')
NORMAL = block('''
    def normal(name, *shape):
        """Numbers from N(0, 1)."""
        return torch.from_numpy(stream(name).standard_normal(shape, np.float32))
''')


def luck(plan: Plan) -> list[str]:
    """The blocks that hand out random numbers by name; none where nobody asks."""
    drawing = [UNIFORM] * plan.has_uniform_luck + [NORMAL] * plan.blurs
    if not drawing and not plan.e.discriminator.spectral_norm:
        return []
    return ["streams = {}", STREAM, *drawing]


def blurring(plan: Plan) -> list[str]:
    """The blocks of the instance noise."""
    if not plan.blurs:
        return []
    noise = plan.e.instance_noise
    features, labels = plan.e.features, plan.e.labels
    drawn = 'normal(f"instance_noise.{name}", *x.shape)'
    if labels:
        # Classes stay clear.
        drawn = f'F.pad(normal(f"instance_noise.{{name}}", len(x), {features}), (0, {labels}))'
    if not plan.fades:
        blurred = block(
            '''
            def blurred(x, name):
                """Samples as D sees them: with instance noise (Sønderby et al. 2017, 3.2)."""
                return x + $std * $drawn
            ''',
            std=noise.std,
            drawn=drawn,
        )
        return [blurred]
    sigma = block(
        '''
        def fading(step):
            """The standard deviation of the instance noise in a step: it fades to nothing."""
            return $std * max(1 - step / $decay, 0.0)
        ''',
        std=noise.std,
        decay=noise.decay,
    )
    blurred = block(
        '''
        def blurred(x, sigma, name):
            """Samples as D sees them: with instance noise (Sønderby et al. 2017, 3.2)."""
            return x + sigma * $drawn
        ''',
        drawn=drawn,
    )
    return [sigma, blurred]
