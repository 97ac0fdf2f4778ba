#!/bin/bash
# undici 7.30.2 (npm), 2026-12: what a proxy answers to CONNECT is not in the error that fetch gives.
#
# A proxy that refuses a tunnel with 502 (or 403, 404 …) leaves `fetch failed` with the cause
#   DOMException "Error", code 0: Request was cancelled.
# though ProxyAgent made an error of it that says "Proxy response (502) !== 200 when HTTP Tunneling". Whoever prints the cause tells users
# that they cancelled something. With only HTTP_PROXY set, https goes through that proxy too, which curl does not do.
# Exits 0 when that is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error undici@7.30.2 >/dev/null
cat >try.mjs <<'JS'
import { createServer } from "node:http";
import { EnvHttpProxyAgent, fetch } from "undici";

let asked = [];
const proxy = createServer();
proxy.on("connect", (request, socket) => {
  asked.push(request.url);
  socket.end("HTTP/1.1 502 No tunnels here\r\n\r\n");
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"]) delete process.env[name];
process.env.HTTP_PROXY = `http://127.0.0.1:${proxy.address().port}`;
const cause = await fetch("https://example.invalid/", { dispatcher: new EnvHttpProxyAgent() }).then(
  () => ({}),
  (error) => error.cause,
);
console.log({ asked, name: cause.name, code: cause.code, message: cause.message });
const same = asked[0] === "example.invalid:443" && cause.code === 0 && cause.message === "Request was cancelled.";
process.exit(same ? 0 : 1);
JS
node try.mjs
