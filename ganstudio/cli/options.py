"""The arguments and options of the commands, each with what its help says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# ------------------------------------------------------------------------------ of several

What = Annotated[
    str,
    typer.Argument(
        metavar="PRESET|FILE|TEXT",
        help="An experiment: a preset's name; a .toml, .ganrun or .png that holds one; a line "
        "that `ganstudio share` printed.",
        show_default=False,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Change a field of the experiment, such as optimizer_d.lr=0.01; can be repeated.",
    ),
]
RunFile = Annotated[Path, typer.Argument(metavar="FILE.ganrun", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]

# ------------------------------------------------------------------------ train and resume

Steps = Annotated[int | None, typer.Option(help="Steps in total.")]
AllSteps = Annotated[int | None, typer.Option(help="Steps in total, those that are done included.")]
Seed = Annotated[int | None, typer.Option(help="Same seed, same numbers.")]
Replicas = Annotated[
    int | None, typer.Option(help="How many seeds to train side by side, from --seed on.")
]
Device = Annotated[str | None, typer.Option(help="Where to train: auto, cpu, cuda:0 or mps.")]
Threads = Annotated[int | None, typer.Option(help="CPU threads.")]
StartFrom = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Begin with the networks of a file that --save-weights wrote."
    ),
]
SaveWeights = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.safetensors", help="Write the trained networks to a new safetensors file."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE.ganrun", help="Record the run in a new file while it trains."),
]

# ---------------------------------------------------------------------------------- export

To = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="Where it goes: .gif, .apng, .webp, .mp4 or .webm for a film, .png, .svg or .pdf "
        "for a picture, .csv or .jsonl for a table, .npy for samples of the generator, "
        ".safetensors for the weights, .py for a PyTorch program; without a suffix, a folder "
        "for TensorBoard.",
        show_default=False,
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the file, if there is one of that name.")
]
Table = Annotated[
    str | None,
    typer.Option(metavar="losses|metrics", help="What a table holds; metrics unless told."),
]
Step = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="The step of a picture, of samples or of weights; where the run keeps none of it, "
        "the nearest one is taken.",
    ),
]
Count = Annotated[int | None, typer.Option(min=1, help="Samples of each seed; 10,000 unless told.")]
View = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="What pictures and films show, such as distribution; can be repeated; board "
        "for all that the window shows.",
    ),
]
Beside = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE.ganrun", help="Another run, side by side with this one; up to three."
    ),
]
Size = Annotated[
    str | None, typer.Option(metavar="WxH", help="Pixels of a picture or a film; 800x450.")
]
Scale = Annotated[float | None, typer.Option(help="Make a .png that many times as large, 1 to 4.")]
Dark = Annotated[bool, typer.Option("--dark", help="Draw on a dark ground.")]
NoCaption = Annotated[
    bool, typer.Option("--no-caption", help="Leave out the line with step and metrics.")
]
First = Annotated[int | None, typer.Option("--from", min=0, help="A film's first step.")]
Until = Annotated[int | None, typer.Option(min=0, help="A film's last step.")]
Every = Annotated[int | None, typer.Option(help="Film every n-th picture of the run.")]
Seconds = Annotated[
    float | None, typer.Option(help="The length of a film; at most 10 unless told.")
]
Hold = Annotated[
    float | None, typer.Option(help="Of these, the seconds for which the last picture stays.")
]
Once = Annotated[bool, typer.Option("--once", help="A film that ends, rather than begins again.")]
SetName = Annotated[
    str, typer.Argument(metavar="NAME", help="Which set: mnist, fashion or kmnist.")
]
