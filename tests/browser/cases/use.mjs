// Using the app: by keyboard alone, by screen reader, on a phone, in two tabs, and through a power cut.
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, problemOf } from "../lib/app.mjs";
import { profile, start } from "../lib/killable.mjs";

const place = (page) => page.locator(".app").getAttribute("data-place");

/// Presses Tab, or another key, until the focus is on what `matches` (a selector), at most `most` times.
async function tabTo(page, matches, most = 60, key = "Tab") {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    if (await page.evaluate((matches) => document.activeElement?.matches(matches), matches)) return;
  }
  assert.fail(`${matches} is not reached by Tab`);
}

test("everything by keyboard: sample, four places, palette, undo and redo, panel", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await tabTo(page, ".sample");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".report h1, .report__title", { timeout: 40_000 });

  for (const [letter, name] of [["s", "sources"], ["c", "combine"], ["e", "explore"], ["r", "report"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.waitForSelector(`.app[data-place="${name}"]`);
  }
  // What had the focus is gone with its place: the focus is in the new one, and the tabs are right before it.
  assert.ok(await page.evaluate(() => document.activeElement?.closest("main") !== null), "the focus is lost");
  await tabTo(page, ".places__tab:has([data-word=Sources])", 6, "Shift+Tab");
  await page.keyboard.press("Enter");
  assert.equal(await place(page), "sources");

  await page.keyboard.press("Control+k");
  await page.locator(".palette__input").waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".palette__input"));
  await page.keyboard.type("explore");
  await page.keyboard.press("Enter");
  await page.waitForSelector('.app[data-place="explore"]');
  await page.keyboard.press("Control+k");
  await page.locator(".palette__input").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".palette__input").waitFor({ state: "detached" });

  // The grid: arrows move a cell, and it can be left again.
  await page.waitForSelector(".grid__cell[data-state=there]");
  await tabTo(page, "[role=grid], .grid");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  assert.ok(await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-activedescendant") ?? "") !== null), "no active cell is named");
  await page.keyboard.press("Tab");
  assert.ok(!(await page.evaluate(() => document.activeElement?.matches("[role=grid]"))), "the grid keeps the focus");

  const label = () => page.evaluate(() => tributary.tables().then((t) => t.map((x) => x.table).join()));
  const before = await label();
  const n_undo = async () => page.getByRole("button", { name: /^Undo: / }).count();
  assert.equal(await n_undo(), 1);
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelector(".toast")?.textContent.includes("Undone"));
  await page.keyboard.press("Control+Shift+z");
  await page.waitForFunction(() => [...document.querySelectorAll(".toast")].some((t) => t.textContent.includes("Done again")));
  assert.equal(await label(), before);

  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

/// Every screen in turn; `visit(name)` is called on each.
async function everyScreen(page, open, visit) {
  await open();
  await visit("start");
  await page.evaluate(() => tributary.sample("sequencing"));
  await page.waitForSelector(".report h1, .report__title", { timeout: 40_000 });
  await page.waitForTimeout(700);
  await visit("report");
  await go(page, "Sources");
  await page.waitForTimeout(300);
  await visit("sources");
  await page.locator(".table-part__toggle").first().click();
  for (const part of ["First rows", "Columns", "How it is read"]) {
    await page.locator(".table-part__inside .segmented__option", { hasText: part }).click();
    await page.waitForTimeout(400);
    await visit(`sources, a card open: ${part.toLowerCase()}`);
  }
  await go(page, "Combine");
  await page.waitForTimeout(400);
  await visit("combine");
  await go(page, "Explore");
  await page.waitForSelector(".grid__cell[data-state=there]");
  for (const mode of ["Rows", "Charts", "SQL"]) {
    await page.locator(".segmented__option", { hasText: new RegExp(`^${mode}$`, "i") }).click();
    await page.waitForTimeout(600);
    await visit(`explore, ${mode.toLowerCase()}`);
  }
  await go(page, "Report");
  await page.locator(".top__share button").click();
  await page.waitForSelector(".side-panel .share");
  await page.waitForTimeout(500);
  await visit("share panel");
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing on any screen, ${colorScheme}`, { colorScheme, timeoutMs: 120_000 }, async ({ open, page, axe }) => {
    const found = [];
    await everyScreen(page, open, async (name) => {
      await axe().catch((error) => found.push(`${name}:\n${(error.actual ?? [error.message]).join("\n")}`));
    });
    assert.deepEqual(found, []);
  });
}

test("nothing is wider than a phone", { viewport: { width: 390, height: 800 }, timeoutMs: 90_000 }, async ({ open, page }) => {
  const wide = [];
  await everyScreen(page, open, async (name) => {
    const over = await page.evaluate(() => {
      const out = [];
      for (const box of [document.scrollingElement, document.querySelector(".app"), document.getElementById("main")]) {
        if (box.scrollWidth > box.clientWidth + 1) out.push(`${box.id || box.className || box.tagName} ${box.scrollWidth} > ${box.clientWidth}`);
      }
      if (out.length) {
        // What does not scroll by itself and reaches too far.
        const scrolls = (e) => e && e.id !== "main" && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
        const far = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 391 && !scrolls(e.parentElement));
        out.push(...far.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class")} to ${Math.round(e.getBoundingClientRect().right)}`));
      }
      // The drawing of the tables could be scrolled; it stands below each other instead.
      const graph = document.querySelector(".graph");
      if (graph && graph.scrollWidth > graph.clientWidth + 1) out.push(`graph ${graph.scrollWidth} > ${graph.clientWidth}`);
      if (document.documentElement.scrollWidth > 390) out.push(`page ${document.documentElement.scrollWidth}`);
      return out;
    });
    if (over.length) wide.push(`${name}: ${over.join(", ")}`);
  });
  assert.deepEqual(wide, []);
});

for (const isReloaded of [false, true])
test(`a second tab reads only, and may write when the first has gone${isReloaded ? " (the first was reloaded)" : ""}`, async ({ open, page, context, url }) => {
  await open();
  await loadText(page, "a,b\n1,2\n3,4\n", { name: "work.csv" });
  await page.evaluate(() => tributary.saved());
  if (isReloaded) await enter(page, url);
  const second = await context.newPage();
  await second.goto(url);
  await second.locator(".top__saved-words", { hasText: "read only" }).waitFor({ timeout: 8_000 });
  assert.deepEqual(await second.evaluate(() => tributary.rows("SELECT sum(b) AS s FROM work")), [{ s: 6 }]);
  // What is tried there is refused, and not lost without a word.
  const refused = await problemOf(second, () => tributary.edit({ set_title: { title: "From the second tab" } }));
  assert.equal(refused.code, "read_only");
  const noImport = await problemOf(second, () => tributary.load(new TextEncoder().encode("x,y\n1,2\n"), { name: "more.csv" }));
  assert.equal(noImport.code, "read_only");
  await page.evaluate(() => tributary.edit({ set_title: { title: "From the first tab" } }));
  await page.evaluate(() => tributary.saved());
  await page.close();
  // It takes over by itself, with what the first tab saved.
  await second.waitForFunction(() => /saved locally/.test(document.querySelector(".top__saved-words")?.textContent ?? ""));
  assert.match(await second.title(), /From the first tab/);
});

/// Opens the page and waits until what was saved is open.
async function enter(page, url) {
  await page.goto(url);
  await page.waitForFunction(() => window.tributary);
  await page.evaluate(() => tributary.ready);
}

const state = (page) =>
  page.evaluate(async () => {
    const out = [];
    for (const { table } of await tributary.tables()) out.push([table, (await tributary.rows(`SELECT count(*) AS n, sum(value) AS s FROM "${table}"`))[0]]);
    return out;
  });

const shown = (page) => page.waitForFunction(() => /^saved locally/.test(document.querySelector(".top__saved-words")?.textContent ?? ""));

for (const [name, end] of [["killed", "kill"], ["closed", "quit"]]) {
  test(`the browser is ${name} right after "saved", three times: nothing is lost`, { timeoutMs: 120_000 }, async ({ url, program }) => {
    const { folder, remove } = await profile();
    let now;
    try {
      const expected = [];
      for (let round = 1; round <= 3; round++) {
        now = await start(program, folder);
        const strangers = [];
        now.context.on("request", (r) => /^http/.test(r.url()) && !r.url().startsWith(url) && strangers.push(r.url()));
        await enter(now.page, url);
        assert.deepEqual(await state(now.page), expected, `before round ${round}`);
        if (round > 1) assert.match(await now.page.title(), new RegExp(`Round ${round - 1} `), "the title typed last is lost");
        const rows = Array.from({ length: 2_000 * round }, (_, i) => `${i},${i % 10}`);
        await loadText(now.page, `id,value\n${rows.join("\n")}\n`, { name: `t${round}.csv`, table: `t${round}` });
        await now.page.evaluate((title) => tributary.edit({ set_title: { title } }), `Round ${round} `);
        if (round === 2) await shown(now.page);
        else await now.page.evaluate(() => tributary.saved());
        await now[end]();
        now = null;
        expected.push([`t${round}`, { n: 2_000 * round, s: 9_000 * round }]);
        assert.deepEqual(strangers.filter((u) => !u.endsWith("/favicon.ico")), []);
      }
      now = await start(program, folder);
      await enter(now.page, url);
      assert.deepEqual(await state(now.page), expected, "at the end");
      // Undo has survived as well.
      const undone = await now.page.evaluate(() => tributary.undo());
      assert.match(String(undone), /rename/i);
    } finally {
      await now?.kill();
      await remove();
    }
  });
}

test("leaving in the middle of an import loses nothing that was saved, three times", { timeoutMs: 90_000 }, async ({ open, page, url }) => {
  await open();
  await loadText(page, "id,value\n1,2\n3,4\n", { name: "work.csv" });
  await page.evaluate(() => tributary.saved());
  const big = `id,value\n${Array.from({ length: 300_000 }, (_, i) => `${i},${i % 10}`).join("\n")}\n`;
  for (let round = 0; round < 3; round++) {
    await page.evaluate(
      ([text, wait]) => {
        tributary.load(new File([text], "big.csv"), { table: "big" }).catch(() => {});
        return new Promise((next) => setTimeout(next, wait));
      },
      [big, round * 250],
    );
    await page.goto("about:blank");
    await enter(page, url);
    const tables = await state(page);
    assert.deepEqual(tables[0], ["work", { n: 2, s: 6 }], `round ${round}`);
    // The other is there as a whole or not at all.
    for (const [table, found] of tables.slice(1)) assert.deepEqual(found, { n: 300_000, s: 1_350_000 }, `${table}, round ${round}`);
    if (tables.length > 1) await page.evaluate(() => tributary.drop("big"));
    await page.evaluate(() => tributary.saved());
  }
});
