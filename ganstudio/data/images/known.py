"""Image sets that everybody knows: what they show, who made them, where they can be had.

The hashes are of the unpacked files, as several projects publish them: what gzip writes around the
same bytes differs from mirror to mirror. Of KMNIST, which has one home, the packed ones are known.
"""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("train", "t10k")
"""How the files of the pictures to learn from begin, and of those held out."""


@dataclass(frozen=True)
class Remote:
    """A file that can be downloaded."""

    name: str
    """Without the end ".gz", which it has on every mirror."""
    sha256: str
    is_packed: bool = False
    """Whether the hash is of the file as it is downloaded."""


@dataclass(frozen=True)
class KnownSet:
    """An image set on the internet."""

    name: str
    title: str
    classes: tuple[str, ...]
    attribution: str
    size: int
    """Megabytes to download."""
    mirrors: tuple[str, ...]
    """Addresses of folders; all hold the same files."""
    files: tuple[Remote, ...]


def _files(*hashes: str, is_packed: bool = False) -> tuple[Remote, ...]:
    names = [f"{part}-{what}-ubyte" for part in PARTS for what in ("images-idx3", "labels-idx1")]
    return tuple(
        Remote(name, sha256, is_packed) for name, sha256 in zip(names, hashes, strict=True)
    )


MNIST = KnownSet(
    "mnist",
    "MNIST",
    tuple("0123456789"),
    "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits, "
    "CC BY-SA 3.0",
    12,
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    _files(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
FASHION = KnownSet(
    "fashion",
    "Fashion-MNIST",
    (
        "T-shirt",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    "H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST, arXiv 1708.07747, MIT licence",
    31,
    (
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    _files(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)
KMNIST = KnownSet(
    "kmnist",
    "KMNIST",
    ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "T. Clanuwat et al. (2018), Deep Learning for Classical Japanese Literature, arXiv 1812.01718: "
    "KMNIST Dataset (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and "
    "others), doi:10.20676/00000341, CC BY-SA 4.0",
    21,
    (
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ),
    _files(
        "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        is_packed=True,
    ),
)
KNOWN = {known.name: known for known in (MNIST, FASHION, KMNIST)}
