// The page and its two workers start, from any path, under the content policy, and contact nobody.
import { assert, test } from "../lib/harness.mjs";

test("the page starts", async ({ open, page }) => {
  await open();
  assert.equal(await page.title(), "Tributary");
  assert.equal(await page.locator("#starting").count(), 0);
});

test("the page names its icon, so that no browser asks the host for one outside of its folder", async ({ open, page, url }) => {
  await open();
  const icon = await page.evaluate(() => document.querySelector("link[rel~=icon]")?.href);
  assert.ok(icon?.startsWith("data:") || icon?.startsWith(url), String(icon));
});

test("nothing is written inline, so the content policy holds", { allowErrors: /Content Security Policy/ }, async ({ open, page }) => {
  await open();
  assert.equal(await page.locator("script:not([src])").count(), 0);
  const evaluated = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    document.head.append(script);
    return window.inlineRan === true;
  });
  assert.equal(evaluated, false, "an inline script ran");
});

for (const name of ["reader", "engine"]) {
  for (const posted of [false, true]) {
    test(`the ${name} starts ${posted ? "from a posted module" : "by itself"}`, { timeoutMs: 120_000 }, async ({ open, page }) => {
      await open();
      const said = await page.evaluate(
        async ([name, posted]) => {
          const worker = new Worker(`./worker-${name}.js?build=test&announce=1${posted ? "&module=posted" : ""}`, { type: "module" });
          const answer = new Promise((done) => {
            worker.onerror = (event) => done(`error: ${event.message}`);
            worker.onmessage = ({ data }) => {
              if (data?.tributary_booted || data?.tributary_boot_failed) done(data.tributary_booted ?? data.tributary_boot_failed);
            };
          });
          if (posted) {
            const tributary_module = await WebAssembly.compileStreaming(fetch(`./${name}_bg.wasm`));
            worker.postMessage({ tributary_module });
          }
          return answer.finally(() => worker.terminate());
        },
        [name, posted],
      );
      assert.equal(said, name);
    });
  }
}

test("a worker that cannot start says so", { allowErrors: true }, async ({ open, page }) => {
  await open();
  const said = await page.evaluate(
    () =>
      new Promise((done) => {
        const worker = new Worker("./worker-reader.js?build=x&module=posted", { type: "module" });
        worker.onmessage = ({ data }) => done(data?.tributary_boot_failed);
        // Bytes that are no program.
        worker.postMessage({ tributary_module: new Uint8Array([1, 2, 3]) });
      }),
  );
  assert.match(String(said), /\w/);
});
