"""Every command of the window in one table: id, text, icon, shortcut, what it does."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

Keys = str | QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """One row of the table; `menu` says where it stands, "" for nowhere."""

    id: str
    menu: str
    text: str
    help: str
    icon: str = ""
    keys: tuple[Keys, ...] = ()
    repeats: bool = False
    """Whether holding the key goes on."""
    ticked: bool = False
    """Whether its menu entry shows if it is on."""
    separated: bool = False
    """Whether a line stands above it in its menu."""


_Standard = QKeySequence.StandardKey

COMMANDS = (
    Command(
        "open",
        "File",
        "Open…",
        "Open an experiment (TOML) or a run with all its steps (.ganrun).",
        "open",
        (_Standard.Open,),
    ),
    Command("save", "File", "Save", "Save the experiment to its file.", "save", (_Standard.Save,)),
    Command(
        "save_as", "File", "Save as…", "Save the experiment to another file.", "", ("Ctrl+Shift+S",)
    ),
    Command(
        "save_run",
        "File",
        "Save run as…",
        "Save a copy of this run with all its steps: it can be replayed and trained on.",
        "",
        ("Ctrl+Shift+R",),
    ),
    Command(
        "picture",
        "File",
        "Save picture…",
        "Save the current plot as PNG, SVG or PDF.",
        "camera",
        ("Ctrl+P",),
        separated=True,
    ),
    Command(
        "copy_picture",
        "File",
        "Copy picture",
        "Copy the current plot to the clipboard.",
        "copy",
        ("Ctrl+Shift+C",),
    ),
    Command(
        "board",
        "File",
        "Save picture of all views…",
        "Save all views of this run together as PNG, SVG or PDF.",
        "",
        (),
    ),
    Command(
        "film",
        "File",
        "Export film…",
        "Make a GIF, WebP, APNG or video of this run, while it trains on.",
        "film",
        ("Ctrl+E",),
    ),
    Command(
        "data",
        "File",
        "Export data…",
        "Write metrics, losses, samples, weights or a TensorBoard log.",
        "export",
        ("Ctrl+Shift+E",),
    ),
    Command(
        "script",
        "File",
        "Export as PyTorch…",
        "Write one readable program that trains this experiment with torch alone.",
        "",
        (),
    ),
    Command(
        "quit",
        "File",
        "Quit",
        "Stop the run and close the window.",
        "",
        (_Standard.Quit, "Ctrl+Q"),
        separated=True,
    ),
    Command("undo", "Edit", "Undo", "Take the last edit back.", "undo", (_Standard.Undo,)),
    Command("redo", "Edit", "Redo", "Do the edit again.", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command(
        "share",
        "Edit",
        "Copy experiment as text",
        "Copy the whole experiment as one line, to be pasted into a chat.",
        "",
        ("Ctrl+Shift+X",),
        separated=True,
    ),
    Command(
        "paste",
        "Edit",
        "Paste experiment",
        "Open the experiment that is on the clipboard as such a line, or a file that was copied.",
        "",
        ("Ctrl+Shift+V",),
    ),
    Command("toggle", "Run", "Train or pause", "Start training, or pause it.", "play", ("Space",)),
    Command(
        "step",
        "Run",
        "One step",
        "One step: update D, then G, then wait.",
        "step",
        ("Right",),
        repeats=True,
    ),
    Command(
        "step_d",
        "Run",
        "One step of D",
        "Update the discriminator alone, once.",
        "",
        ("Shift+D",),
        repeats=True,
    ),
    Command(
        "step_g",
        "Run",
        "One step of G",
        "Update the generator alone, once.",
        "",
        ("Shift+G",),
        repeats=True,
    ),
    Command(
        "run_to",
        "Run",
        "Train to step…",
        "Train until a step that you name, then pause.",
        "",
        ("Ctrl+G",),
    ),
    Command(
        "reset",
        "Run",
        "Reset",
        "Back to the untrained networks, with the same seed.",
        "reset",
        ("R",),
        separated=True,
    ),
    Command(
        "new_seed",
        "Run",
        "New seed",
        "Start over with other first weights and samples.",
        "seed",
        ("N",),
    ),
    Command(
        "transfer",
        "Run",
        "Restart from these networks",
        "Start over with all edits, but from the networks as they are trained now (transfer); "
        "the panel can freeze layers.",
        "",
        ("Ctrl+T",),
    ),
    Command(
        "go_back",
        "Run",
        "Back to the last good step",
        "Take back the step in which a number stopped being finite.",
        "",
        ("B",),
    ),
    Command(
        "faster",
        "Run",
        "Faster",
        "The next higher speed.",
        "",
        ("+", "="),
        repeats=True,
        separated=True,
    ),
    Command("slower", "Run", "Slower", "The next lower speed.", "", ("-",), repeats=True),
    Command(
        "replay",
        "Timeline",
        "Replay",
        "Run through the pictures of this run like a film, or stop.",
        "replay",
        ("P",),
    ),
    Command(
        "picture_back",
        "Timeline",
        "Previous picture",
        "Look at the picture before.",
        "back",
        (",",),
        repeats=True,
    ),
    Command(
        "picture_on",
        "Timeline",
        "Next picture",
        "Look at the picture after.",
        "on",
        (".",),
        repeats=True,
    ),
    Command(
        "mark_back",
        "Timeline",
        "Previous event",
        "Jump back to where something happened: an edit, a collapse, ...",
        "mark-back",
        ("Ctrl+,",),
        repeats=True,
    ),
    Command(
        "mark_on",
        "Timeline",
        "Next event",
        "Jump to where something happened next: an edit, a collapse, ...",
        "mark-on",
        ("Ctrl+.",),
        repeats=True,
    ),
    Command(
        "loop",
        "Timeline",
        "Loop",
        "Replay again and again.",
        "loop",
        (),
        ticked=True,
    ),
    Command(
        "live",
        "Timeline",
        "Live",
        "Follow the end: show every new step as it comes.",
        "",
        ("End",),
        ticked=True,
        separated=True,
    ),
    Command(
        "branch",
        "Timeline",
        "Go on from here",
        "Train on from the step that is looked at, as a run of its own.",
        "branch",
        ("Ctrl+B",),
    ),
    Command(
        "panel",
        "View",
        "Settings panel",
        "Show or hide the settings panel.",
        "settings",
        ("F9",),
        ticked=True,
    ),
    Command(
        "fleet",
        "View",
        "Many seeds",
        "Show or hide the page that compares the seeds of a fleet.",
        "",
        ("M",),
        ticked=True,
    ),
    Command(
        "explore",
        "View",
        "Explore pictures",
        "Show or hide the page about a run on pictures: latent space, data, scores, adversarial "
        "examples, transfer.",
        "",
        ("E",),
        ticked=True,
    ),
    Command(
        "library",
        "View",
        "Library",
        "Show or hide all runs that were recorded: find, open, compare, note down.",
        "library",
        ("L", "Ctrl+Shift+O"),
        ticked=True,
    ),
    Command(
        "compare",
        "View",
        "Compare with the run before",
        "Put this run and the one it was made from, or the one before it, on one timeline.",
        "",
        ("C",),
    ),
    Command("restore", "View", "Restore the layout", "Put all views back where they were.", "", ()),
    Command(
        "large_text",
        "View",
        "Large text",
        "Larger text and lines, for a projector.",
        "projector",
        ("Ctrl+L",),
        ticked=True,
        separated=True,
    ),
    Command(
        "full_screen",
        "View",
        "Full screen",
        "Give the window the whole screen.",
        "full-screen",
        ("F11",),
        ticked=True,
    ),
    Command(
        "full_plot",
        "View",
        "Enlarge the current plot",
        "Show one plot alone (or double-click it); Escape brings the others back.",
        "",
        ("F",),
    ),
    Command("shortcuts", "Help", "Keyboard shortcuts", "List all keys.", "help", ("F1", "?")),
    Command("about", "Help", "About GAN Studio", "Versions and licence.", "info"),
)

MENUS = ("File", "Edit", "Run", "Timeline", "View", "Help")
