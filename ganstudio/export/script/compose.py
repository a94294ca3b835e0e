"""The parts of a script, one below the other."""

from __future__ import annotations

import re

from ganstudio.core.experiment import Experiment
from ganstudio.export.script.data import data
from ganstudio.export.script.folding import folded
from ganstudio.export.script.header import footer, header
from ganstudio.export.script.loop import pretraining, showing, training
from ganstudio.export.script.losses import LOSSES
from ganstudio.export.script.luck import blurring, luck
from ganstudio.export.script.networks import networks
from ganstudio.export.script.optimizers import optimizers
from ganstudio.export.script.penalties import penalties
from ganstudio.export.script.plan import Plan
from ganstudio.export.script.table import written
from ganstudio.export.script.text import WIDTH, block, lines, stacked

APART = "\n\n\n"
IMPORTS = {
    r"contextlib\.": "import contextlib",
    r"copy\.": "import copy",
    r"math\.": "import math",
    r"zlib\.": "import zlib",
    r"Path\(": "from pathlib import Path",
    r"np\.": "import numpy as np",
    r"torch\.": "import torch",
    r"nn\.": "from torch import nn",
    r"functional_call\(": "from torch.func import functional_call",
    r"F\.": "from torch.nn import functional as F",
}
"""What a script imports if it contains the text, in the order of an import block."""


def pytorch_script(experiment: Experiment) -> str:
    """A Python file that trains an experiment with torch and numpy alone.

    Run as a program it trains to the end and prints the losses. Imported, its `train(steps)`
    yields the losses of D and G step by step, and `generate(count)` draws from the generator.
    Of an experiment with several replicas it is the first one.

    Raises:
        SpecError: a field that can't be written as a script; names it.
    """
    plan = Plan(experiment.single(0))
    sections = {
        "random numbers": luck(plan),
        "real samples and noise": data(plan),
        "the two networks": networks(plan),
        "what they minimise": _losses(plan),
        "how they learn": optimizers(plan),
        "before the game": pretraining(plan),
        "the game": training(plan),
        "what came of it": showing(plan),
    }
    written_out = [stacked([_rule(title), *made]) for title, made in sections.items() if any(made)]
    body = folded(APART.join(written_out))
    top = stacked([header(experiment), _imports(body), _constants(plan)])
    return APART.join([top, body, footer(experiment)]) + "\n"


def _losses(plan: Plan) -> list[str]:
    loss = written(LOSSES, plan.e.loss, "loss", plan)
    own = [*loss.helpers, loss.discriminator, loss.generator]
    constraint = loss.constraint if plan.learns_d else ""
    return [*own, *penalties(plan), constraint, *blurring(plan)]


def _imports(body: str) -> str:
    """What the body needs, standard library first."""
    needed = [line for sign, line in IMPORTS.items() if re.search(rf"(?<![\w.]){sign}", body)]
    own = [line for line in needed if "torch" not in line and "numpy" not in line]
    return lines(*own) + "\n\n" * bool(own) + lines(*[line for line in needed if line not in own])


def _constants(plan: Plan) -> str:
    return block(
        """
        SEED = $seed
        STEPS = $steps
        BATCH_SIZE = $batch

        torch.set_num_threads($threads)$why
        """,
        seed=plan.e.seed,
        steps=plan.e.steps,
        batch=plan.e.batch_size,
        threads=plan.e.threads,
        why="  # networks so small are fastest with one" if plan.e.threads == 1 else "",
    )


def _rule(title: str) -> str:
    return f"# {'-' * (WIDTH - 3 - len(title))} {title}"
