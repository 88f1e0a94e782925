// Python with the usual data libraries, to read what the app writes. It lives in the cache folder
// and is made there the first time, with pinned versions.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readFile } from "node:fs/promises";

const run = promisify(execFile);
const requirements = fileURLToPath(new URL("../python/requirements.txt", import.meta.url));

/// The path of a Python that has the packages of python/requirements.txt.
export async function python() {
  const text = await readFile(requirements, "utf8");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const cache = process.env.TRIBUTARY_CACHE ?? join(homedir(), ".cache/tributary");
  const folder = join(cache, "python", hash);
  const program = join(folder, "bin/python3");
  if (existsSync(join(folder, "complete"))) return program;
  console.log("Installing polars, pandas, duckdb, pyarrow and openpyxl into the cache: they check the files that the app writes.");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(cache, "python"), { recursive: true });
  // Scripts of an environment hold its path, so it is made where it stays; the mark comes last.
  await run("python3", ["-m", "venv", folder]);
  await run(program, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements], { maxBuffer: 1 << 24 });
  await mkdir(join(folder, "complete.part"), { recursive: true });
  await rename(join(folder, "complete.part"), join(folder, "complete"));
  return program;
}

/// Runs a script of python/ and returns what it prints, as JSON.
export async function runPython(script, ...args) {
  const program = await python();
  const path = fileURLToPath(new URL(`../python/${script}`, import.meta.url));
  const { stdout } = await run(program, [path, ...args], { maxBuffer: 1 << 26, env: { ...process.env, TZ: "UTC", PYTHONUTF8: "1" } });
  return JSON.parse(stdout);
}
