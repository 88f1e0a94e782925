// A static server for the tests: the page under a path of its own, as a project page on GitHub would be.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".csv": "text/csv; charset=utf-8",
  ".woff2": "font/woff2",
  ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/// Serves `root` under `path`. `handlers` maps a path (without `path`) to `(request, response) => void`
/// for made-up web APIs; the object can be changed while the server runs.
/// Resolves to `{ url, origin, handlers, requests, close }`.
export async function serve(root, path = "/team/tributary/") {
  const handlers = {};
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push({ method: request.method, path: pathname });
    const handler = handlers[pathname];
    if (handler) return handler(request, response);
    // Browsers ask for it once, in whichever test comes first; a test in boot.mjs sees to it that they need not.
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    if (!pathname.startsWith(path)) return end(response, 404);
    let file;
    try {
      file = normalize(join(root, decodeURIComponent(pathname.slice(path.length)) || "index.html"));
    } catch {
      return end(response, 400);
    }
    if (!file.startsWith(root + sep)) return end(response, 403);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return end(response, 404);
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "accept-ranges": "bytes" };
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (range) {
      const from = Number(range[1]);
      const to = Math.min(range[2] ? Number(range[2]) : found.size - 1, found.size - 1);
      response.writeHead(206, { ...headers, "content-range": `bytes ${from}-${to}/${found.size}`, "content-length": to - from + 1 });
      return createReadStream(file, { start: from, end: to }).pipe(response);
    }
    response.writeHead(200, { ...headers, "content-length": found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    url: origin + path,
    origin,
    handlers,
    requests,
    close: () => {
      server.closeAllConnections?.();
      return new Promise((closed) => server.close(closed));
    },
  };
}

function end(response, status) {
  response.writeHead(status, { "content-type": "text/plain" }).end(String(status));
}
