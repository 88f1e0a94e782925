// Starts one of the two worker programs. Used by worker-reader.js and worker-engine.js.
//
// The contract with the Rust code:
// - `main` of src/bin/reader.rs or engine.rs installs `onmessage` (or a listener) before it returns.
// - Messages that arrive earlier are kept and delivered afterwards, in order, with what was transferred.
// - `?build=<id>` is handed on to the files, so that a worker never mixes two builds from a cache.
// - With `?module=posted` the first message must be `{tributary_module: WebAssembly.Module}`: compile once,
//   start many. Without it, the program is fetched.
// - With `?announce=1` the page gets `{tributary_booted: "<name>"}` once `main` has returned (for tests).
// - When the program cannot start, the page gets `{tributary_boot_failed: "<why>"}` and the worker closes.

export async function boot(name) {
  const early = [];
  const keep = (event) => early.push(event);
  self.addEventListener("message", keep);
  const query = new URL(self.location.href).searchParams;
  try {
    const build = query.has("build") ? `?build=${encodeURIComponent(query.get("build"))}` : "";
    const program = await import(new URL(`./${name}.js${build}`, import.meta.url).href);
    let wasm = new URL(`./${name}_bg.wasm${build}`, import.meta.url);
    if (query.get("module") === "posted") {
      while (early.length === 0) await new Promise((next) => self.addEventListener("message", next, { once: true }));
      wasm = early.shift().data.tributary_module;
    }
    await program.default({ module_or_path: wasm });
  } catch (error) {
    self.postMessage({ tributary_boot_failed: String(error) });
    self.close();
    return;
  }
  self.removeEventListener("message", keep);
  if (query.get("announce")) self.postMessage({ tributary_booted: name });
  for (const { data, ports } of early) self.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
}
