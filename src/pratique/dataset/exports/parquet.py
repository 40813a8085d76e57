"""Labels as Parquet (https://parquet.apache.org): written by DuckDB from the published JSON lines."""

from __future__ import annotations

from pathlib import Path

from pratique.dataset.exports.columns import columns, table_type
from pratique.dataset.shapes import DatasetError


def write(source: Path, target: Path) -> None:
    """Write `target` with one row for each line of `source`, in its order.

    Raises:
        DatasetError: DuckDB is not installed, or cannot write there.

    """
    try:
        import duckdb
    except ImportError as error:
        raise DatasetError("Parquet needs DuckDB", hint="pip install 'pratique[dataset]'") from error
    picked = ", ".join(f"{'.'.join(_quoted(part) for part in one.path)} AS {_quoted(one.name)}" for one in columns())
    fields = ", ".join(f"{_quoted(name)}: {_text(sql)}" for name, sql in table_type().items())
    lines = f"read_json({_text(str(source))}, format='newline_delimited', columns={{{fields}}})"
    try:
        with duckdb.connect(config={"threads": 1}) as database:
            database.execute("SET preserve_insertion_order = true")
            database.execute(f"COPY (SELECT {picked} FROM {lines}) TO {_text(str(target))} (FORMAT parquet)")  # noqa: S608  our own names
    except duckdb.Error as error:
        raise DatasetError(f"cannot write {target}: {str(error).splitlines()[0]}") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
