"""The two networks: multilayer perceptrons over a stack of replicas, convolutions for pictures.

Data has shape (R, batch, features). R replicas are trained side by side and never see each
other.
"""

from ganstudio.core.networks.comparing import MinibatchDiscrimination
from ganstudio.core.networks.convolution import Convolution
from ganstudio.core.networks.discriminator import Discriminator
from ganstudio.core.networks.generator import Generator
from ganstudio.core.networks.layers import Dense, Layer, LinearMap, Part, Pass
from ganstudio.core.networks.network import Network

__all__ = [
    "Convolution",
    "Dense",
    "Discriminator",
    "Generator",
    "Layer",
    "LinearMap",
    "MinibatchDiscrimination",
    "Network",
    "Part",
    "Pass",
]
