/** A proxy on 127.0.0.1: plain requests it sends on to one server whatever their host, tunnels it refuses; it logs both. @module */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Proxy {
  readonly port: number;
  /** "GET http://noaa.test/aws/…" and "CONNECT noaa.test:443", with the Proxy-Authorization that came. */
  readonly seen: { readonly line: string; readonly authorization: string | undefined }[];
  readonly close: () => Promise<void>;
}

/** @param upstream "http://127.0.0.1:PORT" */
export async function startProxy(upstream: string): Promise<Proxy> {
  const seen: { line: string; authorization: string | undefined }[] = [];
  const note = ({ method = "", url = "", headers }: IncomingMessage): void => {
    seen.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"] });
  };
  const server = createServer((question: IncomingMessage, answer: ServerResponse) => {
    note(question);
    const { pathname, search } = new URL(question.url ?? "/", upstream);
    const onward = request(`${upstream}${pathname}${search}`, { method: question.method, headers: question.headers });
    onward.on("response", (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    onward.end();
  });
  server.on("connect", (question: IncomingMessage, socket) => {
    note(question);
    socket.end("HTTP/1.1 502 No tunnels here\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
