"""Makes the files of this folder and values.json. See README.md.

    python -m venv v && v/bin/pip install pandas==3.1.1 pyreadstat==1.3.7
    v/bin/python make.py

What is in values.json is what was given to the writers, or, for files that came from elsewhere
(FOREIGN), what pyreadstat and pandas read from them; never what Tributary reads.
"""

import datetime as dt
import gzip
import json
import math
import pathlib
import tempfile

import numpy as np
import pandas as pd
import pyreadstat

HERE = pathlib.Path(__file__).parent
LONG = "".join(chr(97 + i % 26) for i in range(700))
values = {}


def shown(value):
    """A cell as Tributary shows it."""
    if value is None or value is pd.NaT or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, dt.datetime):
        return value.isoformat().removesuffix("000")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def note(name, columns):
    values[name] = {column: [shown(v) for v in cells] for column, cells in columns.items()}


NAN = float("nan")
SURVEY = {
    "id": [1, 2, 3, 4, 5, 6],
    "sex": [1.0, 2.0, 2.0, 1.0, NAN, 2.0],
    "age": [34.0, 99.0, 27.0, 98.0, 61.0, 45.0],
    "score": [1.5, NAN, -2.25, 1e10, 0.1, 3.0],
    "opinion": [1.0, 2.0, 3.0, 4.0, 5.0, 3.0],
    "city": ["Zürich", "São Paulo", "", "Łódź", "東京", "Rome"],
    "born": [dt.date(1992, 2, 29), dt.date(1899, 12, 31), dt.date(2000, 1, 1), None, dt.date(1960, 1, 1), dt.date(2026, 11, 27)],
    "seen": [dt.datetime(2026, 11, 27, 10, 30, 15), dt.datetime(1969, 12, 31, 23, 59, 59), None,
             dt.datetime(2000, 2, 29, 12, 0), dt.datetime(1960, 1, 1), dt.datetime(2026, 1, 1, 0, 0, 1)],
    "note": [LONG, "short", "", LONG[:256], LONG[:255], "é" * 200],
}
LABELS = {
    "id": "Number of the person",
    "sex": "Sex as stated",
    "age": "Age in years",
    "opinion": "How satisfied are you?",
    "born": "Date of birth",
}
SEX = {1: "male", 2: "female"}
OPINION = {1: "not at all", 5: "very much"}
AGE = {98: "does not know", 99: "refused"}
READ = dict(SURVEY, sex=["male", "female", "female", "male", None, "female"])


def spss():
    frame = pd.DataFrame(SURVEY)
    frame["clock"] = [dt.time(8, 5), dt.time(23, 59, 59), None, dt.time(0, 0), dt.time(12, 0, 1), dt.time(6, 30)]
    frame["grade"] = ["a", "b", "a", "x", "", "b"]
    frame["region"] = ["north-east", "south-west", "north-east", "none", "", "south-west"]
    expected = dict(READ, age=[34, None, 27, None, 61, 45], clock=frame["clock"].tolist(),
                    grade=["good", "bad", "good", None, None, "bad"],
                    region=["NE", "SW", "NE", None, None, "SW"])
    options = dict(
        file_label="A survey", column_labels=LABELS,
        variable_value_labels={"sex": SEX, "age": AGE, "opinion": OPINION, "grade": {"a": "good", "b": "bad"},
                               "region": {"north-east": "NE", "south-west": "SW"}},
        missing_ranges={"age": [{"lo": 90, "hi": 99}], "grade": ["x"], "region": ["none"]},
        variable_format={"born": "EDATE10", "id": "F8.0"},
    )
    for name, more in [("survey.sav", {}), ("survey_rows.sav", {"row_compress": True}), ("survey.zsav", {"compress": True})]:
        pyreadstat.write_sav(frame, HERE / name, **options, **more)
        note(name, expected)


def stata():
    frame = pd.DataFrame(SURVEY)
    frame["age"] = frame["age"].astype(object)
    frame.loc[[1, 3], "age"] = ["a", "b"]
    expected = dict(READ, age=[34, None, 27, None, 61, 45])
    # pyreadstat writes UTF-8 into all of them. Stata 8 to 13 meant windows-1252.
    for version in [8, 10, 12, 13, 14]:
        narrow = frame.copy()
        if version < 13:
            narrow["note"] = [LONG[:80], "short", "", LONG[:40], "", "é" * 40]
        name = f"survey_v{version}.dta"
        pyreadstat.write_dta(
            narrow, HERE / name, version=version, file_label="A survey", column_labels=LABELS,
            variable_value_labels={"sex": SEX, "opinion": OPINION, "age": {"a": "refused", "b": "does not know"}},
            missing_user_values={"age": ["a", "b"]},
        )
        note(name, dict(expected, note=narrow["note"].tolist()))


def stata_by_pandas():
    days = pd.to_datetime(["2026-11-27", None, "1960-01-01", "1959-12-31"]).astype("datetime64[ns]")
    frame = pd.DataFrame({
        "tiny": pd.Series([1, -100, 100, 0], dtype="int8"),
        "small": pd.Series([1, -32000, 32740, 0], dtype="int16"),
        "large": pd.Series([1, -2_000_000_000, 2_147_483_620, 0], dtype="int32"),
        "single": pd.Series([0.1, NAN, 1e30, -3.0], dtype="float32"),
        "wide": [0.1, NAN, 1e300, -3.0],
        "kind": pd.Categorical(["low", "high", None, "low"], categories=["low", "high"]),
        "name": ["Ärger", "", "plain", "ñandú"],
        "day": days, "month": days, "quarter": days, "half": days, "year": days, "week": days, "moment": days,
    })
    convert = {"day": "td", "month": "tm", "quarter": "tq", "half": "th", "year": "ty", "week": "tw", "moment": "tc"}
    first = lambda *texts: [None if t is None else dt.date.fromisoformat(t) for t in texts]
    expected = {
        "tiny": frame["tiny"].tolist(), "small": frame["small"].tolist(), "large": frame["large"].tolist(),
        "single": [0.1, None, 1e30, -3.0], "wide": frame["wide"].tolist(),
        "kind": ["low", "high", None, "low"], "name": frame["name"].tolist(),
        "day": first("2026-11-27", None, "1960-01-01", "1959-12-31"),
        "month": first("2026-11-01", None, "1960-01-01", "1959-12-01"),
        "quarter": first("2026-10-01", None, "1960-01-01", "1959-10-01"),
        "half": first("2026-07-01", None, "1960-01-01", "1959-07-01"),
        "year": [2026, None, 1960, 1959],
        # The 48th week. pandas takes the last day of 1959 for week 53, which is the first of 1960.
        "week": first("2026-11-26", None, "1960-01-01", "1960-01-01"),
        "moment": [dt.datetime(2026, 11, 27), None, dt.datetime(1960, 1, 1), dt.datetime(1959, 12, 31)],
    }
    labels = {"tiny": "A byte", "day": "A day"}
    for version in [114, 117, 118, 119]:
        for order in ["little", "big"]:
            name = f"types_{version}_{order}.dta"
            more = dict(convert_strl=["texts"]) if version >= 117 else {}
            data, wanted = frame, dict(expected)
            if version >= 117:
                texts = [LONG * 4, "", "same", "same"]
                data, wanted = frame.assign(texts=texts), dict(expected, texts=texts)
            data.to_stata(HERE / name, write_index=False, version=version, byteorder=order, convert_dates=convert,
                          variable_labels=labels, **more)
            note(name, wanted)


def transport():
    frame = pd.DataFrame(SURVEY).drop(columns=["note"])
    expected = {k: v for k, v in SURVEY.items() if k != "note"}
    for version in [5, 8]:
        name = f"survey_v{version}.xpt"
        data = frame.rename(columns={"opinion": "opinion" if version == 5 else "opinion_of_the_person"})
        pyreadstat.write_xport(data, HERE / name, file_label="A survey", column_labels=LABELS, table_name="SURVEY",
                               file_format_version=version, variable_format={"born": "DATE9", "seen": "DATETIME20"})
        note(name, {data.columns[i]: cells for i, cells in enumerate(expected.values())})


FOREIGN = ["S4_EDUC1.dta", "airline.sas7bdat", "paxraw_d_short.xpt"] + [f"test{n}.sas7bdat.gz" for n in [2, 3, 9, 14]]


def foreign():
    for name in FOREIGN:
        whole = (HERE / name).read_bytes()
        with tempfile.NamedTemporaryFile(suffix=name.removesuffix(".gz")) as file:
            file.write(gzip.decompress(whole) if name.endswith(".gz") else whole)
            file.flush()
            read = {".dta": pyreadstat.read_dta, ".xpt": pyreadstat.read_xport}.get(name[-4:], pyreadstat.read_sas7bdat)
            frame, meta = read(file.name)
        # The first columns of the large ones, which have a hundred columns of the same four kinds.
        frame = frame.iloc[:, :12]
        labels = meta.variable_value_labels
        if name.endswith(".dta"):
            # Singles are shown by the shortest number that they stand for.
            frame = frame.map(lambda v: float(str(np.float32(v))) if isinstance(v, float) else v)
        note(name, {column: [labels.get(column, {}).get(v, v) for v in frame[column].astype(object)] for column in frame})


spss()
stata()
stata_by_pandas()
transport()
foreign()
files = []
for name, columns in values.items():
    lines = [f"  {json.dumps(column)}: {json.dumps(cells, ensure_ascii=False)}" for column, cells in columns.items()]
    files.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
(HERE / "values.json").write_text("{\n" + ",\n".join(files) + "\n}\n", encoding="utf-8")
