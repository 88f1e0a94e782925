// The report as a page: every number opens, everything can be edited, it prints light, and its charts give their data.
import { readFile } from "node:fs/promises";
import { assert, test } from "../lib/harness.mjs";
import { go, until } from "../lib/app.mjs";

const block = (page, kind) => page.locator(`.block[data-kind="${kind}"]`);

/// The sample's report, with every block made.
async function sample(page, open, name = "sequencing") {
  await open();
  await page.evaluate((name) => tributary.sample(name), name);
  await page.waitForSelector(".report__title", { timeout: 40_000 });
  await made(page);
}

const made = (page) =>
  page.waitForFunction(() => document.querySelector(".block") && !document.querySelector('.block[aria-busy="true"]'), null, { timeout: 20_000 });

/// Tools show on hover only; by keyboard they are always there.
async function press(page, locator) {
  await locator.focus();
  await page.keyboard.press("Enter");
}

const tool = (part, name) => part.getByRole("button", { name, exact: true });

test("the whole report is there within a second or so, one block after the other", async ({ open, page }) => {
  await sample(page, open);
  await go(page, "Sources");
  const started = Date.now();
  await go(page, "Report");
  await page.waitForSelector('.block[data-kind="verdict"] .verdict__sentence');
  await made(page);
  assert.ok(Date.now() - started < 5_000, `${Date.now() - started} ms`);
  const n = await page.evaluate(() => tributary.report().then((r) => r.blocks.length));
  assert.equal(await page.locator(".block").count(), n);
  // Every chart is drawn: its canvas has a size of its own.
  await page.waitForFunction(() => [...document.querySelectorAll(".report .chart__canvas")].every((c) => c.height > 150));
});

test("every number opens, and as many rows as it says", { timeoutMs: 120_000 }, async ({ open, page }) => {
  await sample(page, open);
  const buttons = page.locator(".report__strip .opens, .number-card, .quality .opens, .report .block__how, td .opens");
  const n = await buttons.count();
  assert.ok(n >= 12, `${n} places that open`);
  let n_rows = 0;
  for (let at = 0; at < n; at++) {
    const button = buttons.nth(at);
    await press(page, button);
    const panel = page.locator(".side-panel");
    await panel.waitFor();
    const see = panel.getByRole("button", { name: /^See the [\d,]+ rows?$/ });
    if (await see.count()) {
      const told = (await see.innerText()).match(/[\d,]+/)[0];
      await see.click();
      await page.waitForFunction(() => /^[\d,]+ rows?$/.test(document.querySelector(".side-panel__subtitle")?.textContent ?? ""));
      const shown = (await page.locator(".side-panel__subtitle").textContent()).match(/^[\d,]+/)[0];
      assert.equal(shown, told, `behind ${at}`);
      n_rows += 1;
    }
    await page.locator(".side-panel__head").getByRole("button", { name: "Close" }).click();
    await page.locator(".side-panel").waitFor({ state: "detached" });
  }
  assert.ok(n_rows >= 8, `${n_rows} lead to rows`);
});

test("the verdict begins with what it says, and keeps its action", async ({ open, page }) => {
  await sample(page, open);
  const verdict = block(page, "verdict");
  const sentence = await verdict.locator(".verdict__sentence").innerText();
  const action = await verdict.locator(".verdict__action").innerText();
  await press(page, tool(verdict, "Change"));
  const field = verdict.getByLabel("Your verdict, in one sentence");
  assert.equal(await field.inputValue(), sentence);
  assert.equal(await verdict.getByLabel("What to do first").inputValue(), action);
  await field.fill("Do not release this run.");
  await verdict.getByRole("button", { name: "Done" }).click();
  await until(page, () => document.querySelector(".verdict__sentence")?.textContent === "Do not release this run.");
  assert.equal(await verdict.locator(".verdict__action").innerText(), action);
});

test("a finding gets a heading of one's own and loses its chart; what was removed comes back", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await sample(page, open);
  const finding = block(page, "finding").first();
  const said = await finding.locator(".finding__sentence").innerText();
  await press(page, tool(finding, "Change"));
  await finding.getByLabel("Heading").fill("The plate is at fault");
  await finding.getByLabel("With its chart").uncheck();
  await finding.getByRole("button", { name: "Done" }).click();
  await until(page, () => [...document.querySelectorAll(".finding__sentence")].some((e) => e.textContent === "The plate is at fault"));
  const own = block(page, "finding").filter({ hasText: "The plate is at fault" });
  assert.equal(await own.locator(".finding__said").innerText(), said);
  assert.equal(await own.locator("canvas").count(), 0);

  for (const [kind, label] of [["verdict", "Verdict"], ["quality", "Data quality"], ["sources", "Sources"], ["methods", "Methods"]]) {
    await press(page, tool(block(page, kind), "Remove"));
    await block(page, kind).waitFor({ state: "detached" });
    await press(page, page.getByRole("button", { name: "Add here" }).first());
    await page.getByRole("menuitem", { name: label, exact: true }).click();
    await block(page, kind).waitFor();
  }
  // A finding that was taken out is offered again.
  const n = await block(page, "finding").count();
  await press(page, tool(own, "Remove"));
  await page.waitForFunction((n) => document.querySelectorAll('.block[data-kind="finding"]').length === n, n - 1);
  await press(page, page.getByRole("button", { name: "Add here" }).first());
  await page.getByRole("menuitem", { name: "Finding", exact: true }).click();
  const form = page.locator(".block-form");
  assert.ok(await form.getByRole("button", { name: "Done" }).isDisabled(), "nothing is chosen yet");
  await form.locator("select").selectOption({ label: said });
  await form.getByRole("button", { name: "Done" }).click();
  await page.waitForFunction((n) => document.querySelectorAll('.block[data-kind="finding"]').length === n, n);
});

test("a chart without columns cannot be saved; a table is filtered and sorted", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await sample(page, open);
  await press(page, page.getByRole("button", { name: "Add here" }).first());
  await page.getByRole("menuitem", { name: "Chart", exact: true }).click();
  const form = page.locator(".block-form");
  assert.ok(await form.getByRole("button", { name: "Done" }).isDisabled());
  assert.match(await form.locator(".form__missing").innerText(), /Choose a column/);
  await form.getByRole("button", { name: "Cancel" }).click();
  await form.waitFor({ state: "detached" });

  await press(page, page.getByRole("button", { name: "Add here" }).first());
  await page.getByRole("menuitem", { name: "Table", exact: true }).click();
  await form.getByLabel("Title").fill("The lowest");
  await form.getByLabel("Sorted by").selectOption("coverage_x");
  await form.getByLabel("Only rows where").selectOption("coverage_x");
  await form.locator("select").filter({ hasText: "is there" }).selectOption({ label: "is there" });
  await form.getByRole("button", { name: "Done" }).click();
  const table = block(page, "table").filter({ hasText: "The lowest" });
  await table.waitFor();
  const spec = await page.evaluate(() => tributary.report().then((r) => r.blocks.map((b) => b.spec.table).find((t) => t?.title === "The lowest")));
  assert.deepEqual([spec.only[0], spec.only[1], spec.sort.column], ["coverage_x", "is_present", "coverage_x"]);
});

test("a chart's CSV is whole and raw, and its series are switched by keyboard", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await sample(page, open, "cold-chain");
  const chart = page.locator(".report .chart").first();
  const saved = page.waitForEvent("download");
  await press(page, chart.getByRole("button", { name: "More for this chart" }));
  await page.getByRole("menuitem", { name: "Save the data as CSV" }).click();
  const csv = await readFile(await (await saved).path(), "utf8");
  const report = await page.evaluate(() => tributary.report());
  const first = report.blocks.map((b) => b.content.finding?.chart ?? b.content.chart?.data).find(Boolean);
  const n = first.marks.line.series.reduce((sum, s) => sum + s.x.length, 0);
  const lines = csv.trimEnd().split("\r\n");
  assert.equal(lines.length, n + 1);
  assert.match(lines[1], /(^|,)\d{4}-\d\d-\d\d(T[\d:.]+)?,/);

  // The first line chart of several series: its legend is there although the lines are named at their ends.
  const series = page.locator(".report .chart__legend").first().locator(".chart__series").first();
  await series.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector(".report .chart__series")?.getAttribute("aria-pressed") === "false");
  assert.ok(await page.evaluate(() => document.activeElement?.matches(".chart__series")), "the focus is lost");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector(".report .chart__series")?.getAttribute("aria-pressed") === "true");
});

test("a dark page prints light charts", { colorScheme: "dark" }, async ({ open, page }) => {
  await sample(page, open);
  // The share of what is drawn that is nearly black: words on paper are, words on a dark page are not.
  const blackness = () =>
    page.evaluate(() => {
      const canvas = document.querySelector(".report .chart__canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let [black, n] = [0, 0];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 200) {
          black += data[i] + data[i + 1] + data[i + 2] < 3 * 70;
          n += 1;
        }
      }
      return n ? black / n : -1;
    });
  await page.waitForFunction(() => document.querySelector(".report .chart__canvas")?.height > 150);
  await page.waitForTimeout(300);
  const dark = await blackness();
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const light = await blackness();
  assert.ok(dark >= 0 && light > 0.01 && light > 3 * dark, `${dark} on screen, ${light} on paper`);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await page.waitForTimeout(400);
  assert.equal(await blackness(), dark, "the screen is dark again");

  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const paper = await page.evaluate(() => ({
    scheme: getComputedStyle(document.documentElement).colorScheme,
    shown: [".block__how", ".block__tools", ".insert", ".report-bar", ".chart__tools", ".top"].filter((s) => [...document.querySelectorAll(s)].some((e) => e.getClientRects().length > 0)),
  }));
  assert.deepEqual(paper, { scheme: "light", shown: [] });
});

test("charts are laid out anew for a sheet of paper, and what is long runs on to the next", async ({ open, page }) => {
  await sample(page, open);
  await page.waitForFunction(() => [...document.querySelectorAll(".report .chart__canvas")].every((c) => c.height > 150));
  const sizes = () => page.evaluate(() => [...document.querySelectorAll(".report .chart__canvas")].map((c) => [c.width, c.height]));
  const before = await sizes();
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.waitForFunction(() => [...document.querySelectorAll(".report .chart__canvas")].every((c) => c.width === 3 * 640));
  for (const [, height] of await sizes()) assert.ok(height >= 3 * 120 && height <= 3 * 720, `${height}`);
  await page.emulateMedia({ media: "print" });
  const kept = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll(".block")].map((b) => [b.dataset.kind, getComputedStyle(b).breakInside])));
  assert.deepEqual([kept.finding, kept.table, kept.quality, kept.methods], ["avoid", "auto", "auto", "auto"]);
  const viewport = page.viewportSize();
  // A4 within its margins, in CSS pixels: nothing that is kept whole is longer than a sheet.
  await page.setViewportSize({ width: 688, height: 1000 });
  const longest = await page.evaluate(() => Math.max(...[...document.querySelectorAll(".block")].filter((b) => getComputedStyle(b).breakInside === "avoid").map((b) => b.getBoundingClientRect().height)));
  assert.ok(longest <= 1000, `${longest} px`);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize(viewport);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await page.waitForFunction((before) => JSON.stringify([...document.querySelectorAll(".report .chart__canvas")].map((c) => [c.width, c.height])) === JSON.stringify(before), before);
});

test("a report file that was edited by hand says so, and one that was not does not", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await sample(page, open);
  const html = await page.evaluate(async () => new TextDecoder().decode(await tributary.share("html")));
  const read = async (text) => {
    await page.evaluate((text) => tributary.open(new TextEncoder().encode(text)), text);
    await page.locator(".reader-banner").first().waitFor();
    return [await page.locator(".reader-banner--changed").count(), (await page.locator(".report__strip").innerText()).startsWith("Changed after it was written")];
  };
  assert.deepEqual(await read(html), [0, false]);
  // What is read in the file, and what is read here.
  for (const edited of [html.replace(/<h1>[^<]*</, "<h1>Edited<"), html.replace(/"title":"[^"]*"/, '"title":"Edited"')]) {
    assert.notEqual(edited, html);
    assert.deepEqual(await read(edited), [1, true]);
  }
});

test("the share panel makes link and file once, and saves what it made", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await sample(page, open);
  await page.locator(".top__share button").click();
  const panel = page.locator(".side-panel .share");
  await panel.waitFor();
  const copy = panel.getByRole("button", { name: "Copy link" });
  await page.waitForFunction(() => document.querySelector(".share-card__link")?.value.includes("#r1."), null, { timeout: 20_000 });
  assert.ok(await copy.isEnabled());
  const button = panel.getByRole("button", { name: "Download HTML file" });
  await page.waitForFunction(() => [...document.querySelectorAll(".share button")].some((b) => b.textContent.includes("Download HTML") && !b.disabled), null, { timeout: 20_000 });
  const saved = page.waitForEvent("download");
  await button.click();
  const html = await readFile(await (await saved).path(), "utf8");
  assert.ok(html.startsWith("<!doctype html>") && html.includes("<svg") && html.includes("tributary-report"));
  assert.ok(!html.includes("edited further"));
});
