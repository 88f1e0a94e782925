// What the app writes is opened with other programs and compared cell by cell.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, test } from "../lib/harness.mjs";
import { loadText } from "../lib/app.mjs";
import { python, runPython } from "../lib/python.mjs";

// One column of each kind, with what is hard about it. `null`: the cell is missing.
const table = {
  code: ["00123", "00007", "0", "99999", "01e5", "12345"],
  name: ['say "hi"', "a,b;c", "Zoë 東京 🧬", "two\nlines", "ÅÄÖ ß \\ \'", null],
  day: ["2026-11-12", "1999-12-31", "2024-02-29", null, "1970-01-01", "2100-06-30"],
  at: ["2026-11-12T08:30:00", "1999-12-31T23:59:59.500", null, "2024-02-29T00:00:00", "1970-01-01T00:00:01", "2030-01-01T12:00:00.250"],
  big: ["9007199254740993", "-9223372036854775807", "0", "1234567890123456789", null, "42"],
  count: ["1", "-2", null, "300000", "0", "7"],
  amount: ["0.1", "-1234.5678", "1e-7", null, "1e+21", "3.5"],
  flag: [true, false, true, null, false, true],
};
const names = Object.keys(table);

const quote = (text) => (/[",\n]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = [names.join(","), ...table.code.map((_, i) => names.map((n) => (table[n][i] === null ? "" : quote(String(table[n][i])))).join(","))].join("\n") + "\n";

// The same cells as Python prints them.
const number = (text) => (text === null ? null : ({ "1e-7": "1e-07", "1e+21": "1e+21", "1999-12-31T23:59:59.500": "1999-12-31T23:59:59.500000", "2030-01-01T12:00:00.250": "2030-01-01T12:00:00.250000" })[text] ?? text);
const typed = Object.fromEntries(names.map((n) => [n, table[n].map((v) => (typeof v === "string" ? number(v) : v))]));

async function exported(page, formats) {
  const folder = await mkdtemp(join(tmpdir(), "tributary-exports-"));
  try {
    const listed = [];
    for (const format of formats) {
      const bytes = await page.evaluate(async ([format]) => Array.from(await tributary.export("cells", format)), [format]);
      const path = join(folder, `cells.${format}`);
      await writeFile(path, Buffer.from(bytes));
      listed.push(format, path);
    }
    return await runPython("read_table.py", ...listed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Numbers of more than 15 digits are taken for codes in CSV and stay texts; in JSON they are numbers.
async function loadTable(page) {
  const [loaded] = await loadText(page, csv, { name: "cells.csv" });
  const types = Object.fromEntries(loaded.columns.map((c) => [c.name, c.type]));
  assert.deepEqual(types, { code: "text", name: "text", day: "date", at: "datetime", big: "text", count: "integer", amount: "number", flag: "boolean" });
  assert.equal(loaded.rows, 6);
}

test("Python with its libraries is there", { timeoutMs: 240_000 }, async () => {
  await python();
});

test("Parquet and Arrow: every library reads the same cells", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const read = await exported(page, ["parquet", "arrow"]);
  assert.deepEqual(Object.keys(read.parquet).sort(), ["duckdb", "polars", "pyarrow"]);
  for (const [format, readers] of Object.entries(read)) {
    for (const [library, cells] of Object.entries(readers)) {
      for (const name of names) assert.deepEqual(cells[name], typed[name], `${format} by ${library}: ${name}`);
      assert.deepEqual(Object.keys(cells), names, `${format} by ${library}`);
    }
  }
});

test("CSV: every library reads the same texts", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const read = (await exported(page, ["csv"])).csv;
  assert.deepEqual(Object.keys(read).sort(), ["duckdb", "pandas", "polars"]);
  for (const [library, cells] of Object.entries(read)) {
    for (const name of ["code", "name", "day", "at", "big", "count"]) {
      // pandas tells no difference between missing and empty when it reads texts.
      const expected = library === "pandas" ? table[name].map((v) => v ?? "") : table[name];
      assert.deepEqual(cells[name], expected, `csv by ${library}: ${name}`);
    }
    assert.deepEqual(cells.amount.map((v) => (v ? Number(v) : null)), table.amount.map((v) => v && Number(v)), `csv by ${library}: amount`);
    assert.deepEqual(cells.flag.map((v) => v || null), table.flag.map((v) => (v === null ? null : String(v))), `csv by ${library}: flag`);
  }
});

test("JSON and NDJSON: nothing is lost, big integers neither", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const read = await exported(page, ["json", "ndjson"]);
  for (const [format, readers] of Object.entries(read)) {
    // Python's own reader guesses nothing.
    for (const name of names) {
      const expected = ["day", "at"].includes(name) ? table[name] : typed[name];
      assert.deepEqual(readers.json[name], expected, `${format}: ${name}`);
    }
    for (const library of ["polars", "duckdb"]) {
      for (const name of ["code", "name", "big", "count", "flag"]) assert.deepEqual(readers[library][name], typed[name], `${format} by ${library}: ${name}`);
    }
  }
});

test("XLSX: numbers are numbers, texts are texts, no digit is lost", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const { openpyxl, pandas } = (await exported(page, ["xlsx"])).xlsx;
  // A worksheet's numbers have 15 digits, so larger ones are texts.
  for (const [library, cells] of Object.entries({ openpyxl, pandas })) {
    for (const name of ["code", "name", "big", "count", "flag"]) assert.deepEqual(cells[name], typed[name], `${library}: ${name}`);
    assert.deepEqual(cells.amount.map((v) => v && Number(v)), table.amount.map((v) => v && Number(v)), `${library}: amount`);
  }
});

test("XLSX: dates are dates, so that a spreadsheet can sort and count with them", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const { openpyxl } = (await exported(page, ["xlsx"])).xlsx;
  assert.deepEqual(openpyxl.day, table.day.map((d) => d && `${d}T00:00:00`), "day");
  assert.deepEqual(openpyxl.at, typed.at, "at");
});

for (const formats of [["csv", "parquet", "arrow", "json", "ndjson"], ["xlsx"]]) test(`${formats.join(", ")}: comes back as it went`, { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadTable(page);
  const outcome = await page.evaluate(async (formats) => {
    const want = await tributary.rows("SELECT * FROM cells");
    const out = [];
    for (const format of formats) {
      const bytes = await tributary.export("cells", format);
      const [back] = await tributary.load(bytes, { name: `back_${format}.${format}`, table: `back_${format}` });
      out.push({ format, rows: await tributary.rows(`SELECT * FROM back_${format}`), types: back.columns.map((c) => c.type) });
    }
    return { want, out };
  }, formats);
  for (const { format, rows, types } of outcome.out) {
    assert.deepEqual(rows, outcome.want, format);
    assert.deepEqual(types, ["text", "text", "date", "datetime", "text", "integer", "number", "boolean"], format);
  }
});

test("whole numbers beyond what a float holds keep every digit in every format", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  const big = ["9007199254740993", "-9223372036854775807", "0", "1234567890123456789", null, "42"];
  const [loaded] = await loadText(page, `[${big.map((n, i) => `{"id": ${i}, "big": ${n}}`).join(",\n")}]`, { name: "cells.json" });
  assert.deepEqual(loaded.columns.map((c) => c.type), ["integer", "integer"]);
  const rows = await page.evaluate(() => tributary.rows("SELECT big FROM cells ORDER BY id"));
  assert.deepEqual(rows.map((r) => r.big), ["9007199254740993", "-9223372036854775807", 0, "1234567890123456789", null, 42]);
  const read = await exported(page, ["csv", "json", "ndjson", "parquet", "arrow"]);
  for (const [format, readers] of Object.entries(read)) {
    for (const [library, cells] of Object.entries(readers)) {
      const expected = library === "pandas" ? big.map((v) => v ?? "") : big;
      assert.deepEqual(cells.big, expected, `${format} by ${library}`);
    }
  }
});

test("texts that a spreadsheet would run are harmless in CSV and whole elsewhere", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  const texts = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "plain"];
  await loadText(page, `text\n${texts.map((t) => `"${t}"`).join("\n")}\n`, { name: "cells.csv" });
  const read = await exported(page, ["csv", "parquet", "json"]);
  assert.deepEqual(read.parquet.polars.text, texts);
  assert.deepEqual(read.json.json.text, texts);
  for (const cell of read.csv.polars.text) assert.doesNotMatch(cell, /^[=@]|^[+-][^\d\s.]/, "a formula in the CSV file");
  assert.ok(read.csv.polars.text.every((cell, i) => cell.endsWith(texts[i])));
});

test("texts that a spreadsheet would run are texts in XLSX", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  const texts = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "plain"];
  await loadText(page, `text\n${texts.map((t) => `"${t}"`).join("\n")}\n`, { name: "cells.csv" });
  const read = await exported(page, ["xlsx"]);
  assert.deepEqual(read.xlsx.openpyxl.text, texts);
});
