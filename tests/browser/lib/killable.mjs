// A browser of its own with a profile on disk, that can be killed as a power cut would.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const sleep = (ms) => new Promise((next) => setTimeout(next, ms));

/// An empty profile: `{ folder, remove }`.
export async function profile() {
  const folder = await mkdtemp(join(tmpdir(), "tributary-profile-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/// Starts a browser on a profile. Resolves to `{ page, context, kill, quit }`: `kill` ends all of its
/// processes at once, `quit` asks it to close.
export async function start(program, folder) {
  const port = join(folder, "DevToolsActivePort");
  await rm(port, { force: true });
  await rm(join(folder, "SingletonLock"), { force: true });
  const child = spawn(program.executablePath, ["--headless=new", `--user-data-dir=${folder}`, "--remote-debugging-port=0", ...program.args, "about:blank"], {
    stdio: "ignore",
    detached: true, // A process group of its own, so that exactly it can be ended.
  });
  const ended = new Promise((exit) => child.once("exit", exit));
  let address;
  for (let i = 0; i < 200 && !address; i++) {
    await sleep(50);
    address = (await readFile(port, "utf8").catch(() => "")).split("\n")[0];
  }
  if (!address) {
    process.kill(-child.pid, "SIGKILL");
    throw new Error("the browser did not start");
  }
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${address}`);
  const [context] = browser.contexts();
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(20_000);
  return {
    page,
    context,
    kill: async () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
      await ended;
      await browser.close().catch(() => {});
    },
    quit: async () => {
      const session = await browser.newBrowserCDPSession();
      await session.send("Browser.close").catch(() => {});
      await ended;
    },
  };
}
