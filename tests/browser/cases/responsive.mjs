// The page stays quick while much is read and computed: the work is done elsewhere.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, test } from "../lib/harness.mjs";
import { go, until } from "../lib/app.mjs";

/// What the product promises, and what is asked of a machine shared with others.
const PROMISED_MS = 50;
const ALLOWED_MS = 100;

function bigCsv() {
  const lines = ["id,at,site,device,value,count,note"];
  let seed = 7;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  let size = 0;
  for (let i = 0; size < 50e6; i++) {
    const day = String(1 + (i % 28)).padStart(2, "0");
    const line = `${i},2026-0${1 + (i % 9)}-${day}T0${i % 10}:00:00,site ${i % 12},D-${String(i % 300).padStart(4, "0")},${(random() * 100).toFixed(3)},${Math.floor(random() * 1000)},"note, ${i % 50}"`;
    lines.push(line);
    size += line.length + 1;
  }
  return { text: `${lines.join("\n")}\n`, n_rows: lines.length - 1 };
}

const watch = (page) =>
  page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ at: Math.round(startTime), ms: Math.round(duration), step: window.step });
    }).observe({ type: "longtask" });
  });

test("50 MB are read, grouped and drawn without holding up the page; cancel answers at once", { timeoutMs: 120_000 }, async ({ open, page }) => {
  const folder = await mkdtemp(join(tmpdir(), "tributary-big-"));
  try {
    const { text, n_rows } = bigCsv();
    const path = join(folder, "big.csv");
    await writeFile(path, text);
    await open();
    await page.evaluate(() => tributary.ready);
    // Starting up is not what this is about.
    await page.waitForTimeout(1_500);
    await watch(page);
    const step = (name) => page.evaluate((name) => void (window.step = name), name);

    await step("cancel");
    await page.evaluate(() => {
      window.sawProgress = 0;
      new MutationObserver(() => {
        const bar = document.querySelector(".job .progress");
        if (bar) window.sawProgress = Math.max(window.sawProgress, Number(bar.getAttribute("aria-valuenow") ?? 0), 1);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await page.locator("#choose-files").setInputFiles(path);
    await page.locator(".job", { hasText: "big.csv" }).waitFor();
    const cancelled = await page.evaluate(async () => {
      await new Promise((next) => setTimeout(next, 150));
      const button = [...document.querySelectorAll(".job button")].find((b) => b.textContent.includes("Cancel"));
      if (!button) return { ms: null };
      const from = performance.now();
      button.click();
      while (document.querySelector(".job")) await new Promise(requestAnimationFrame);
      return { ms: performance.now() - from };
    });
    assert.ok(cancelled.ms !== null, "it was read before it could be cancelled");
    assert.ok(cancelled.ms < 500, `cancel took ${cancelled.ms} ms`);
    await page.waitForTimeout(800);
    assert.deepEqual(await page.evaluate(() => tributary.tables()), [], "what was cancelled is there");

    await step("read");
    const from = Date.now();
    await page.locator("#choose-files").setInputFiles(path);
    await until(page, async () => (await tributary.tables()).length === 1, 60_000);
    const readMs = Date.now() - from;
    assert.ok((await page.evaluate(() => window.sawProgress)) > 0, "no progress was shown");
    await step("draft");
    await page.waitForSelector(".report h1, .report__title", { timeout: 40_000 });
    await page.waitForTimeout(500);

    await step("group");
    const groups = await page.evaluate(() => tributary.rows("SELECT site, count(*) AS n, avg(value) AS a, median(value) AS m FROM big GROUP BY site ORDER BY site"));
    assert.equal(groups.length, 12);
    assert.equal(groups.reduce((sum, g) => sum + g.n, 0), n_rows);

    await step("chart");
    const { marks } = await page.evaluate(() => {
      const box = document.createElement("div");
      box.style.cssText = "position:fixed;inset:0 auto auto 0;width:800px;height:500px;z-index:9999";
      document.body.append(box);
      return tributary.chart({ kind: "scatter", table: "big", x: "id", y: "value" }, box).finally(() => box.remove());
    });
    assert.ok(marks > 0);

    await step("explore");
    await go(page, "Explore");
    await page.waitForSelector(".grid__cell[data-state=there]");
    await page.waitForTimeout(500);
    await step("scroll");
    await page.locator("[role=grid], .grid").first().hover();
    for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 4_000);
    await page.waitForTimeout(800);

    const tasks = await page.evaluate(() => window.longTasks);
    const most = Math.max(0, ...tasks.map((t) => t.ms));
    console.log(`     read in ${readMs} ms, cancelled in ${Math.round(cancelled.ms)} ms, ${tasks.length} long tasks, longest ${most} ms (promised ${PROMISED_MS}): ${tasks.map((t) => `${t.step} ${t.ms}`).join(", ")}`);
    assert.ok(most <= ALLOWED_MS, `the page was held up for ${most} ms: ${JSON.stringify(tasks)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
