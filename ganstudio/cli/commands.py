"""The commands, and how each of them ends: one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, cast

import typer

from ganstudio.cli import BAD_INPUT, FAILED, INTERRUPTED, OK, options, say
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
        say(f"{arguments[0]} failed: {type(error).__name__}: {first_line}")
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
    what: options.What,
    settings: options.Settings = None,
    steps: options.Steps = None,
    seed: options.Seed = None,
    replicas: options.Replicas = None,
    device: options.Device = None,
    threads: options.Threads = None,
    start_from: options.StartFrom = None,
    save_weights: options.SaveWeights = None,
    out: options.Out = None,
    as_json: options.Json = False,
) -> int:
    """Train a GAN and say how it ended. Ctrl-C stops it and shows the results so far."""
    from ganstudio.cli.experiments import choose
    from ganstudio.cli.places import check_run_file, check_weights_file
    from ganstudio.cli.training import run

    fields = {
        "steps": steps,
        "seed": seed,
        "replicas": replicas,
        "device": device,
        "threads": threads,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    experiment = choose(what, settings or [], given)
    if out is not None:
        check_run_file(out)
    if save_weights is not None:
        check_weights_file(save_weights)
    return run(
        experiment, as_json=as_json, start_from=start_from, save_weights=save_weights, record=out
    )


@app.command()
def resume(
    path: options.RunFile, steps: options.AllSteps = None, as_json: options.Json = False
) -> int:
    """Go on in a run file, as if it had never stopped."""
    from ganstudio.cli.training import resume

    return resume(path, steps=steps, as_json=as_json)


@app.command()
def info(path: options.RunFile, as_json: options.Json = False) -> None:
    """Say what a run file holds."""
    from ganstudio.cli.info import show

    show(path, as_json=as_json)


@app.command(epilog=EXPORT_EXAMPLES)
def export(
    path: options.RunFile,
    to: options.To,
    overwrite: options.Overwrite = False,
    what: options.Table = None,
    step: options.Step = None,
    count: options.Count = None,
    view: options.View = None,
    beside: options.Beside = None,
    size: options.Size = None,
    scale: options.Scale = None,
    dark: options.Dark = False,
    no_caption: options.NoCaption = False,
    first: options.First = None,
    until: options.Until = None,
    every: options.Every = None,
    seconds: options.Seconds = None,
    hold: options.Hold = None,
    once: options.Once = False,
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
        wish = Wish(what, step, count, drawing)
        typer.echo(export(path, to, wish, overwrite=overwrite))
    except Interrupted as interrupted:
        return interrupted.code
    return OK


@app.command(epilog=SHARE_EXAMPLES)
def share(what: options.What, settings: options.Settings = None) -> None:
    """Print an experiment as one line that can be pasted into chat and opened again."""
    from ganstudio.cli.experiments import choose
    from ganstudio.data.share import to_text

    typer.echo(to_text(choose(what, settings or [], {})))


@app.command()
def presets() -> None:
    """List the experiments that come with the program."""
    from ganstudio.cli.tables import show_presets

    show_presets()


data = typer.Typer(invoke_without_command=True, no_args_is_help=False)
app.add_typer(data, name="data")


@data.callback()
def _data(context: typer.Context) -> None:
    """List the sets of pictures that a GAN can learn from, and which are on this machine."""
    if context.invoked_subcommand is None:
        from ganstudio.cli.pictures import show

        show()


@data.command()
def get(name: options.SetName) -> None:
    """Download a set of pictures; what was cut off goes on where it was."""
    from ganstudio.cli.pictures import get as bring

    bring(name)


@app.command()
def doctor() -> None:
    """Look at this machine: versions, devices, display, fonts, and what is missing."""
    from ganstudio.cli.doctor import examine

    examine()
