"""Editors made from specs. Each has `value()`, `setValue()` and `valueChanged`.

`SpecForm` is the one to use; the others are what it is made of.
"""

from ganstudio.app.forms.choices import ChoiceEdit, KindEdit, Switch, TextEdit
from ganstudio.app.forms.form import SpecForm
from ganstudio.app.forms.numbers import FloatEdit, IntEdit
from ganstudio.app.forms.sequence import SequenceEdit

__all__ = [
    "ChoiceEdit",
    "FloatEdit",
    "IntEdit",
    "KindEdit",
    "SequenceEdit",
    "SpecForm",
    "Switch",
    "TextEdit",
]
