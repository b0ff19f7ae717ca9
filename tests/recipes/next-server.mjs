// Runs the route handlers of the current folder on Next.js's own request and response, behind Node's HTTP server.
import { createServer } from "node:http";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// Next.js is built by its bundler, and names no entry points for Node: next/server is next/server.js.
const resolve = `export const resolve = (name, context, next) => next(name === "next/server" ? name + ".js" : name, context);`;
register(`data:text/javascript,${encodeURIComponent(resolve)}`);

const load = (path) => import(pathToFileURL(path).href);
const { NextRequest } = (await load("node_modules/next/server.js")).default;
const routes = {
  "/connect": await load("app/connect/route.js"),
  "/callback": await load("app/callback/route.js"),
};

const server = createServer(async (incoming, outgoing) => {
  const url = URL.parse?.(incoming.url, "http://localhost") ?? parse(incoming.url);
  const handler = url && routes[url.pathname]?.[incoming.method];
  if (!handler) {
    outgoing.writeHead(404).end();
    return;
  }
  const response = await handler(new NextRequest(url, { method: incoming.method, headers: incoming.headers }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});

function parse(target) {
  try {
    return new URL(target, "http://localhost");
  } catch {
    return null;
  }
}

server.listen(Number(process.env.PORT), "localhost");
