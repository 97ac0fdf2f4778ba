/** A clone, from `git clone` to a command that runs: what is missing is made or said in one line, and nothing is done twice. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/scratch.ts";
import { asNode, toyCheckout } from "./toy-checkout.ts";

const BIN = "bin/updraft.js";
const SETUP = "scripts/setup.js";
const ONE_LINE = /^[^\n]+\n$/;

describe("the command in a clone", () => {
  it("says in one line what to do when nothing is installed", () => {
    const clone = toyCheckout(scratchFolder("clone"), { installed: false });
    const { status, stderr } = clone.run(BIN);
    expect(status).toBe(2);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain('run "npm run setup"');
  });

  it("says so too when other packages are installed than the lock file names, or ONNX Runtime is not", () => {
    const clone = toyCheckout(scratchFolder("stale-packages"), { installed: true });
    expect(clone.run(BIN).status).toBe(0);
    const record = clone.path("node_modules/.package-lock.json");
    const lock = readFileSync(record, "utf8");
    clone.write(
      "node_modules/.package-lock.json",
      lock.replace(/("node_modules\/zod":\{"version":)"[^"]+"/, '$1"4.0.0"'),
    );
    expect(clone.run(BIN).stderr).toMatch(
      /^updraft: expected the packages that package-lock\.json names.*npm run setup/,
    );
    clone.write("node_modules/.package-lock.json", lock);
    rmSync(clone.path("runtime/node_modules"), { recursive: true });
    expect(clone.run(BIN).stderr).toMatch(
      /^updraft: expected the packages that package-lock\.json names.*npm run setup/,
    );
  });

  it("builds what is not built, once, and again when a source has changed", () => {
    const clone = toyCheckout(scratchFolder("unbuilt"), { installed: true });
    const first = clone.run(BIN);
    expect([first.stdout, first.stderr]).toEqual(["first", "updraft: compiling the sources\n"]);
    expect(clone.run(BIN).stderr).toBe("");
    clone.write("src/cli/word.ts", `export const word: string = "second";\n`);
    clone.write("src/cli/more.ts", `export const more = 1;\n`);
    expect(clone.run(BIN).stdout).toBe("second");
    expect(existsSync(clone.path("dist/cli/more.js"))).toBe(true);
    rmSync(clone.path("src/cli/more.ts"));
    expect(clone.run(BIN).stdout).toBe("second");
    expect(readdirSync(clone.path("dist/cli")).filter((name) => name.startsWith("more"))).toEqual([]);
    expect(readdirSync(clone.folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("does not run old code for sources that do not compile, and leaves what was built", () => {
    const clone = toyCheckout(scratchFolder("broken"), { installed: true });
    expect(clone.run(BIN).status).toBe(0);
    clone.write("src/cli/word.ts", "export const word: number = 'no';\n");
    const { status, stdout, stderr } = clone.run(BIN);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/word\.ts.*TS2322/);
    expect(readFileSync(clone.path("dist/cli/word.js"), "utf8")).toContain("first");
  });

  it("says which Node it needs when it runs on an older one", () => {
    const clone = toyCheckout(scratchFolder("old-node"), { installed: true });
    for (const script of [BIN, SETUP]) {
      const { status, stderr } = clone.run(script, { node: asNode("18.20.4") });
      expect(status).toBe(2);
      expect(stderr).toMatch(/^\w+: expected Node\.js 20\.19 or newer, got 18\.20\.4; [^\n]*\n$/);
    }
  });
});

describe("npm run setup", () => {
  it("installs without any package's install step, builds, and has nothing left to do after that", () => {
    const clone = toyCheckout(scratchFolder("setup"), { installed: false });
    expect(clone.run(SETUP).status).toBe(0);
    expect(clone.npmCalls().map((call) => call.replace(/^.*(?= ci )/, ""))).toEqual([
      " ci --ignore-scripts --no-audit --no-fund --loglevel=error",
      " ci --ignore-scripts --no-audit --no-fund --loglevel=error",
    ]);
    const built = statSync(clone.path("dist/cli/main.js")).mtimeMs;
    expect(clone.run(BIN).stdout).toBe("first");
    // Another Node does not need other packages: all that is compiled in them speaks Node-API.
    for (const node of ["20.19.0", "22.1.0", "26.4.0"])
      expect(clone.run(SETUP, { node: asNode(node) }).stderr).toBe("");
    expect(clone.npmCalls().length).toBe(2);
    expect(statSync(clone.path("dist/cli/main.js")).mtimeMs).toBe(built);
  });

  it("builds without taking a file away from a program that runs", async () => {
    const clone = toyCheckout(scratchFolder("running"), { installed: true });
    expect(clone.run(SETUP).status).toBe(0);
    clone.write("src/cli/word.ts", `export const word: string = "second";\n`);
    const seen: string[] = [];
    const watch = setInterval(() => {
      for (const name of ["main", "word"]) seen.push(readFileSync(clone.path(`dist/cli/${name}.js`), "utf8"));
    }, 1);
    const setup = clone.runBeside(SETUP).finally(() => clearInterval(watch));
    expect((await setup).status).toBe(0);
    for (const text of seen) expect(text).toMatch(/first|second|word/);
    expect(clone.run(BIN).stdout).toBe("second");
  });

  it("given twice at once installs once, and both end well", async () => {
    const clone = toyCheckout(scratchFolder("twice"), { installed: false });
    const both = await Promise.all([clone.runBeside(SETUP), clone.runBeside(SETUP)]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(clone.npmCalls().length).toBe(2);
    expect(clone.run(BIN).stdout).toBe("first");
    expect(existsSync(clone.path(".setup-lease"))).toBe(false);
  });

  it("goes on after one that was killed while it installed", () => {
    const clone = toyCheckout(scratchFolder("killed"), { installed: false });
    clone.write(".setup-lease", "");
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(clone.path(".setup-lease"), longAgo, longAgo);
    expect(clone.run(SETUP).status).toBe(0);
    expect(clone.run(BIN).stdout).toBe("first");
  });
});
