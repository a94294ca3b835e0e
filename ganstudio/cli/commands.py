"""The commands and their options."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from ganstudio.cli import BAD_INPUT, FAILED, INTERRUPTED, OK, say
from ganstudio.errors import GanStudioError

HELP = """
See a GAN learn.

Without a command, [bold]ganstudio[/bold] opens the window;
[bold]ganstudio first-gan[/bold] or [bold]ganstudio my.toml[/bold] opens it with that
experiment. The commands below work in a terminal and need no display.
"""
EXAMPLES = """
Start here: [bold]ganstudio train first-gan[/bold]. What can be trained:
[bold]ganstudio presets[/bold]. If something does not work: [bold]ganstudio doctor[/bold].
"""
TRAIN_EXAMPLES = """
[bold]ganstudio train first-gan --set optimizer_d.lr=0.01 --set loss=minimax --steps 500[/bold]
"""

# typer.BadParameter is the only wrong-usage error that typer names in public, and a leaf of them.
USAGE_ERROR = cast("type[typer.TyperException]", typer.BadParameter.__base__)

SHARE_EXAMPLES = """
[bold]ganstudio share my.toml[/bold] prints a line to be pasted into chat;
[bold]ganstudio train "ganstudio:1:..."[/bold] trains what it says.
"""
EXPORT_EXAMPLES = """
[bold]ganstudio export run.ganrun --to losses.csv --what losses[/bold]

[bold]ganstudio export run.ganrun --to film.gif --view distribution --seconds 6[/bold]
"""

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

app = typer.Typer(
    name="ganstudio",
    help=HELP,
    epilog=EXAMPLES,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def obey(arguments: list[str]) -> int:
    """Run one command; every failure becomes one line on stderr and an exit code."""
    try:
        command = typer.main.get_command(app)
        code = command.main(arguments, prog_name="ganstudio", standalone_mode=False)
        sys.stdout.flush()
        return int(code or OK)
    except USAGE_ERROR as error:
        say(f"{error.format_message()} {_advice(error)}")
        return BAD_INPUT
    except GanStudioError as error:
        say(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left. Python would say so once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0]
        say(f"the run failed: {type(error).__name__}: {first_line}")
    return FAILED


def _advice(error: Any) -> str:
    """Where to read what would have been right."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ganstudio"
    return f"(see `{path} --help`)"


def _print_version(asked: bool) -> None:
    if asked:
        from ganstudio.cli.machine import program_version

        typer.echo(f"ganstudio {program_version()}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    """What holds for all commands. Its help is the program's, given above."""


@app.command(epilog=TRAIN_EXAMPLES)
def train(
    what: What,
    settings: Settings = None,
    steps: Annotated[int | None, typer.Option(help="Steps in total.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same numbers.")] = None,
    replicas: Annotated[
        int | None, typer.Option(help="How many seeds to train side by side, from --seed on.")
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Where to train: auto, cpu, cuda:0 or mps.")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads.")] = None,
    start_from: Annotated[
        Path | None,
        typer.Option(
            "--start-from",
            metavar="FILE",
            help="Begin with the networks of a file that --save-weights wrote.",
        ),
    ] = None,
    save_weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the trained networks to a safetensors file."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.ganrun", help="Record the run in a file while it trains."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Train a GAN and say how it ended. Ctrl-C stops it and shows the results so far."""
    from ganstudio.cli.training import check_new, choose, run

    options = {
        "steps": steps,
        "seed": seed,
        "replicas": replicas,
        "device": device,
        "threads": threads,
    }
    given = {name: value for name, value in options.items() if value is not None}
    experiment = choose(what, settings or [], given)
    return run(
        experiment,
        as_json=as_json,
        start_from=start_from,
        save_weights=save_weights,
        record=check_new(out) if out is not None else None,
    )


@app.command()
def resume(
    path: RunFile,
    steps: Annotated[
        int | None, typer.Option(help="Steps in total, those that are done included.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Go on in a run file, as if it had never stopped."""
    from ganstudio.cli.training import resume

    return resume(path, steps=steps, as_json=as_json)


@app.command()
def info(path: RunFile, as_json: Json = False) -> None:
    """Say what a run file holds."""
    from ganstudio.cli.info import show

    show(path, as_json=as_json)


@app.command(epilog=EXPORT_EXAMPLES)
def export(
    path: RunFile,
    to: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Where it goes: .gif, .apng, .webp, .mp4 or .webm for a film, .png, .svg or .pdf "
            "for a picture, .csv or .jsonl for a table, .npy for samples of the generator, "
            ".safetensors for the weights, .py for a PyTorch program; without a suffix, a folder "
            "for TensorBoard.",
            show_default=False,
        ),
    ],
    what: Annotated[
        str | None,
        typer.Option(metavar="losses|metrics", help="What a table holds; metrics unless told."),
    ] = None,
    step: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Samples and weights are those of the last checkpoint up to this step, a picture "
            "is the last one up to it.",
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Samples of each seed; 10,000 unless told.")
    ] = None,
    view: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="What pictures and films show, such as distribution; can be repeated; board "
            "for all that the window shows.",
        ),
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.ganrun", help="Another run, side by side with this one; up to three."
        ),
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Pixels of a picture or a film; 800x450.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(help="Make a .png that many times as large, 1 to 4.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Draw on a dark ground.")] = False,
    no_caption: Annotated[
        bool, typer.Option("--no-caption", help="Leave out the line with step and metrics.")
    ] = False,
    first: Annotated[int | None, typer.Option("--from", help="A film's first step.")] = None,
    until: Annotated[int | None, typer.Option(help="A film's last step.")] = None,
    every: Annotated[int | None, typer.Option(help="Film every n-th picture of the run.")] = None,
    seconds: Annotated[
        float | None, typer.Option(help="The length of a film; at most 10 unless told.")
    ] = None,
    hold: Annotated[
        float | None, typer.Option(help="Of these, the seconds for which the last picture stays.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="A film that ends, rather than begins again.")
    ] = False,
) -> int:
    """Write what a run file holds to a file for other programs: data, pictures, films."""
    from ganstudio.cli.export import Wish, export
    from ganstudio.cli.export_film import Interrupted

    drawing = {
        "view": view or None,
        "beside": beside or None,
        "size": size,
        "scale": scale,
        "dark": dark or None,
        "no-caption": no_caption or None,
        "from": first,
        "until": until,
        "every": every,
        "seconds": seconds,
        "hold": hold,
        "once": once or None,
    }
    try:
        typer.echo(export(path, to, Wish(what, step, count, drawing)))
    except Interrupted as interrupted:
        return interrupted.code
    return OK


@app.command(epilog=SHARE_EXAMPLES)
def share(what: What, settings: Settings = None) -> None:
    """Print an experiment as one line that can be pasted into chat and opened again."""
    from ganstudio.cli.training import choose
    from ganstudio.data.share import to_text

    typer.echo(to_text(choose(what, settings or [], {})))


@app.command()
def presets() -> None:
    """List the experiments that come with the program."""
    from ganstudio.cli.tables import show_presets

    show_presets()


@app.command()
def doctor() -> None:
    """Look at this machine: versions, devices, display, fonts, and what is missing."""
    from ganstudio.cli.doctor import examine

    examine()
