// Runs tests/browser/cases/*.mjs against dist/ in Chromium.
//   node tests/browser/run.mjs [words in the file or test name …]
// Environment: CHROMIUM (the browser), HEADED=1 (show it), DIST (the built page, default dist).
// The last line has the form of `cargo test`, which `cargo xtask test` adds up.
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { axe, collected, startFile } from "./lib/harness.mjs";
import { serve } from "./lib/server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = resolve(process.env.DIST ?? join(here, "../../dist"));
const words = process.argv.slice(2);

if (!existsSync(join(dist, "index.html"))) {
  console.error(`There is no page in ${dist}. Build it first: cargo xtask build`);
  process.exit(2);
}

for (const file of (await readdir(join(here, "cases"))).filter((name) => name.endsWith(".mjs")).sort()) {
  startFile(file.replace(/\.mjs$/, ""));
  await import(pathToFileURL(join(here, "cases", file)).href);
}

// The name of a file stands for just that file.
const files = new Set(collected().map(({ file }) => file));
const named = ({ file, name }) => words.every((word) => (files.has(word) ? file === word : `${file} ${name}`.includes(word)));
const tests = collected().filter(named);
const server = await serve(dist);
const pictures = join(tmpdir(), "tributary-browser-failures");
const executablePath = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const args = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];
const browser = await chromium.launch({ executablePath, headless: !process.env.HEADED, args });

let passed = 0;
const failures = [];
for (const { file, name, options, body } of tests) {
  const started = Date.now();
  const title = `${file} :: ${name}`;
  const problem = await one(title, options, body).catch((error) => error);
  const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (problem) {
    failures.push({ title, problem });
    console.log(`test ${title} ... FAILED (${seconds})`);
  } else {
    passed += 1;
    console.log(`test ${title} ... ok (${seconds})`);
  }
}
await browser.close();
await server.close();

for (const { title, problem } of failures) console.log(`\n---- ${title} ----\n${problem?.stack ?? problem}`);
console.log(`\ntest result: ${failures.length ? "FAILED" : "ok"}. ${passed} passed; ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);

/// Runs one test in a browser context of its own. Returns an error, or nothing.
async function one(title, options, body) {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1440, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    locale: options.locale ?? "en-GB",
    timezoneId: "UTC",
    acceptDownloads: true,
    ...(options.context ?? {}),
  });
  const logs = [];
  const strangers = [];
  const { host } = new URL(server.url);
  const isAllowed = (other) => other === host || options.allowHosts?.includes?.(other) || options.allowHosts?.test?.(other);
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(http|ws)s?:$/.test(url.protocol) && !isAllowed(url.host)) strangers.push(request.url());
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => logs.push({ type: message.type(), text: `${message.text()}${message.text().startsWith("Failed to load") ? ` ${message.location().url}` : ""}` }));
  page.on("pageerror", (error) => logs.push({ type: "error", text: `uncaught: ${error.message}` }));
  const open = async (hash = "") => {
    await page.goto(server.url + hash);
    // The page says by itself that it runs, or that it could not start.
    await page.waitForFunction(() => !document.getElementById("starting") || document.getElementById("starting").dataset.state === "failed");
    const failed = await page.evaluate(() => document.getElementById("starting")?.textContent);
    if (failed) throw new Error(`The page did not start: ${failed}`);
  };
  let timer;
  const limit = new Promise((_, late) => {
    const timeoutMs = options.timeoutMs ?? 60_000;
    timer = setTimeout(() => late(new Error(`not finished after ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    const t = { page, context, browser, url: server.url, server, open, axe: (include) => axe(page, include), logs, program: { executablePath: executablePath ?? chromium.executablePath(), args } };
    await Promise.race([body(t), limit]);
    const expected = options.allowErrors;
    const errors = logs.filter(({ type, text }) => type === "error" && !(expected === true || expected?.test?.(text)));
    if (errors.length) throw new Error(`errors on the console:\n${errors.map(({ text }) => text).join("\n")}`);
    if (strangers.length) throw new Error(`hosts contacted that nobody named:\n${strangers.join("\n")}`);
  } catch (error) {
    await mkdir(pictures, { recursive: true });
    const picture = join(pictures, `${title.replace(/[^a-z0-9]+/gi, "-")}.png`);
    const taken = await page.screenshot({ path: picture }).then(() => true, () => false);
    const tail = logs.slice(-15).map(({ type, text }) => `  [${type}] ${text}`).join("\n");
    error.stack = `${error.stack}${tail ? `\nconsole:\n${tail}` : ""}${taken ? `\npicture: ${picture}` : ""}`;
    return error;
  } finally {
    clearTimeout(timer);
    for (const path of Object.keys(server.handlers)) delete server.handlers[path];
    await context.close().catch(() => {});
  }
}
