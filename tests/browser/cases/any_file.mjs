// Twenty deliberately different files, dropped at once: each loads with no question asked, every row is accounted for,
// and the first screen says per file what was decided.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, test } from "../lib/harness.mjs";
import { addsUp, go, until } from "../lib/app.mjs";

const tests = fileURLToPath(new URL("../..", import.meta.url));
const files = [
  "files/sqlite/shop.sqlite.gz",
  "files/stats/survey_v14.dta",
  "files/stats/survey.sav",
  "files/stats/airline.sas7bdat",
  "files/stats/survey_v8.xpt",
  "files/workbooks/xlwt.xls",
  "files/workbooks/libreoffice.ods",
  "files/workbooks/excel.xlsb",
  "files/workbooks/xlsxwriter-1904.xlsx",
  "files/instruments/liver_02_R1.fastqc_data.txt",
  "files/instruments/liver_02.stats.txt",
  "files/instruments/wgs.wgs_metrics.txt",
  "golden/source/archive/input.zip",
  "golden/source/json_geojson/input.geojson",
  "golden/source/ndjson_broken_line/input.ndjson",
  "golden/source/sample_sheet_v2/input.csv",
  "golden/source/german_semicolon/input.csv",
  "golden/source/fixed_width/input.txt",
  "golden/source/shift_jis_names/input.csv",
  "golden/source/several_tables/input.csv",
].map((path) => join(tests, path));

test("twenty different files dropped at once", { timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  await page.locator("#choose-files").setInputFiles(files);
  // The report comes by itself once all are read.
  await page.waitForSelector('.app[data-place="report"]', { timeout: 60_000 });
  await go(page, "Sources");
  await page.waitForFunction((n) => document.querySelectorAll(".source__name").length === n, files.length, { timeout: 60_000 });
  await until(page, async () => document.querySelectorAll(".job").length === 0, 30_000);
  assert.equal(await page.locator("dialog[open]").count(), 0, "a dialog was opened");
  assert.equal(await page.locator(".problem").count(), 0, await page.locator("body").innerText());

  // Each card tells how the file was read.
  const cards = await page.locator(".source").allInnerTexts();
  for (const words of [/Stata/, /SPSS/, /SAS/, /SQLite/, /FastQC/, /samtools/i, /Picard/, /sample sheet/i, /semicolon/i]) {
    assert.ok(cards.some((text) => words.test(text)), `${words} in none of ${cards.join("\n---\n")}`);
  }
  const tables = await page.evaluate(() => tributary.tables());
  assert.ok(tables.length >= 40, String(tables.length));
  const [{ n }] = await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM shop_track"));
  assert.ok(Number(n) > 0, String(n));
  await go(page, "Combine");
  await page.waitForSelector(".suggestion, .merge, .empty");
});

test("each kind of file is loaded by the script API with a ledger that adds up", { timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  for (const path of files) {
    const bytes = [...(await readFile(path))];
    const loaded = await page.evaluate(([bytes, name]) => tributary.load(new Uint8Array(bytes), { name }), [bytes, path.split("/").slice(-2).join("-")]);
    assert.ok(loaded.length > 0, path);
    for (const table of loaded) addsUp(table.ledger);
  }
  // A format that is named is taken as well.
  const bytes = [...(await readFile(files[0]))];
  const [chosen] = await page.evaluate((bytes) => tributary.load(new Uint8Array(bytes), { name: "again", format: "sqlite" }), bytes);
  assert.equal(chosen.format, "sqlite");
});
