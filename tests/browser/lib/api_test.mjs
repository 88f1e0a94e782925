// What the tests of web APIs share.
import { assert, test } from "./harness.mjs";
import { webApi } from "./web_api.mjs";

/// A test with a web API of its own, `api`, as `webApi()` gives it. Which port that gets is not known when
/// the test is registered: the app's own page and any loopback port count as known hosts, and each
/// test looks at the requests itself.
export function apiTest(name, options, body = options) {
  const { cors, ...rest } = typeof options === "function" ? {} : options;
  test(name, { ...rest, allowHosts: /^127\.0\.0\.1:/ }, async (t) => {
    const api = await webApi({}, { cors: cors ?? true });
    try {
      await body({ ...t, api });
    } finally {
      await api.close();
    }
  });
}

export const load = (page, url, options) => page.evaluate(([url, options]) => tributary.load(url, options), [url, options ?? {}]);

/// Numbered records from 1 to `count`: none is lost, none is there twice.
export async function allIds(page, table, count) {
  const [found] = await page.evaluate((table) => tributary.rows(`SELECT count(*) AS n, count(DISTINCT id) AS d, min(id) AS a, max(id) AS b FROM "${table}"`), table);
  assert.deepEqual(found, { n: count, d: count, a: 1, b: count });
}

/// The requests that read data.
export const gets = (api) => api.requests.filter(({ method }) => method === "GET");
