"""Layers that torch has not, or not so that they can be followed number by number."""

from __future__ import annotations

from ganstudio.core.networks import Discriminator
from ganstudio.export.script.text import block
from ganstudio.export.script.weights import FirstLayers

DROPOUT = block('''
    class Dropout(nn.Module):
        """Leaves out a share of the units at random while it trains (Srivastava et al. 2014).

        As nn.Dropout does, but with numbers from a stream for each pass and layer, so that a
        run can be repeated number by number.
        """

        def __init__(self, number, rate):
            super().__init__()
            self.number, self.rate = number, rate

        def forward(self, h, name):
            if not self.training:
                return h
            kept = uniform(f"{name}.dropout.{self.number}", *h.shape) >= self.rate
            return h * kept / (1 - self.rate)
''')
MINIBATCH_STD = block('''
    def minibatch_std(h):
        """How much the samples of a batch differ, as one more feature (Karras et al. 2018, 3)."""
        # The root of 0 has no finite gradient; a collapsed batch has exactly that variance.
        spread = torch.sqrt(h.var(0, unbiased=False) + 1e-8).mean()
        return spread.expand(len(h), 1)
''')
SPECTRAL_NORM = block('''
    def spectral_norm(layer):
        """The largest singular value u W v of a layer's weights, W having a row for each unit.

        Spectral normalisation (Miyato et al. 2018, algorithm 1): D is never steeper than 1 a
        layer. In each update of D the power iteration takes one step towards u and v.
        """
        w = layer.weight.flatten(1)
        with torch.no_grad():
            v = F.normalize(w.T @ layer.u, dim=0)
            u = layer.u
            if layer.iterates:
                u = layer.next_u = F.normalize(w @ v, dim=0)
        return u @ w @ v
''')
SPECTRAL_LINEAR = block('''
    class SpectralLinear(nn.Linear):
        """A linear layer with its weights over their spectral norm."""

        iterates = False

        def forward(self, x):
            return F.linear(x, self.weight / spectral_norm(self), self.bias)
''')
SPECTRAL_CONVOLUTION = block('''
    class SpectralConv2d(nn.Conv2d):
        """A convolution with its weights over their spectral norm."""

        iterates = False

        def forward(self, x):
            w = self.weight / spectral_norm(self)
            return F.conv2d(x, w, self.bias, self.stride, self.padding)
''')
DIRECTIONS = block('''
    def draw_directions(network, rng):
        """Let the power iteration of each layer begin in a random direction."""
        for layer in network.modules():
            if hasattr(layer, "iterates"):
                u = rng.standard_normal(len(layer.weight))
                layer.u = torch.tensor(u / np.linalg.norm(u), dtype=torch.float32)
''')
POWER_ITERATION = block('''
    @contextlib.contextmanager
    def power_iteration(network):
        """All passes in here see u after one more step, which it keeps afterwards."""
        layers = [layer for layer in network.modules() if hasattr(layer, "iterates")]
        for layer in layers:
            layer.iterates = True
        yield
        for layer in layers:
            layer.iterates, layer.u = False, layer.next_u
''')

IDENTITY = block("""
    # As one published program has it, a sample is 1 away from itself.
    distance = distance + torch.eye(len(h)).unsqueeze(-1)
""")


def minibatch_discrimination(d: Discriminator, first: FirstLayers) -> str:
    """The class, with the settings of a discriminator."""
    m = d.minibatch
    own = {"one": ", itself included", "zero": ", itself left out", "identity": ""}[m.itself]
    return block(
        '''
        class MinibatchDiscrimination(nn.Module):
            """Lets D compare the samples of a batch, so that it sees a collapse.

            Salimans et al. 2016, section 3.2: each sample gets $kernels numbers beside its units
            that say how near it is to all of the batch$own.
            """

            def __init__(self, rng, width):
                super().__init__()
                self.projection = $projection

            def forward(self, h):
                m = self.projection(h).view(len(h), $kernels, $dimensions)
                distance = (m.unsqueeze(1) - m.unsqueeze(0)).abs().sum(-1)
                $itself
                likeness = torch.exp(-distance).sum(1)$less
                return torch.cat([h, likeness], dim=1)
        ''',
        kernels=m.kernels,
        dimensions=m.dimensions,
        own=own,
        projection=first.projection("width", m.kernels * m.dimensions),
        itself=IDENTITY if m.itself == "identity" else "",
        less=" - 1" if m.itself == "zero" else "",
    )
