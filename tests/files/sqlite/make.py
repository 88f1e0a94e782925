"""Writes the databases of this folder with Python's own sqlite3, and what SQLite itself reads from them.

    python3 make.py
    python3 make.py FOLDER OTHER.db …   puts databases of others, and what SQLite reads from them, into FOLDER;
                                        TRIBUTARY_SQLITE=FOLDER cargo test sqlite then compares those

Each database is kept as NAME.sqlite.gz, beside NAME.json.gz: for each table its columns and rows as SQLite
gives them, and the keys that its pragmas tell. tests/suite/sqlite.rs compares every cell.
"""

import gzip
import json
import pathlib
import random
import sqlite3
import struct
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TEMPORARY = tempfile.TemporaryDirectory()
WORK = pathlib.Path(TEMPORARY.name)


def plain(value):
    if isinstance(value, bytes):
        return {"blob": value.hex()}
    if isinstance(value, float):
        # With all digits; JSON has no infinity.
        return {"real": repr(value)}
    if isinstance(value, int):
        return {"int": str(value)}
    return value


def oracle(path):
    db = sqlite3.connect(path)
    names = [n for (n,) in db.execute("select name from sqlite_schema where type = 'table' and rootpage > 0")]
    # What search indexes keep for themselves; the texts are in …_content.
    shadows = [n for (n,) in db.execute("select name from pragma_table_list where type = 'shadow'")]
    out = {}
    for name in names:
        if name.startswith("sqlite_") or (name in shadows and not name.endswith("_content")):
            continue
        quoted = '"' + name.replace('"', '""') + '"'
        # hidden: 2 is a virtual generated column, which is not in the file.
        info = [c for c in db.execute(f"pragma table_xinfo({quoted})") if c[6] != 2]
        columns = ", ".join('"' + c[1].replace('"', '""') + '"' for c in info)
        rows = [[plain(v) for v in row] for row in db.execute(f"select {columns} from {quoted}")]
        primary = [c[1] for c in sorted((c for c in info if c[5]), key=lambda c: c[5])]
        foreign = {}
        for key, _, table, ours, theirs, *_ in db.execute(f"pragma foreign_key_list({quoted})"):
            foreign.setdefault(key, {"table": table, "ours": [], "theirs": []})
            foreign[key]["ours"].append(ours)
            foreign[key]["theirs"].append(theirs)
        out[name] = {
            "columns": [c[1] for c in info],
            "rows": rows,
            "primary": primary,
            # The pragma has the last first.
            "foreign": [foreign[k] for k in sorted(foreign, reverse=True)],
        }
    db.close()
    return out


def golden(name, build):
    """An input of tests/golden/source, whose expected file is read by people."""
    path = WORK / f"{name}.sqlite"
    db = sqlite3.connect(path)
    db.isolation_level = None
    db.execute("pragma page_size = 512")
    build(db)
    db.close()
    folder = HERE.parent.parent / "golden/source" / name
    folder.mkdir(exist_ok=True)
    (folder / "input.sqlite.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def make(name, build, before=(), patch=None):
    path = WORK / f"{name}.sqlite"
    db = sqlite3.connect(path)
    for pragma in before:
        db.execute(f"pragma {pragma}")
    if patch:
        db.execute("pragma user_version = 1")
        db.commit()
        db.close()
        bytes_ = bytearray(path.read_bytes())
        patch(bytes_)
        path.write_bytes(bytes_)
        db = sqlite3.connect(path)
    db.isolation_level = None
    build(db)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()
    keep(path, HERE)


def keep(path, folder):
    (folder / f"{path.stem}.sqlite.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    seen = json.dumps(oracle(path), ensure_ascii=False, separators=(",", ":"))
    (folder / f"{path.stem}.json.gz").write_bytes(gzip.compress(seen.encode(), 9, mtime=0))


def words(rng, n):
    return " ".join(rng.choice(["plate", "lane", "größe", "well", "数据", "run", "µL", "🧬"]) for _ in range(n))


def small_pages(db):
    """Trees of several levels, overflow chains, pages that were freed, rows that were moved."""
    rng = random.Random(7)
    db.execute("begin")
    db.execute("create table run (id integer primary key, code text, note text, reads int, yield real)")
    for i in range(450):
        note = words(rng, 120) if i % 61 == 0 else words(rng, rng.randrange(5))
        db.execute("insert into run values (?, ?, ?, ?, ?)", (i * 3 - 500, f"R{i:04}", note, rng.randrange(10**9), i / 8))
    db.execute("create index by_code on run (code)")
    db.execute("create table gone (a, b)")
    db.executemany("insert into gone values (?, ?)", ((i, words(rng, 20)) for i in range(300)))
    db.execute("commit")
    db.execute("delete from run where id % 7 = 0 and id > 0")
    db.execute("update run set note = note || ? where id % 89 = 0", (words(rng, 90),))
    db.execute("drop table gone")
    db.execute("create table after (x)")
    db.execute("insert into after values ('here')")
    db.execute("create table \"empty one\" (a integer, b date)")


def texts(db):
    db.execute("create table names (id integer primary key, name text, long text)")
    for i, name in enumerate(["Zoë", "数据", "🧬 lab", "", "a\tb", " padded ", "quote \" and ' here", "x" * 40]):
        db.execute("insert into names values (?, ?, ?)", (i, name, name * 60))


def without_rowid(db):
    rng = random.Random(11)
    db.execute(
        "create table reading (value real, sensor text not null, note text, at integer not null, "
        "primary key (sensor, at desc)) without rowid"
    )
    seen = set()
    while len(seen) < 350:
        key = (f"S-{rng.randrange(30):02}", rng.randrange(10**6))
        if key in seen:
            continue
        seen.add(key)
        note = words(rng, 150) if rng.randrange(90) == 0 else words(rng, rng.randrange(4))
        db.execute("insert into reading values (?, ?, ?, ?)", (rng.random(), key[0], note, key[1]))
    db.execute("create table pairs (a text, b text, primary key (b, a, b)) without rowid")
    db.executemany("insert into pairs values (?, ?)", [("x", "2"), ("y", "1"), ("z", "2")])


def altered(db):
    db.execute("create table t (id integer primary key, a text)")
    db.execute("insert into t (a) values ('old')")
    for column in [
        "i integer default -5",
        "r real default 2",
        "s text default 'it''s'",
        "n text default 7",
        "u default null",
        "q numeric default '12'",
        "b blob default x'00ff'",
        "y boolean default true",
        "h int default 0x10",
    ]:
        db.execute(f"alter table t add column {column}")
    db.execute("insert into t (a, i) values ('new', 1)")
    db.execute("alter table t add column last text not null default \"dq\"")
    db.execute("alter table t rename column a to first")
    db.execute("create table g (a integer, twice integer generated always as (a * 2) virtual, half real as (a / 2.0) stored, z text)")
    db.executemany("insert into g (a, z) values (?, ?)", [(1, "x"), (2, "y")])
    db.execute("create table d (a, b, c)")
    db.execute("insert into d values (1, 2, 3)")
    db.execute("alter table d drop column b")
    db.execute("insert into d values (4, 5)")
    db.execute("create table not_rowid (id integer primary key desc, v)")
    db.executemany("insert into not_rowid values (?, ?)", [(10, "a"), (5, "b")])
    db.execute("create table odd_key (v text, k INTEGER, primary key (k desc))")
    db.executemany("insert into odd_key values (?, ?)", [("a", 7), ("b", -3)])


def wide(db):
    names = ", ".join(f"c{i} {['integer', 'real', 'text'][i % 3]}" for i in range(300))
    db.execute(f"create table wide ({names})")
    for row in range(4):
        values = [[row * i, row / 4 + i, f"v{i}"][i % 3] if (i + row) % 5 else None for i in range(300)]
        db.execute(f"insert into wide values ({','.join('?' * 300)})", values)


def kinds(db):
    db.execute("create table cells (id integer primary key, any_value, whole integer, mixed real, photo blob)")
    rows = [
        (2**63 - 1, 1, 0.1, b"\x00\x01"),
        (-(2**63), 2**40, 3, None),
        (1.5e300, -(2**31), -1e-300, b"\xff" * 900),
        ("text", 0, 2.0**60, b""),
        (b"\xde\xad\xbe\xef", 127, float("inf"), b"\x80"),
        (None, None, None, b"plain"),
        ("007", -128, 1, b"\x01" * 50),
        (0, 2**23, -0.0, b"\x02"),
    ]
    for row in rows:
        db.execute("insert into cells (any_value, whole, mixed, photo) values (?, ?, ?, ?)", row)


def shop(db):
    """What people build: keys of all kinds, names in quotes, views, a search index."""
    db.executescript(
        '''
        create table artist (ArtistId INTEGER PRIMARY KEY AUTOINCREMENT, -- the key
                             Name NVARCHAR(120) NOT NULL UNIQUE);
        create table [album list] (`Album Id` INTEGER NOT NULL, "Title ""long""" TEXT, 'ArtistId' INT
                             REFERENCES artist ON DELETE CASCADE /* , not a column */,
                             CONSTRAINT pk PRIMARY KEY (`Album Id`));
        create table track (id integer primary key, album integer, price numeric(10, 2) default 0.99 check (price >= 0),
                             side text, no int,
                             foreign key (album) references [album list] ("album id") deferrable initially deferred,
                             unique (side, no));
        create table listing (track_side text, track_no int, position int,
                             foreign key (track_side, track_no) references track (side, no));
        create unique index album_title on [album list] ("Title ""long""");
        create unique index some_tracks on track (price) where price > 100;
        create view dear as select * from track where price > 1;
        create trigger keep before delete on artist begin select raise(abort, 'no'); end;
        create virtual table notes using fts5(title, body);
        create virtual table boxes using rtree(id, x0, x1);
        insert into artist (Name) values ('Ada'), ('Béla'), ('千尋');
        insert into [album list] values (10, 'First', 1), (11, 'Second', 1), (12, 'Third', 3);
        insert into track values (1, 10, 1.25, 'a', 1), (2, 10, 0.99, 'a', 2), (3, 12, 3, 'b', 1), (4, null, 1, null, 2);
        insert into listing values ('a', 1, 1), ('b', 1, 2), ('z', 9, 3);
        insert into notes values ('hello', 'a long text about plates'), ('bye', 'nothing');
        insert into boxes values (1, 0, 1);
        analyze;
        '''
    )


def declared_types(db):
    """What SQLite does not check: dates, answers and moments as texts and numbers, and cells that do not fit."""
    db.executescript(
        """
        create table visit (id integer primary key, is_open boolean, born date, seen datetime, at timestamp,
                            millis timestamp, code varchar(10), phone text, weight decimal(6, 2), dose integer,
                            started text, photo blob, free);
        create table imported (plate text, mass text, day text, note text);
        create table never (id integer primary key, on_day date, is_new bool, amount real, label text);
        """
    )
    for i in range(30):
        db.execute(
            "insert into visit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                i + 1,
                i % 2,
                f"19{60 + i}-03-{i % 28 + 1:02}",
                None if i == 4 else f"2026-11-{i % 28 + 1:02} 08:{i:02}:00",
                1_700_000_000 + 86_400 * i,
                1_700_000_000_000 + i,
                f"{i:03}",
                str(4_930_000_000 + i),
                i * 1.25,
                "n.d." if i == 7 else i * 10,
                f"{i % 28 + 1:02}.11.2026",
                bytes([0, 255, i]) if i else b"\0" * 2000,
                [None, i, i / 4, f"x{i}"][i % 4],
            ),
        )
        note = " kept as it is " if i == 3 else ""
        db.execute("insert into imported values (?, ?, ?, ?)", (f"P{i % 5}", f"{i / 4}".replace(".", ","), f"2026-01-{i % 28 + 1:02}", note))
    db.execute("create view open_visits as select * from visit where is_open")


def reserve(bytes_):
    """48 bytes at the end of each page, as encryption extensions use them."""
    bytes_[20] = 48
    bytes_[105:107] = struct.pack(">H", 1024 - 48)


if len(sys.argv) > 1:
    for other in sys.argv[2:]:
        keep(pathlib.Path(other), pathlib.Path(sys.argv[1]))
    sys.exit()

make("small_pages", small_pages, ["page_size = 512", "auto_vacuum = full"])
make("utf16le", texts, ["page_size = 1024", "encoding = 'UTF-16le'"])
make("utf16be", texts, ["page_size = 512", "encoding = 'UTF-16be'"])
make("largest_pages", texts, ["page_size = 65536"])
make("reserved_bytes", small_pages, ["page_size = 1024"], reserve)
make("without_rowid", without_rowid, ["page_size = 512"])
make("altered", altered)
make("wide", wide, ["page_size = 512"])
make("kinds", kinds, ["page_size = 512"])
make("shop", shop, ["page_size = 1024"])
make("wal", texts, ["page_size = 512", "journal_mode = wal"])

golden("sqlite_database", shop)
golden("sqlite_types", declared_types)
