// A web API on an origin of its own, as far as the browser is concerned: another port.
import { createServer } from "node:http";

/// `routes` maps a path to `(request, response, url) => value`; a value that is returned is sent as JSON.
/// `cors: false` leaves out the headers that let other sites read.
/// Resolves to `{ origin, host, routes, requests, close }`; `requests` holds `{ method, path, url, headers }`.
export async function webApi(routes = {}, { cors = true } = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    requests.push({ method: request.method, path: url.pathname, url: request.url, headers: request.headers });
    if (cors) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "authorization, x-api-key");
      response.setHeader("access-control-expose-headers", "link, retry-after");
    }
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const route = routes[url.pathname];
    if (!route) return response.writeHead(404).end("nothing here");
    const value = route(request, response, url);
    if (value !== undefined) json(response, value);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${server.address().port}`;
  return {
    origin: `http://${host}`,
    host,
    routes,
    requests,
    close: () => {
      server.closeAllConnections?.();
      return new Promise((closed) => server.close(closed));
    },
  };
}

export function json(response, value, status = 200) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/// Numbered records, so that every lost or doubled one shows.
export function records(from, count) {
  return Array.from({ length: count }, (_, i) => ({ id: from + i, name: `record ${from + i}` }));
}
