// Web APIs, on another origin: paging, keys, refusals, and cancelling.
import { createServer } from "node:net";
import { inflateRawSync } from "node:zlib";
import { assert } from "../lib/harness.mjs";
import { allIds, apiTest, load } from "../lib/api_test.mjs";
import { dumpOfStorage, problemOf, until, words } from "../lib/app.mjs";
import { json, records, webApi } from "../lib/web_api.mjs";

const pagings = {
  "page numbers": (request, response, url) => {
    const page = Number(url.searchParams.get("page") ?? 1);
    return { page, total_pages: 4, items: records((page - 1) * 25 + 1, page < 4 ? 25 : 12) };
  },
  "offset, limit and a total": (request, response, url) => {
    const offset = Number(url.searchParams.get("offset") ?? 0);
    return { total: 87, offset, limit: 25, items: records(offset + 1, Math.min(25, 87 - offset)) };
  },
  "a token": (request, response, url) => {
    const at = Number(url.searchParams.get("pageToken")?.replace("t/+", "") ?? 0);
    return { items: records(at * 25 + 1, at < 3 ? 25 : 12), ...(at < 3 ? { nextPageToken: `t/+${at + 1}` } : {}) };
  },
  "the next address in the answer": (request, response, url) => {
    const at = Number(url.searchParams.get("at") ?? 0);
    const next = at < 3 ? `http://${request.headers.host}/items?at=${at + 1}` : null;
    return { results: records(at * 25 + 1, at < 3 ? 25 : 12), next };
  },
  "the Link header": (request, response, url) => {
    const at = Number(url.searchParams.get("p") ?? 0);
    if (at < 3) response.setHeader("link", `</items?p=0>; rel="first", </items?p=${at + 1}>; rel="next"`);
    return records(at * 25 + 1, at < 3 ? 25 : 12);
  },
};

for (const [name, route] of Object.entries(pagings)) {
  apiTest(`pages by ${name}: every row arrives, every request is listed`, async ({ open, page, api }) => {
    api.routes["/items"] = route;
    await open();
    const [table] = await load(page, `${api.origin}/items?api_key=s3cret-key${name.startsWith("offset") ? "&offset=0&limit=25" : ""}`);
    assert.equal(table.rows, 87);
    await allIds(page, table.table, 87);
    const asked = api.requests.filter(({ method }) => method === "GET");
    assert.equal(asked.length, 4, asked.map(({ url }) => url).join(" "));
    const listed = await page.evaluate(() => tributary.network);
    assert.equal(listed.length, 4);
    for (const entry of listed) {
      assert.equal(entry.host, api.host);
      assert.equal(entry.status, 200);
      assert.equal(entry.method, "GET");
      assert.match(entry.why, /\w/);
    }
    assert.ok(!JSON.stringify(listed).includes("s3cret-key"), "the key is in the list of requests");
  });
}

apiTest("the list of requests has the shape that is documented", async ({ open, page, api }) => {
  api.routes["/items"] = () => records(1, 3);
  await open();
  await load(page, `${api.origin}/items`);
  const [entry] = await page.evaluate(() => tributary.network);
  assert.deepEqual(Object.keys(entry).sort(), ["bytes", "host", "method", "status", "time", "url", "why"]);
  assert.equal(entry.bytes, JSON.stringify(records(1, 3)).length);
});

apiTest("a key in a header reaches the server and stays out of all that is saved or shared", async ({ open, page, api }) => {
  const secret = "Bearer tr1butary-very-secret-0815";
  api.routes["/items"] = pagings["the next address in the answer"];
  await open();
  await load(page, `${api.origin}/items`, { headers: { Authorization: secret } });
  const gets = api.requests.filter(({ method }) => method === "GET");
  assert.equal(gets.length, 4);
  for (const { headers } of gets) assert.equal(headers.authorization, secret);
  await page.evaluate(() => tributary.saved());
  const token = "tr1butary-very-secret";
  const dump = await dumpOfStorage(page);
  assert.ok(dump.includes("record 87"), "the dump of the storage holds the rows");
  assert.ok(!dump.includes(token), "the key is in the browser's storage");
  const { link, html, project, listed } = await page.evaluate(async () => ({
    link: await tributary.share("link"),
    html: new TextDecoder().decode(await tributary.share("html")),
    project: Array.from(await tributary.share("project")),
    listed: JSON.stringify(tributary.network),
  }));
  const report = inflateRawSync(Buffer.from(link.split("#r1.")[1], "base64url")).toString();
  assert.ok(report.includes('"blocks"'), "the link was taken apart");
  for (const [what, text] of Object.entries({ report, html, listed, project: projectText(Buffer.from(project)) })) {
    assert.ok(!text.includes(token), `the key is in the ${what}`);
  }
});

/// All parts of a project file, unpacked: "TRIBPRJ1", the manifest's length, the manifest, the parts.
function projectText(file) {
  const end = 12 + file.readUInt32LE(8);
  const manifest = JSON.parse(file.subarray(12, end).toString());
  const texts = [JSON.stringify(manifest)];
  let at = end;
  for (const part of [manifest.saved, ...manifest.blobs]) {
    const stored = file.subarray(at, at + part.stored_bytes);
    texts.push((part.is_packed ? inflateRawSync(stored) : stored).toString());
    at += part.stored_bytes;
  }
  assert.equal(at, file.length, "the project file was read to its end");
  assert.ok(texts.join("").includes("record 87"));
  return texts.join("\n");
}

apiTest("a key in the address stays out of what is shared", async ({ open, page, api }) => {
  api.routes["/items"] = () => records(1, 30);
  await open();
  await load(page, `${api.origin}/items?api_key=s3cret-in-address`);
  const { link, html } = await page.evaluate(async () => ({
    link: await tributary.share("link"),
    html: new TextDecoder().decode(await tributary.share("html")),
  }));
  const report = inflateRawSync(Buffer.from(link.split("#r1.")[1], "base64url")).toString();
  assert.ok(!report.includes("s3cret-in-address"), "the key is in the link");
  assert.ok(!html.includes("s3cret-in-address"), "the key is in the file");
});

apiTest("a server that lets no page read is explained", { cors: false, allowErrors: true }, async ({ open, page, api, url }) => {
  api.routes["/items"] = () => records(1, 3);
  await open();
  const problem = await problemOf(page, (url) => tributary.load(url), `${api.origin}/items`);
  assert.equal(problem.code, "cors");
  assert.match(words(problem), /Access-Control-Allow-Origin/);
  assert.ok(words(problem).includes(new URL(url).origin), "names where the page comes from");
  // The second request, which only asks whether somebody is there, is listed as well.
  const gets = api.requests.filter(({ method }) => method === "GET").length;
  const listed = await page.evaluate(() => tributary.network);
  assert.equal(listed.length, gets);
  assert.match(listed[1].why, /answers at all: yes/);
});

apiTest("a server that takes no key from pages is explained by the header it must allow", { allowErrors: true }, async ({ open, page, api }) => {
  api.routes["/items"] = () => records(1, 3);
  await open();
  const problem = await problemOf(page, (url) => tributary.load(url, { headers: { "X-Tenant": "s3cret", Accept: "application/json" } }), `${api.origin}/items`);
  assert.equal(problem.code, "cors_headers");
  assert.match(problem.why, /Access-Control-Allow-Headers: X-Tenant/);
  assert.doesNotMatch(problem.why, /Allow-Origin/);
  assert.ok(!JSON.stringify(problem).includes("s3cret"));
  // The first try and the one without the headers.
  const listed = await page.evaluate(() => tributary.network);
  assert.deepEqual(listed.map(({ status }) => status), [0, 200]);
  assert.match(listed[1].why, /without the headers/);
  for (const { headers } of api.requests) assert.equal(headers["x-tenant"], undefined);
});

apiTest("'Accept' alone is no secret: a redirect within the host is followed with it", async ({ open, page, api }) => {
  api.routes["/old"] = (_, response) => void response.writeHead(301, { location: "/items" }).end();
  api.routes["/items"] = () => records(1, 3);
  await open();
  const [table] = await load(page, `${api.origin}/old`, { headers: { Accept: "application/json" } });
  assert.equal(table.rows, 3);
});

apiTest("a pause that is stated as a date is kept, and a long one is said at once", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  let asked = 0;
  api.routes["/busy"] = (_, response) => {
    asked += 1;
    if (asked > 1) return records(1, 5);
    // To the second, so that it is between one and two seconds from now.
    response.writeHead(503, { "retry-after": new Date(Date.now() + 2000).toUTCString() }).end();
  };
  api.routes["/closed"] = (_, response) => void response.writeHead(429, { "retry-after": "7200" }).end();
  await open();
  const from = Date.now();
  assert.equal((await load(page, `${api.origin}/busy`))[0].rows, 5);
  assert.ok(Date.now() - from >= 900, `${Date.now() - from} ms`);
  const problem = await problemOf(page, (url) => tributary.load(url), `${api.origin}/closed`);
  assert.equal(problem.code, "too_many_requests");
  assert.match(problem.why, /2 hours/);
  assert.ok(problem.hints.some(({ repair }) => repair === "retry"), JSON.stringify(problem.hints));
  assert.equal(api.requests.filter(({ path }) => path === "/closed").length, 1);
});

apiTest("waiting for a service can be cancelled", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  api.routes["/busy"] = (_, response) => void response.writeHead(429, { "retry-after": "50" }).end();
  await open();
  await page.evaluate((url) => {
    window.loading = tributary.load(url).then(() => "loaded", (error) => error.problem?.kind);
  }, `${api.origin}/busy`);
  await page.getByText(/Trying again in 50 seconds/).waitFor();
  await page.locator(".job").getByRole("button", { name: "Cancel" }).click();
  const ended = await page.evaluate(() => Promise.race([window.loading, new Promise((next) => setTimeout(next, 3000, "never"))]));
  assert.equal(String(ended).toLowerCase(), "stopped");
  assert.equal(await page.locator(".job").count(), 0);
  await page.waitForTimeout(300);
  assert.equal(api.requests.length, 1);
});

apiTest("a curl line as a browser copies it is read, and what was left out is said", async ({ open, page, api }) => {
  api.routes["/items"] = (request, response, url) => (url.searchParams.get("q") === "a b" ? records(1, 3) : []);
  await open();
  const line = `curl -sSG '${api.origin}/items' --data-urlencode 'q=a b' \\\n  -H 'accept: */*' \\\n  -b 'sid=1' \\\n  -H 'user-agent: Mozilla/5.0' \\\n  -H $'x-api-key: it\\'s' --compressed`;
  const [table] = await load(page, line);
  assert.equal(table.rows, 3);
  const codes = table.notices.map(({ code }) => code);
  assert.ok(codes.includes("cookies_dropped") && codes.includes("headers_dropped"), codes.join(" "));
  const [get] = api.requests.filter(({ method }) => method === "GET");
  assert.equal(get.headers["x-api-key"], "it's");
  assert.equal(get.headers.cookie, undefined);
});

apiTest("a password in an address goes as a header and is not kept", async ({ open, page, api }) => {
  api.routes["/items"] = () => records(1, 3);
  await open();
  await load(page, `http://me:s3cret-pw@${api.host}/items`);
  const [get] = api.requests.filter(({ method }) => method === "GET");
  assert.equal(get.headers.authorization, `Basic ${Buffer.from("me:s3cret-pw").toString("base64")}`);
  await page.evaluate(() => tributary.saved());
  const dump = await dumpOfStorage(page);
  assert.ok(!dump.includes("s3cret-pw") && !dump.includes("bWU6czNjcmV0"), "the password is in the browser's storage");
});

apiTest("a port where nobody listens cannot be reached", { allowErrors: true }, async ({ open, page }) => {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  await open();
  const problem = await problemOf(page, (url) => tributary.load(url), `http://127.0.0.1:${port}/items`);
  assert.match(problem.what, /cannot be reached/);
  const [entry] = await page.evaluate(() => tributary.network);
  assert.equal(entry?.status, 0);
});

apiTest("refusals say what to do; patience is kept", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  let asked = 0;
  api.routes["/private"] = (_, response) => json(response, { error: "who?" }, 401);
  api.routes["/busy"] = (_, response) => {
    asked += 1;
    if (asked > 1) return records(1, 5);
    response.writeHead(429, { "retry-after": "1" }).end();
  };
  await open();
  const unknown = await problemOf(page, (url) => tributary.load(url), `${api.origin}/private`);
  assert.equal(unknown.code, "key_needed");
  assert.match(words(unknown), /header/);
  const missing = await problemOf(page, (url) => tributary.load(url), `${api.origin}/nowhere`);
  assert.equal(missing.code, "not_found");
  const from = Date.now();
  const [table] = await load(page, `${api.origin}/busy`);
  assert.equal(table.rows, 5);
  assert.equal(asked, 2);
  assert.ok(Date.now() - from >= 990, "it waited as long as it was asked to");
  assert.deepEqual(await page.evaluate(() => tributary.network.map((e) => e.status)), [401, 404, 429, 200]);
});

apiTest("broken JSON is a problem, and so is a web page", async ({ open, page, api }) => {
  api.routes["/broken"] = (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end('[{"id": 1}, {"id": ');
  api.routes["/page"] = (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><html><head><title>Members only</title></head><body>Please sign in</body></html>");
  await open();
  const broken = await problemOf(page, (url) => tributary.load(url), `${api.origin}/broken`);
  assert.match(words(broken), /JSON/);
  const html = await problemOf(page, (url) => tributary.load(url), `${api.origin}/page`);
  assert.match(words(html), /web page/i);
  assert.match(words(html), /Members only/);
  assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
});

apiTest("an answer that breaks off is a problem", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  api.routes["/cut"] = (_, response) => {
    response.writeHead(200, { "content-type": "text/csv", "content-length": "100000" });
    response.write("id,name\n1,a\n");
    setTimeout(() => response.destroy(), 200);
  };
  await open();
  const problem = await problemOf(page, (url) => tributary.load(url), `${api.origin}/cut`);
  assert.match(words(problem), /broke off|end/);
});

apiTest("a redirect to another host is refused, and no key goes there", { allowErrors: true }, async ({ open, page, api }) => {
  const other = await webApi({ "/items": () => records(1, 3) });
  try {
    api.routes["/items"] = (_, response) => void response.writeHead(302, { location: `${other.origin}/items` }).end();
    await open();
    const problem = await problemOf(page, (url) => tributary.load(url, { headers: { "X-Api-Key": "s3cret", Authorization: "Bearer s3cret" } }), `${api.origin}/items`);
    assert.match(words(problem), new RegExp(`${other.host}|another host|redirect|sends on`));
    assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
    assert.ok(!other.requests.some(({ headers }) => JSON.stringify(headers).includes("s3cret")), `the other host got the key: ${JSON.stringify(other.requests)}`);
  } finally {
    await other.close();
  }
});

apiTest("a redirect to another host without a key is said, listed, and nothing of it is read", { allowErrors: true }, async ({ open, page, api }) => {
  const other = await webApi({ "/items": () => records(1, 3) });
  try {
    api.routes["/items"] = (_, response) => void response.writeHead(302, { location: `${other.origin}/items` }).end();
    await open();
    const problem = await problemOf(page, (url) => tributary.load(url), `${api.origin}/items`);
    assert.equal(problem.code, "redirected");
    assert.ok(words(problem).includes(other.host), "says where it leads");
    assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
    const listed = await page.evaluate(() => tributary.network.map(({ host, status, bytes }) => ({ host, status, bytes })));
    assert.deepEqual(listed, [{ host: api.host, status: 0, bytes: 0 }, { host: other.host, status: 200, bytes: 0 }]);
  } finally {
    await other.close();
  }
});

apiTest("a redirect within the host is followed", async ({ open, page, api }) => {
  api.routes["/old"] = (_, response) => void response.writeHead(301, { location: "/new/items" }).end();
  api.routes["/new/items"] = () => records(1, 3);
  await open();
  const [table] = await load(page, `${api.origin}/old`);
  assert.equal(table.rows, 3);
});

apiTest("pages that go round in a circle come to an end", async ({ open, page, api }) => {
  api.routes["/same"] = () => ({ items: records(1, 10), next: "/same" });
  api.routes["/a"] = () => ({ items: records(1, 10), next: "/b" });
  api.routes["/b"] = () => ({ items: records(11, 10), next: "/a" });
  await open();
  assert.equal((await load(page, `${api.origin}/same`))[0].rows, 10);
  assert.equal((await load(page, `${api.origin}/a`))[0].rows, 20);
  assert.equal(api.requests.length, 3);
});

apiTest("when there are more pages than are read, it is said", async ({ open, page, api }) => {
  api.routes["/endless"] = (_, __, url) => ({ items: records(Number(url.searchParams.get("n") ?? 0) * 2 + 1, 2), next: `/endless?n=${Number(url.searchParams.get("n") ?? 0) + 1}` });
  await open();
  const [endless] = await load(page, `${api.origin}/endless`);
  assert.ok(endless.rows <= 200, `${endless.rows} rows`);
  assert.ok(endless.notices.some(({ text }) => /more pages|further pages|first 100 pages|not all pages|stopped/i.test(text)), `it is not said that there was more than was read: ${JSON.stringify(endless.notices)}`);
});

apiTest("a next page at another host is not asked", async ({ open, page, api }) => {
  const other = await webApi({ "/items": () => ({ items: records(11, 10) }) });
  try {
    api.routes["/items"] = () => ({ items: records(1, 10), next: `${other.origin}/items` });
    await open();
    const problem = await problemOf(page, (url) => tributary.load(url), `${api.origin}/items`);
    assert.ok(words(problem).includes(other.host));
    assert.equal(other.requests.length, 0);
  } finally {
    await other.close();
  }
});

apiTest("a CSV file at an address is read", async ({ open, page, api }) => {
  api.routes["/files/plates.csv"] = (_, response) => void response.writeHead(200, { "content-type": "text/csv" }).end("plate,lot\nP1,L-113\nP2,L-114\n");
  await open();
  const [table] = await load(page, `${api.origin}/files/plates.csv`);
  assert.equal(table.format, "csv");
  assert.deepEqual(await page.evaluate((t) => tributary.rows(`SELECT * FROM "${t}" ORDER BY plate`), table.table), [
    { plate: "P1", lot: "L-113" },
    { plate: "P2", lot: "L-114" },
  ]);
});

apiTest("a slow answer can be cancelled", async ({ open, page, api }) => {
  let closed = false;
  let arrived;
  const underWay = new Promise((next) => (arrived = next));
  api.routes["/slow"] = (request, response) => {
    response.writeHead(200, { "content-type": "text/csv" });
    response.write("id,name\n");
    const timer = setInterval(() => response.write("1,slow\n"), 50);
    arrived();
    response.on("close", () => {
      closed = true;
      clearInterval(timer);
    });
  };
  await open();
  await page.evaluate((url) => {
    window.loading = tributary.load(url).then(() => "loaded", (error) => error.problem?.kind);
  }, `${api.origin}/slow`);
  await underWay;
  await page.waitForTimeout(300);
  const outcome = await page.evaluate(async () => {
    const from = performance.now();
    await tributary.cancel();
    const never = new Promise((next) => setTimeout(next, 5000, "never"));
    return { ended: await Promise.race([window.loading, never]), ms: performance.now() - from, tables: await tributary.tables() };
  });
  assert.equal(String(outcome.ended).toLowerCase(), "stopped");
  assert.ok(outcome.ms < 500, `${outcome.ms} ms`);
  assert.deepEqual(outcome.tables, []);
  // The browser closes the connection in its own time.
  for (let i = 0; i < 100 && !closed; i++) await page.waitForTimeout(50);
  assert.ok(closed, "the request went on");
  assert.equal(await page.locator(".job").count(), 0, "the job is still shown");
});

apiTest("refreshing asks the same address again with the same key", async ({ open, page, api }) => {
  let n = 3;
  api.routes["/items"] = () => records(1, n++);
  await open();
  await load(page, `${api.origin}/items`, { headers: { Authorization: "Bearer again" }, table: "items" });
  await page.locator('nav.places .places__word[data-word="Sources"]').click();
  await page.getByRole("button", { name: "Refresh" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 4);
  const gets = api.requests.filter(({ method }) => method === "GET");
  assert.deepEqual(gets.map(({ headers }) => headers.authorization), ["Bearer again", "Bearer again"]);
});
