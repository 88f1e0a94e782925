"""Reads one file with several libraries and prints the cells of each as JSON, in one plain form.

Missing: null. Whole numbers: as text, so that no digit is lost. Numbers: as their shortest text.
Dates, date-times and times: ISO 8601. Everything else: as it is.
"""

import datetime
import decimal
import json
import math
import sys


def plain(value):
    if value is None:
        return None
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, decimal.Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep="T")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value


def of_columns(columns):
    return {name: [plain(v) for v in values] for name, values in columns}


def with_polars(path, kind):
    import polars

    if kind == "csv":
        # As texts: what a CSV file says, not what a reader makes of it.
        frame = polars.read_csv(path, infer_schema=False)
    elif kind == "parquet":
        frame = polars.read_parquet(path)
    elif kind == "arrow":
        frame = polars.read_ipc_stream(path)
    elif kind == "json":
        frame = polars.read_json(path, infer_schema_length=None)
    elif kind == "ndjson":
        frame = polars.read_ndjson(path, infer_schema_length=None)
    else:
        return None
    return of_columns((name, frame[name].to_list()) for name in frame.columns)


def with_pandas(path, kind):
    import pandas

    if kind == "csv":
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    elif kind == "xlsx":
        frame = pandas.read_excel(path, dtype=object, keep_default_na=False)
        frame = frame.astype(object).where(frame.notna() & (frame != ""), None)
    else:
        return None
    return of_columns((name, frame[name].tolist()) for name in frame.columns)


def with_duckdb(path, kind):
    import duckdb

    quoted = path.replace("'", "''")
    source = {
        "csv": f"read_csv('{quoted}', all_varchar=true, header=true)",
        "parquet": f"read_parquet('{quoted}')",
        "json": f"read_json('{quoted}', sample_size=-1)",
        "ndjson": f"read_json('{quoted}', format='newline_delimited', sample_size=-1)",
    }.get(kind)
    if source is None:
        return None
    result = duckdb.sql(f"SELECT * FROM {source}")
    rows = result.fetchall()
    return of_columns((name, [row[i] for row in rows]) for i, name in enumerate(result.columns))


def with_pyarrow(path, kind):
    import pyarrow
    import pyarrow.parquet

    if kind == "parquet":
        table = pyarrow.parquet.read_table(path)
    elif kind == "arrow":
        with pyarrow.OSFile(path) as file:
            table = pyarrow.ipc.open_stream(file).read_all()
    else:
        return None
    table.validate(full=True)
    return of_columns((name, table[name].to_pylist()) for name in table.column_names)


def with_openpyxl(path, kind):
    if kind != "xlsx":
        return None
    import openpyxl

    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    return of_columns((name, [row[i] for row in rows[1:]]) for i, name in enumerate(rows[0]))


def with_json(path, kind):
    if kind not in ("json", "ndjson"):
        return None
    with open(path, encoding="utf-8") as file:
        rows = json.load(file) if kind == "json" else [json.loads(line) for line in file]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return of_columns((name, [row.get(name) for row in rows]) for name in names)


readers = {
    "polars": with_polars,
    "pandas": with_pandas,
    "duckdb": with_duckdb,
    "pyarrow": with_pyarrow,
    "openpyxl": with_openpyxl,
    "json": with_json,
}
answer = {}
# Arguments: kind and path, again and again.
for kind, path in zip(sys.argv[1::2], sys.argv[2::2]):
    answer[kind] = {}
    for name, read in readers.items():
        columns = read(path, kind)
        if columns is not None:
            answer[kind][name] = columns
json.dump(answer, sys.stdout, ensure_ascii=True)
