"""Arrow columns of the contract's types from numpy arrays, and Parquet files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from strata.simulate.settings import NAT

# The contract's types that are not plain numpy ones.
TEXT = pa.string()
TIME = pa.timestamp("us")
DAY = pa.date32()
MONEY = pa.decimal128(18, 2)

# Prefixes of ids and their digits: accounts, persons, devices, orders, refunds,
# events, products, content, messages, ledger entries, invitations, feedback.
ID_DIGITS = {
    "u": 7,
    "person": 7,
    "d": 7,
    "o": 8,
    "r": 7,
    "e": 9,
    "p": 4,
    "c": 6,
    "m": 8,
    "l": 8,
    "i": 7,
    "f": 7,
}

# Rows of a row group: what a reader with little memory takes at once.
ROW_GROUP_ROWS = 500_000

# Columns whose values never repeat, where a Parquet dictionary only costs time.
UNIQUE_COLUMNS = frozenset(
    {"event_id", "order_id", "message_id", "entry_id", "event_at", "loaded_at"}
)

_HEX_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _validity(present: np.ndarray) -> pa.Buffer | None:
    """Pack a boolean mask [n] into an Arrow validity bitmap."""
    if present.all():
        return None
    return pa.py_buffer(np.packbits(present, bitorder="little").tobytes())


def _fixed_text(characters: np.ndarray, present: np.ndarray) -> pa.Array:
    """Turn ASCII codes [n, width] into n strings, null where not present."""
    rows, width = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    buffers = [_validity(present), pa.py_buffer(offsets), pa.py_buffer(characters)]
    return pa.Array.from_buffers(TEXT, rows, buffers)


def ids(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Return ids such as u0000123 for numbers [n]; a negative number gives null."""
    digits = ID_DIGITS[prefix]
    numbers = np.asarray(numbers, dtype=np.int64)
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    characters = np.empty((len(numbers), len(head) + digits), dtype=np.uint8)
    characters[:, : len(head)] = head
    rest = numbers
    for place in range(characters.shape[1] - 1, len(head) - 1, -1):
        quotient = rest // 10
        characters[:, place] = rest - quotient * 10 + ord("0")
        rest = quotient
    return _fixed_text(characters, numbers >= 0)


def hashes(octets: np.ndarray, present: np.ndarray) -> pa.Array:
    """Return octets [n, k] as made-up hashes of 2k hex digits."""
    nibbles = np.stack([octets >> 4, octets & 15], axis=2).reshape(len(octets), -1)
    return _fixed_text(_HEX_DIGITS[nibbles], present)


def labels(names: Sequence[str | None], index: np.ndarray) -> pa.Array:
    """Return names[index] as a dictionary column; null where the index is -1."""
    distinct = list(dict.fromkeys(name for name in names if name is not None))
    place = {name: position for position, name in enumerate(distinct)}
    codes = [-1 if name is None else place[name] for name in names]
    return encoded(pa.array(distinct, TEXT), np.array([*codes, -1])[index])


def encoded(values: pa.Array, index: np.ndarray) -> pa.Array:
    """Return values[index] as a dictionary column; values must be distinct."""
    codes = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(codes, values)


def times(values: np.ndarray) -> pa.Array:
    """Return microseconds [n] as timestamps; null where NAT."""
    values = np.asarray(values, dtype=np.int64)
    return pa.array(values, mask=values == NAT).view(TIME)


def days(values: np.ndarray) -> pa.Array:
    """Return days since 1970 [n] as dates; null where NAT."""
    missing = values == NAT
    return pa.array(np.where(missing, 0, values).astype(np.int32), mask=missing).view(
        DAY
    )


def money(cents: np.ndarray, present: np.ndarray | None = None) -> pa.Array:
    """Return whole cents [n] as decimal(18,2); null where not present."""
    words = np.empty((len(cents), 2), dtype="<i8")
    words[:, 0] = cents
    words[:, 1] = words[:, 0] >> 63
    bitmap = None if present is None else _validity(present)
    return pa.Array.from_buffers(MONEY, len(cents), [bitmap, pa.py_buffer(words)])


def numbers(values: np.ndarray) -> pa.Array:
    """Return doubles [n]; null where not a number."""
    return pa.array(np.asarray(values, dtype=float), from_pandas=True)


class TableWriter:
    """Writes one Parquet file in pieces; closes it on leaving the context."""

    def __init__(self, path: Path) -> None:
        """Take the file to write; it is created by the first piece."""
        self.path = path
        self.rows = 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> "TableWriter":
        """Enter the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()

    def write(self, columns: dict[str, pa.Array]) -> None:
        """Append one piece; dictionary columns become plain text in the file."""
        table = pa.table(columns)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path,
                table.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=[n for n in columns if n not in UNIQUE_COLUMNS],
                store_schema=False,
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self.rows += table.num_rows


def write_table(path: Path, columns: dict[str, pa.Array]) -> int:
    """Write a whole table; return its rows."""
    with TableWriter(path) as writer:
        writer.write(columns)
    return writer.rows
