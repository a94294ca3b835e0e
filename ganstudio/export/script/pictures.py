"""Pictures in a script: how they are dealt, classes that networks are told, and what came of it."""

from __future__ import annotations

from ganstudio.core.draws import LABELS
from ganstudio.core.targets import Pictures
from ganstudio.export.script.plan import Plan, drops
from ganstudio.export.script.text import block, lines

SHOWN_SIDE = 10
"""Pictures in a row of those that a script draws at its end."""

DEAL = block('''
    def deal(count):
        """Batches of numbers below `count`: each once, in a new order every time around."""
        left, epoch = np.empty(0, dtype=int), 0
        while True:
            while len(left) < BATCH_SIZE:
                rng = np.random.default_rng([SEED, zlib.crc32(b"order of the pictures"), epoch])
                left, epoch = np.append(left, rng.permutation(count)), epoch + 1
            yield left[:BATCH_SIZE]
            left = left[BATCH_SIZE:]
''')


def reading(plan: Plan) -> list[str]:
    """The blocks that read the pictures and deal them; none where samples are drawn."""
    if not isinstance(target := plan.e.target, Pictures):
        return []
    side = target.width
    read = block(
        """
        with np.load(Path(__file__).with_suffix(".npz")) as file:
            IMAGES = file["images"]  # bytes, (n, $side, $side)
            $labels
        dealt = deal(len(IMAGES))
        """,
        side=side,
        labels='LABELS = file["labels"]  # the class of each, (n,)' if plan.e.labels else "",
    )
    return [DEAL, read]


def drawing(target: Pictures) -> str:
    """The lines that draw a batch x."""
    return lines("which = next(dealt)", f"x = IMAGES[which].reshape(-1, {target.dimensions}) / 255")


def classes(plan: Plan) -> list[str]:
    """The blocks that draw classes beside the noise, if the networks are told any."""
    e = plan.e
    if not e.labels or not isinstance(e.target, Pictures):
        return []
    one_hot = block(
        '''
        def one_hot(classes):
            """Classes as the networks are told them, (n, $labels): 1 at the class, else 0."""
            return torch.eye($labels)[torch.from_numpy(classes)]
        ''',
        labels=e.labels,
    )
    some = "CLASSES = " + (
        f"np.array({list(e.target.classes)})" if e.target.classes else f"np.arange({e.labels})"
    )
    noise = block('''
        def noise_and_classes():
            """The generator's input: noise, and beside it the class to draw."""
            which = class_rng.integers(2**31, size=BATCH_SIZE) % len(CLASSES)
            return torch.cat([noise(), one_hot(CLASSES[which])], dim=1)
    ''')
    rng = f"class_rng = np.random.default_rng([SEED, {LABELS}])"
    return [one_hot, lines(some, rng), noise]


def generating(plan: Plan) -> list[str]:
    """The function that hands D generated pictures and their classes, if it is told any."""
    if not plan.e.labels:
        return []
    named = drops(plan.e.generator)
    return [
        block(
            '''
            def generated($name):
                """Generated pictures as D gets them, beside each the class that was asked for."""
                z = noise_and_classes()
                return torch.cat([G($z), z[:, $dimensions:]], dim=1)
            ''',
            name="name" if named else "",
            z="z, name" if named else "z",
            dimensions=plan.e.noise.dimensions,
        )
    ]


def shown(target: Pictures) -> str:
    """The lines that draw the picture at the end."""
    side = target.width
    return block(
        """
        # Side by side, as a picture
        from PIL import Image

        pictures = generate($count).reshape($row, $row, $side, $side)
        wall = 255 * pictures.swapaxes(1, 2).reshape($whole, $whole)
        path = Path(__file__).with_suffix(".png")
        Image.fromarray(wall.round().astype(np.uint8)).save(path)
        print(f"generated: see {path.name}")
        """,
        count=SHOWN_SIDE**2,
        row=SHOWN_SIDE,
        side=side,
        whole=SHOWN_SIDE * side,
    )
