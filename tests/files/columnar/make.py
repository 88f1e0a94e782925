"""Writes the Parquet and Arrow files of this folder that are not from elsewhere, with pyarrow 26.0.1."""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

here = pathlib.Path(__file__).parent
N = 40
some = lambda make: [None if i % 7 == 3 else make(i) for i in range(N)]
day = datetime.date(2026, 11, 27)
moment = datetime.datetime(2026, 11, 27, 8, 30)

plain = {
    "id": pa.array(range(N), pa.int64()),
    "small": pa.array(some(lambda i: i - 20), pa.int8()),
    "unsigned": pa.array(some(lambda i: i * 50_000_000), pa.uint32()),
    "half": pa.array(some(lambda i: i / 8), pa.float32()),
    "value": pa.array(some(lambda i: i * 1.25 - 3), pa.float64()),
    "yes": pa.array(some(lambda i: i % 3 == 0), pa.bool_()),
    "text": pa.array(some(lambda i: f"sample {i % 5}"), pa.string()),
    "bytes": pa.array(some(lambda i: bytes([i, 255 - i])), pa.binary()),
    "day": pa.array(some(lambda i: day + datetime.timedelta(days=i)), pa.date32()),
    "at": pa.array(some(lambda i: moment + datetime.timedelta(minutes=i)), pa.timestamp("ms", tz="UTC")),
    "time": pa.array(some(lambda i: datetime.time(i % 24, i)), pa.time64("us")),
    "price": pa.array(some(lambda i: decimal.Decimal(i) / 100), pa.decimal128(12, 2)),
    "fixed": pa.array(some(lambda i: bytes([i] * 4)), pa.binary(4)),
    "nothing": pa.nulls(N),
}
kinds = pa.array(some(lambda i: ["low", "high", "none"][i % 3])).dictionary_encode()
nested = {
    "id": pa.array(range(N), pa.int64()),
    "list": pa.array(some(lambda i: list(range(i % 4))), pa.list_(pa.int32())),
    "words": pa.array(some(lambda i: ["a", None, "c"][: i % 4]), pa.large_list(pa.string())),
    "pair": pa.array(some(lambda i: {"x": i, "y": None if i % 2 else str(i)}), pa.struct([("x", pa.int32()), ("y", pa.string())])),
    "deep": pa.array(some(lambda i: [[{"k": i}], []]), pa.list_(pa.list_(pa.struct([("k", pa.int64())])))),
    "map": pa.array(some(lambda i: [(f"k{i}", i)]), pa.map_(pa.string(), pa.int32())),
}

table = pa.table({**plain, "kind": kinds})
for name in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
    pq.write_table(table, here / f"{name}.parquet", compression=name, row_group_size=25)
pq.write_table(table, here / "pages_v2.parquet", compression="snappy", data_page_version="2.0", data_page_size=64, write_page_index=True)
by_type = {
    "id": "DELTA_BINARY_PACKED",
    "small": "DELTA_BINARY_PACKED",
    "value": "BYTE_STREAM_SPLIT",
    "half": "BYTE_STREAM_SPLIT",
    "text": "DELTA_BYTE_ARRAY",
    "bytes": "DELTA_LENGTH_BYTE_ARRAY",
    "yes": "RLE",
}
encoded = pa.table({name: plain[name] for name in by_type})
pq.write_table(encoded, here / "encodings.parquet", compression="none", use_dictionary=False, column_encoding=by_type, data_page_version="2.0")
pq.write_table(pa.table(nested), here / "nested.parquet", compression="none")
pq.write_table(table.slice(0, 0), here / "no_rows.parquet")

views = {"id": plain["id"], "view": plain["text"].cast(pa.string_view()), "large": plain["text"].cast(pa.large_string())}
for name, content in [("plain", table), ("nested", pa.table(nested)), ("views", pa.table(views))]:
    for writer, ending in [(ipc.new_file, "arrow"), (ipc.new_stream, "arrows")]:
        with writer(here / f"{name}.{ending}", content.schema) as out:
            out.write_table(content, max_chunksize=25)
