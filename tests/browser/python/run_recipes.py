"""Runs the SQL of recipes in other databases and compares the rows with those the steps gave.

Usage: run_recipes.py FOLDER. A case in the folder claims databases in its spec.json ("also_in"); its
input.csv and its expected.txt (the SQL and the rows as the golden test wrote them) do the rest. Prints
a JSON list of [case, database, what is wrong or null].
"""

import csv
import datetime
import json
import math
import os
import sqlite3
import sys

import duckdb

MISSING = "·"


def cell(text):
    """A cell of a CSV file as the app reads it: a number, a date, text, or nothing."""
    text = text.strip() if text.strip() == "" else text
    if text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def columns_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    columns = []
    for name, cells in zip(head, zip(*rows)):
        values = [cell(text) for text in cells]
        present = [v for v in values if v is not None]
        if all(isinstance(v, int) for v in present):
            kind = "BIGINT"
        elif all(isinstance(v, (int, float)) for v in present):
            kind = "DOUBLE"
        elif all(is_date(v) for v in present):
            kind = "DATE"
        else:
            kind = "VARCHAR"
            values = [text if text.strip() else None for text in cells]
        columns.append((name, kind, values))
    return columns


def is_date(value):
    try:
        datetime.date.fromisoformat(str(value))
        return len(str(value)) == 10
    except ValueError:
        return False


def section(text, title):
    """The lines of expected.txt below a title, up to the next."""
    lines = text.splitlines()
    rest = lines[lines.index(title) + 1 :]
    ends = [i for i, line in enumerate(rest) if not line.startswith("  ")]
    return [line[2:] for line in rest[: ends[0] if ends else len(rest)]]


def plain(value):
    """One text for what is the same value in two programs."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    try:
        return repr(round(float(value), 9))
    except (TypeError, ValueError):
        return str(value)


def run(database, columns, sql):
    kinds = ", ".join(f'"{name}" {kind}' for name, kind, _ in columns)
    holes = ", ".join("?" for _ in columns)
    with (duckdb.connect() if database == "duckdb" else sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE TABLE "input" ({kinds})')
        connection.executemany(f'INSERT INTO "input" VALUES ({holes})', list(zip(*(v for _, _, v in columns))))
        return connection.execute(sql).fetchall()


def check(folder, database):
    with open(os.path.join(folder, "expected.txt"), encoding="utf-8") as file:
        expected = file.read()
    head, *rows = section(expected, "rows")
    wanted = sorted([plain(None if c == MISSING else c) for c in row.split(" | ")] for row in rows)
    try:
        got = run(database, columns_of(os.path.join(folder, "input.csv")), "\n".join(section(expected, "SQL")))
    except (duckdb.Error, sqlite3.Error) as error:
        return str(error).splitlines()[0]
    # SQLite has no truth values: 0 and 1 stand for them.
    flags = [all(row[i] in ("true", "false", MISSING) for row in wanted) for i in range(len(head.split(" | ")))]
    as_flag = {"1.0": "true", "0.0": "false"}
    texts = [[plain(value) for value in row] for row in got]
    if database == "sqlite":
        texts = [[as_flag.get(text, text) if flag else text for text, flag in zip(row, flags)] for row in texts]
    return None if sorted(texts) == wanted else f"{sorted(texts)} instead of {wanted}"


def main(folder):
    out = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name, "spec.json"), encoding="utf-8") as file:
            databases = json.load(file).get("also_in", [])
        out += [[name, database, check(os.path.join(folder, name), database)] for database in databases]
    print(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1])
