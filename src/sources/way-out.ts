/**
 * How requests leave the machine: straight, or through the proxy that the environment names, as curl and pip do:
 *
 *   HTTPS_PROXY=http://user:word@proxy:3128   HTTP_PROXY=…   NO_PROXY=.example.org,10.0.0.7:8080
 *
 * Small letters count before capitals; without HTTPS_PROXY, HTTP_PROXY is taken for both. This machine itself is never asked through a proxy.
 * Source: undici's EnvHttpProxyAgent, which does the work.
 * @module
 */
import { type Dispatcher, EnvHttpProxyAgent } from "undici";
import { ConfigError } from "../core/index.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"];

export interface WayOut {
  /** @internal undici's types ask for those of Node, which a program of somebody else need not have. */
  readonly dispatcher: Dispatcher;
  /** "HTTPS_PROXY": which variables name a proxy. */
  readonly proxies: readonly string[];
}

/** @throws ConfigError for a proxy that is no address; its text may hold a password and is not told */
export function wayOut(environment: Environment): WayOut {
  const named = (name: string): string | undefined => {
    const text = environment[name] ?? environment[name.toUpperCase()];
    return text === undefined || text.trim() === "" ? undefined : text.trim();
  };
  const [httpProxy, httpsProxy] = [proxyOf("http_proxy", named), proxyOf("https_proxy", named)];
  const exceptions = named("no_proxy");
  const noProxy = exceptions === "*" ? "*" : [exceptions ?? "", ...THIS_MACHINE].join(",");
  // "" is "none": left out, undici would look into the environment of the process by itself.
  const proxy = { httpProxy: httpProxy ?? "", httpsProxy: httpsProxy ?? "", noProxy };
  return {
    dispatcher: new EnvHttpProxyAgent({ ...proxy, proxyTunnel: false }),
    proxies: [...(httpProxy === undefined ? [] : ["HTTP_PROXY"]), ...(httpsProxy === undefined ? [] : ["HTTPS_PROXY"])],
  };
}

function proxyOf(name: string, named: (name: string) => string | undefined): string | undefined {
  const text = named(name);
  if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
  const expected = "an address like http://proxy:3128";
  throw new ConfigError({
    place: name.toUpperCase(),
    expected,
    got: "something else",
    remedy: "correct it, or unset it",
  });
}
