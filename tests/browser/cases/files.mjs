// Three real files, from choosing to sharing. The numbers are computed here from the same files.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, test } from "../lib/harness.mjs";
import { addsUp, go, until } from "../lib/app.mjs";

const data = fileURLToPath(new URL("../node_modules/vega-datasets/data", import.meta.url));
const names = ["movies.json", "seattle-weather.csv", "airports.csv"];
const paths = names.map((name) => join(data, name));
const [moviesText, weatherText, airportsText] = await Promise.all(paths.map((path) => readFile(path, "utf8")));
const movies = JSON.parse(moviesText);
const weather = weatherText.trim().split(/\r?\n/).slice(1).map((line) => line.split(","));
const n_airports = airportsText.trim().split(/\r?\n/).length - 1;

async function arrived(page) {
  await until(page, async () => (await tributary.tables()).length >= 3, 40_000);
  return page.evaluate(() => tributary.tables());
}

async function choose(page) {
  await page.locator("#choose-files").setInputFiles(paths);
  return arrived(page);
}

/// What must be the same wherever the same data are open.
function numbers(page) {
  return page.evaluate(async () => {
    const one = async (sql) => (await tributary.rows(sql))[0];
    return {
      movies: await one('SELECT count(*) AS n, count("US Gross") AS k, sum("US Gross") AS s, avg("IMDB Rating") AS a FROM movies'),
      weather: await one("SELECT count(*) AS n, sum(precipitation) AS s, min(date) AS a, max(date) AS b FROM seattle_weather"),
      airports: await one("SELECT count(*) AS n, count(DISTINCT iata) AS k, max(latitude) AS a FROM airports"),
    };
  });
}

test("real files through the file chooser: counted, listed, explored, drawn, reported", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  const tables = await choose(page);
  assert.deepEqual(tables.map((t) => t.table).sort(), ["airports", "movies", "seattle_weather"]);

  const found = await numbers(page);
  const gross = movies.map((m) => m["US Gross"]).filter((v) => typeof v === "number");
  assert.equal(found.movies.n, movies.length);
  assert.equal(found.movies.s, gross.reduce((a, b) => a + b, 0));
  const ratings = movies.map((m) => m["IMDB Rating"]).filter((v) => typeof v === "number");
  assert.ok(Math.abs(found.movies.a - ratings.reduce((a, b) => a + b, 0) / ratings.length) < 1e-9);
  const rain = weather.reduce((sum, row) => sum + Number(row[1]), 0);
  assert.equal(found.weather.n, weather.length);
  assert.ok(Math.abs(found.weather.s - rain) < 1e-6, `${found.weather.s} against ${rain}`);
  assert.match(String(found.weather.a), /^2012-01-01/);
  assert.match(String(found.weather.b), /^2015-12-31/);
  assert.deepEqual([found.airports.n, found.airports.k], [n_airports, n_airports]);

  await go(page, "Sources");
  assert.deepEqual((await page.locator(".source__name").allInnerTexts()).sort(), [...names].sort());

  await go(page, "Explore");
  await page.waitForSelector(".grid__cell[data-state=there]");
  const cells = await page.locator(".grid__cell[data-state=there]").count();
  assert.ok(cells > 50, `${cells} cells`);

  await go(page, "Report");
  await page.waitForSelector(".report h1, .report__title");
  const report = await page.evaluate(() => tributary.report());
  assert.ok(report.blocks.length >= 4, `${report.blocks.length} blocks`);
  assert.ok(!report.blocks.some((b) => b.content.failed), JSON.stringify(report.blocks.filter((b) => b.content.failed)));

  for (const spec of [
    { kind: "line", table: "seattle_weather", x: "date", y: "temp_max" },
    { kind: "bar", table: "seattle_weather", x: "weather" },
    { kind: "histogram", table: "movies", x: "IMDB Rating" },
    { kind: "scatter", table: "airports", x: "longitude", y: "latitude" },
    { kind: "box", table: "seattle_weather", x: "weather", y: "wind" },
  ]) {
    const drawn = await page.evaluate(async (spec) => {
      const box = document.createElement("div");
      box.style.cssText = "position:fixed;inset:0 auto auto 0;width:640px;height:400px;background:#fff;z-index:9999";
      document.body.append(box);
      const { marks, summary } = await tributary.chart(spec, box);
      const canvas = box.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let ink = 0;
      for (let i = 0; i < data.length; i += 4) ink += data[i + 3] > 0 && data[i] + data[i + 1] + data[i + 2] < 600;
      box.remove();
      return { marks, summary, ink };
    }, spec);
    assert.ok(drawn.marks > 0 && drawn.ink > 300, `${JSON.stringify(spec)}: ${JSON.stringify(drawn)}`);
    assert.match(drawn.summary, /\w{3}/);
  }
});

test("a report from files that do not belong together names all of them", async ({ open, page }) => {
  await open();
  await choose(page);
  await go(page, "Report");
  // The last blocks come a moment after the first.
  for (const name of names) await page.locator(".report").getByText(name).first().waitFor({ timeout: 10_000 });
});

test("the account of every row adds up, for clean and for torn files", async ({ open, page }) => {
  await open();
  const torn = "# a note\nid,name,value\n1,a,1.5\n\n2,b\n3,c,2.5,extra,cells\n4,\"d\ne\",3.5\n5,f,oops\n";
  const loaded = await page.evaluate(
    async ([files, torn]) => {
      const text = (t) => new TextEncoder().encode(t);
      const out = [];
      for (const [name, content] of files) out.push(...(await tributary.load(text(content), { name })));
      out.push(...(await tributary.load(text(torn), { name: "torn.csv" })));
      return out;
    },
    [[["movies.json", moviesText], ["seattle-weather.csv", weatherText], ["airports.csv", airportsText]], torn],
  );
  for (const { ledger, table, rows } of loaded) {
    addsUp(ledger);
    assert.equal(ledger.rows_loaded, rows, table);
  }
  assert.deepEqual(loaded.map((t) => t.rows).slice(0, 3), [movies.length, weather.length, n_airports]);
  assert.equal(loaded[1].ledger.bytes_in_file, Buffer.byteLength(weatherText));
  const last = loaded[3];
  assert.ok(last.ledger.rows_comment >= 1 && last.ledger.rows_blank === 1, JSON.stringify(last.ledger));
  const listed = last.ledger.set_aside.map((row) => row.line);
  assert.equal(listed.length, last.ledger.rows_set_aside);
  for (const row of last.ledger.set_aside) assert.ok(row.text && row.reason, JSON.stringify(row));
});

test("the same files by drag and drop, with the overlay", async ({ open, page }) => {
  await open();
  await page.evaluate(
    (files) => {
      const transfer = new DataTransfer();
      for (const [name, text] of files) transfer.items.add(new File([text], name));
      window.dropped = transfer;
      for (const kind of ["dragenter", "dragover"]) document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    [[names[0], moviesText], [names[1], weatherText], [names[2], airportsText]],
  );
  await page.waitForSelector(".drop");
  const prevented = await page.evaluate(() => !document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: window.dropped })));
  assert.ok(prevented, "the browser would leave the page for the file");
  await page.waitForSelector(".drop", { state: "detached" });
  const tables = await arrived(page);
  assert.deepEqual(tables.map((t) => t.rows).sort((a, b) => a - b), [movies.length, weather.length, n_airports].sort((a, b) => a - b));
  await page.waitForSelector('.app[data-place="report"]');
});

test("real files survive a reload, a link and a project file", { timeoutMs: 90_000 }, async ({ open, page, browser, url }) => {
  await open();
  await choose(page);
  const before = await numbers(page);
  const report = await page.evaluate(() => tributary.report());
  await page.evaluate(() => tributary.saved());
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  await page.evaluate(() => tributary.ready);
  assert.deepEqual(await numbers(page), before);
  const again = await page.evaluate(() => tributary.report());
  assert.deepEqual(again.blocks.map((b) => b.content), report.blocks.map((b) => b.content), "the draft is another one after a reload");

  const { link, project } = await page.evaluate(async () => ({ link: await tributary.share("link"), project: Array.from(await tributary.share("project")) }));
  const context = await browser.newContext({ timezoneId: "UTC", locale: "en-GB" });
  try {
    const reader = await context.newPage();
    await reader.goto(link);
    await reader.waitForSelector(".report h1, .report__title");
    await reader.waitForTimeout(500);
    const text = await reader.locator("body").innerText();
    const said = report.blocks.flatMap((b) => [...(b.content.numbers ?? []).map((n) => n.text), b.content.verdict?.sentence, b.content.finding?.finding.sentence]).filter(Boolean);
    assert.ok(said.length >= 3, JSON.stringify(said));
    for (const one of said) assert.ok(text.includes(one), `the link does not say: ${one}`);

    const other = await context.newPage();
    await other.goto(url);
    await other.waitForFunction(() => window.tributary);
    await other.evaluate(async (bytes) => {
      await tributary.ready;
      await tributary.open(new Uint8Array(bytes));
    }, project);
    assert.deepEqual(await numbers(other), before);
    const there = await other.evaluate(() => tributary.report());
    assert.deepEqual(there.blocks.map((b) => b.content), report.blocks.map((b) => b.content), "the draft is another one in the other browser");
    await other.evaluate(() => tributary.saved());
    await other.reload();
    await other.waitForFunction(() => window.tributary);
    await other.evaluate(() => tributary.ready);
    assert.deepEqual(await numbers(other), before, "after a reload in the other browser");
  } finally {
    await context.close();
  }
});

test("one file cancelled does not hold up the others", async ({ open, page }) => {
  await open();
  const big = `id,group,value\n${Array.from({ length: 400_000 }, (_, i) => `${i},g${i % 7},${i * 0.5}`).join("\n")}\n`;
  await page.evaluate(
    ([big, small]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([big], "big.csv"));
      transfer.items.add(new File([small], "small.csv"));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    [big, "id,note\n1,a\n2,b\n"],
  );
  await page.locator(".job", { hasText: "big.csv" }).getByRole("button", { name: "Cancel" }).click();
  await page.waitForSelector('.app[data-place="report"]', { timeout: 8_000 });
  assert.deepEqual(await page.evaluate(async () => (await tributary.tables()).map((t) => t.rows)), [2]);
});
