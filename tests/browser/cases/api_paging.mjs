// Pages of web APIs in the ways that services hand them out; nothing is cut or read twice without a word.
import { assert } from "../lib/harness.mjs";
import { allIds, apiTest, gets, load } from "../lib/api_test.mjs";
import { go, until } from "../lib/app.mjs";
import { json, records } from "../lib/web_api.mjs";

/// 87 records, 25 a page.
const page = (number) => records((number - 1) * 25 + 1, number < 4 ? 25 : 12);
const numberIn = (url, name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);

const kinds = {
  "page, per_page and total": ["/items", (_, __, url) => ({ page: numberIn(url, "page", 1), per_page: 25, total: 87, items: page(numberIn(url, "page", 1)) })],
  "a page number in the address and bare lists": ["/items?page=1", (_, __, url) => page(numberIn(url, "page", 1))],
  "$offset and $limit": ["/items?$offset=0&$limit=25", (_, __, url) => records(numberIn(url, "$offset", 0) + 1, Math.max(0, Math.min(25, 87 - numberIn(url, "$offset", 0))))],
  "$skip and $top": ["/items?$skip=0&$top=25", (_, __, url) => ({ value: records(numberIn(url, "$skip", 0) + 1, Math.max(0, Math.min(25, 87 - numberIn(url, "$skip", 0)))) })],
  "info.next": [
    "/items",
    (request, _, url) => {
      const at = numberIn(url, "page", 1);
      return { info: { count: 87, pages: 4, next: at < 4 ? `http://${request.headers.host}/items?page=${at + 1}` : null }, results: page(at) };
    },
  ],
  "an offset beside longer lists of other things": [
    "/items?offset=0&limit=10",
    (_, __, url) => ({ total: 87, facets: records(1000, 50), results: records(numberIn(url, "offset", 0) + 1, Math.min(10, 87 - numberIn(url, "offset", 0))) }),
  ],
};

for (const [name, [path, route]] of Object.entries(kinds)) {
  apiTest(`pages by ${name}: every row arrives once`, async ({ open, page, api }) => {
    api.routes["/items"] = route;
    await open();
    const [table] = await load(page, api.origin + path);
    assert.equal(table.rows, 87, JSON.stringify(gets(api).map(({ url }) => url)));
    await allIds(page, table.table, 87);
    assert.deepEqual(table.notices.filter(({ code }) => /short|unread|limit|failed|repeated/.test(code)), []);
  });
}

apiTest("a stated total is compared with the rows that came", async ({ open, page, api }) => {
  api.routes["/items"] = () => ({ total: 87, items: records(1, 25) });
  await open();
  const [table] = await load(page, `${api.origin}/items`);
  assert.equal(table.rows, 25);
  const notice = table.notices.find(({ code }) => code === "rows_short");
  assert.match(notice?.text ?? "", /87 rows\. 25 came/);
  await go(page, "Sources");
  await page.getByText("Not all rows of the service are here.").waitFor();
});

apiTest("a service that ignores the page number is not read twice", async ({ open, page, api }) => {
  api.routes["/items"] = () => records(1, 25);
  await open();
  const [table] = await load(page, `${api.origin}/items?page=1`);
  assert.equal(table.rows, 25);
  assert.ok(table.notices.some(({ code }) => code === "page_repeated"), JSON.stringify(table.notices));
});

apiTest("paging that was chosen is followed, one page only as well", async ({ open, page, api }) => {
  api.routes["/items"] = (_, __, url) => page_(numberIn(url, "seite", 1));
  function page_(number) {
    return number > 4 ? [] : records((number - 1) * 25 + 1, number < 4 ? 25 : 12);
  }
  await open();
  const [all] = await load(page, `${api.origin}/items`, { paging: { kind: "page_number", parameter: "seite" }, table: "all_pages" });
  assert.equal(all.rows, 87);
  const [limited] = await load(page, `${api.origin}/items`, { paging: { kind: "page_number", parameter: "seite", limit: 2 }, table: "two_pages" });
  assert.equal(limited.rows, 50);
  assert.match(limited.notices.map(({ text }) => text).join("; "), /Stopped after 2 pages/);
  const [one] = await load(page, `${api.origin}/items?page=1`, { paging: "none", table: "one_page" });
  assert.equal(one.rows, 25);
});

apiTest("a page limit is offered to be raised", async ({ open, page, api }) => {
  api.routes["/items"] = (_, __, url) => ({ page: numberIn(url, "page", 1), per_page: 25, total: 87, items: records((numberIn(url, "page", 1) - 1) * 25 + 1, numberIn(url, "page", 1) < 4 ? 25 : 12) });
  await open();
  const [table] = await load(page, `${api.origin}/items`, { paging: { limit: 2 }, table: "items" });
  assert.equal(table.rows, 50);
  await go(page, "Sources");
  await page.getByText(/50 of the 87 rows/).waitFor();
  await page.getByRole("button", { name: "Read up to 20 pages" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 87);
  await page.getByText("Not all rows of the service are here.").waitFor({ state: "detached" });
});

apiTest("a page that fails in the middle costs only what follows, and is tried again", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  let isDown = true;
  api.routes["/items"] = (_, response, url) => {
    const number = numberIn(url, "page", 1);
    if (isDown && number === 3) return void json(response, { error: "down" }, 500);
    return { page: number, total_pages: 4, items: records((number - 1) * 25 + 1, number < 4 ? 25 : 12) };
  };
  await open();
  const [table] = await load(page, `${api.origin}/items`, { table: "items" });
  assert.equal(table.rows, 50);
  const notice = table.notices.find(({ code }) => code === "page_failed");
  assert.match(notice?.text ?? "", /Page 3 .*50 rows came before.*500/);
  await go(page, "Sources");
  await page.getByText(/Page 3 and all after it are missing/).waitFor();
  isDown = false;
  await page.locator(".source__incomplete").getByRole("button", { name: "Try again" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 87);
  assert.equal(await page.locator(".source__incomplete").count(), 0);

  // Complete rows do not make way for less.
  isDown = true;
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText(/The rows of before are kept/).waitFor();
  await allIds(page, "items", 87);
});

apiTest("pages that were put together are read again as pages", async ({ open, page, api }) => {
  api.routes["/items"] = (_, __, url) => ({ page: numberIn(url, "page", 1), total_pages: 4, items: records((numberIn(url, "page", 1) - 1) * 25 + 1, numberIn(url, "page", 1) < 4 ? 25 : 12) });
  await open();
  await load(page, `${api.origin}/items`, { table: "items" });
  await go(page, "Sources");
  await page.locator(".table-part__toggle").click();
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByLabel("Type of id").selectOption("text");
  await until(page, async () => (await tributary.tables())[0].columns.some(({ name, type }) => name === "id" && type === "text"));
  const count = () => page.evaluate(async () => (await tributary.rows("SELECT count(*) AS n, count(DISTINCT id) AS d FROM items"))[0]);
  assert.deepEqual(await count(), { n: 87, d: 87 });
  assert.equal(gets(api).length, 4, "the service was asked again");
  await page.getByRole("button", { name: "How it is read" }).click();
  await page.getByRole("button", { name: "As it was found" }).click();
  await until(page, async () => (await tributary.tables())[0].columns.some(({ name, type }) => name === "id" && type !== "text"));
  assert.deepEqual(await count(), { n: 87, d: 87 });

  // And one page is no longer read as pages.
  api.routes["/items"] = () => ({ page: 1, total_pages: 1, items: records(1, 7) });
  await page.getByRole("button", { name: "Refresh" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 7);
});
