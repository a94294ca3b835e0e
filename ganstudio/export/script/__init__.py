"""An experiment as one file of plain PyTorch, for reading, running and taking further.

The script needs torch and numpy. It draws its data, noise and first weights from the same
generators as the experiment, so its losses are the experiment's own.

Every choice that an experiment has is a table here, from its classes to their text: what is
new in a union needs a line in its table, and a test says so where one is missing.
"""

from ganstudio.export.script.compose import pytorch_script
from ganstudio.export.script.writing import write_script

__all__ = ["pytorch_script", "write_script"]
