"""Tables of numbers: what is read, and one sentence for each thing that can be wrong."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ganstudio.core.targets import Points, Samples
from ganstudio.data.samples import MAX_TABLE_BYTES, read_line, read_plane
from ganstudio.errors import FileError

TEN = "".join(f"{i}.5\n" for i in range(10))


def put(folder: Path, content: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        TEN,
        "height\n" + TEN,
        '"height, cm"\n' + TEN,
        "\ufeffheight\n\n" + TEN.replace("\n", "\r\n"),
        "# height\n  " + TEN.replace("\n", "  \n\n"),
        "".join(f'"{i}.5"\r' for i in range(10)),
        TEN.rstrip("\n"),
        "".join(f"{i}5e-1\n" for i in range(10)).replace("05e", "+5e"),
    ],
)
def test_one_column(tmp_path: Path, content: str) -> None:
    values = read_line(put(tmp_path, content))
    assert values == tuple(i + 0.5 for i in range(10))
    assert Samples(values=values).values == values


@pytest.mark.parametrize(
    "content",
    [
        "1,2\n3,-4\n5e0,6\n",
        "x;y\n1;2\n3;-4\n5;6",
        "x y\n1 2\n3\t-4\n 5   6 \n",
        '"x","y"\n"1","2"\n3 , -4\n5,6\n\n\n',
        "x,y\n1 2\n3;-4\n5,6\n",
    ],
)
def test_two_columns(tmp_path: Path, content: str) -> None:
    positions = read_plane(put(tmp_path, content))
    assert positions == ((1, 2), (3, -4), (5, 6))
    assert Points(positions=positions).positions == positions


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEN + "1,2\n", "line 11: it has 2 columns; each line should have one number"),
        ("h\n" + TEN + "eleven\n", "line 12: 'eleven' is no number"),
        (TEN + "nan\n", "line 11: 'nan' is not finite"),
        (TEN + "-inf\n", "line 11: '-inf' is not finite"),
        (TEN + "1e400\n", "line 11: '1e400' is not finite"),
        (TEN + "2e6\n", "line 11: '2e6' is beyond ±1,000,000"),
        (TEN + "9" * 70 + "\n", "line 11: '99999999999999999...' is no number"),
        ("name\nunit\n" + TEN, "line 2: 'unit' is no number"),
        ("1\n2\n3\n", "it has 3 rows of numbers; at least 10 are needed"),
        ("", "it has 0 rows of numbers"),
        (b"\xff\xfe1\x00\n\x00", "not a text file in UTF-8"),
        (b"1\n" * (MAX_TABLE_BYTES // 2 + 1), "larger than 5,242,880 bytes"),
    ],
)
def test_what_is_no_column(tmp_path: Path, content: str | bytes, says: str) -> None:
    path = put(tmp_path, content)
    with pytest.raises(FileError) as caught:
        read_line(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("1 2\n3 4\n5\n", "line 3: it has 1 column; each line should have two numbers, x and y"),
        ("1,2\n3,4\n5,6,7\n", "line 3: it has 3 columns"),
        ("1,2\n3,\n5,6\n", "line 2: '' is no number"),
        ("x;y\n1,5;2\n3;4\n", "line 2: '1,5' has a comma; write a point before the decimals"),
        ("1,2\n3,4\n", "it has 2 rows of numbers; at least 3 are needed"),
    ],
)
def test_what_is_no_pair_of_columns(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_plane(put(tmp_path, content))
    assert says in str(caught.value)


def test_what_can_not_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(FileError, match="can't be read"):
            read_line(path)


@pytest.mark.parametrize("rows", [20_000, 20_001, 31_000, 100_000])
def test_of_many_rows_an_even_subset_is_kept(tmp_path: Path, rows: int) -> None:
    values = np.array(read_line(put(tmp_path, "".join(f"{i}\n" for i in range(rows)))))
    assert len(values) == 20_000
    gaps = np.diff(values)
    assert gaps.min() >= rows // 20_000
    assert gaps.max() <= -(-rows // 20_000)
    assert values[0] == 0
    assert values[-1] >= rows - -(-rows // 20_000)


tables = st.lists(
    st.one_of(
        st.floats(width=32).map(str),
        st.integers().map(str),
        st.sampled_from([",", ";", " ", "\n", "\r\n", '"', "x", "1_0", "١", "\x1c", "-", "e5"]),
        st.text(max_size=3),
    ),
    max_size=40,
).map("".join)


@given(content=st.one_of(tables.map(str.encode), st.binary(max_size=80)))
@example(content=b"1,2\n" * 3 + b"1_000,2")
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = put(tmp_path, content)
    for read in (read_line, read_plane):
        # No other error comes out of them.
        with contextlib.suppress(FileError):
            assert (np.abs(read(path)) <= 1e6).all()
