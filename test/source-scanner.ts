/**
 * Reads TypeScript as tokens, just far enough to know what a file imports and which globals it touches. A search with regular
 * expressions would be fooled by comments and strings, and the compiler has no API in TypeScript 7.
 */

export interface Token {
  readonly kind: "word" | "text" | "mark";
  readonly value: string;
}

export interface ModuleImport {
  /** As written: "../core/index.ts", "node:fs"; `undefined` when it is computed at run time. */
  readonly specifier: string | undefined;
  readonly form: "import" | "export" | "dynamic";
  /** `export * from`, which hides what a room offers. */
  readonly star: boolean;
}

/** After these words a slash begins a regular expression, not a division. */
const BEFORE_REGEX = new Set(["return", "typeof", "case", "of", "in", "yield", "await", "void", "throw", "else", "do"]);
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/y;

/** The words, quoted texts and punctuation of a source; comments, numbers and regular expressions are passed over. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** Depth of braces at which each open `${` will close. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const until = (end: string, from: number): number => {
    const found = source.indexOf(end, from);
    return found < 0 ? source.length : found + end.length;
  };
  const quoted = (quote: string): void => {
    const start = ++at;
    while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1;
    tokens.push({ kind: "text", value: source.slice(start, at++) });
  };
  /** The fixed part of a template, up to its end or its next `${`. */
  const templatePart = (): void => {
    while (at < source.length && source[at] !== "`" && !source.startsWith("${", at)) at += source[at] === "\\" ? 2 : 1;
    if (source[at] === "`") at += 1;
    else {
      at += 2;
      templates.push(depth++);
    }
  };
  const regex = (): void => {
    let inClass = false;
    for (at += 1; at < source.length && (inClass || source[at] !== "/"); at++) {
      if (source[at] === "\\") at += 1;
      else if (source[at] === "[") inClass = true;
      else if (source[at] === "]") inClass = false;
    }
    at += 1;
  };
  while (at < source.length) {
    const char = source[at];
    if (source.startsWith("//", at)) at = until("\n", at);
    else if (source.startsWith("/*", at)) at = until("*/", at + 2);
    else if (char === '"' || char === "'") quoted(char);
    else if (char === "`") {
      tokens.push({ kind: "text", value: "`" });
      at += 1;
      templatePart();
    } else if (char === "/" && beginsRegex(tokens.at(-1))) regex();
    else {
      WORD.lastIndex = at;
      NUMBER.lastIndex = at;
      const word = WORD.exec(source)?.[0];
      const number = NUMBER.exec(source)?.[0];
      if (word !== undefined) tokens.push({ kind: "word", value: word });
      else if (number !== undefined) tokens.push({ kind: "text", value: number });
      else if (char === "{") depth += 1;
      else if (char === "}") depth -= 1;
      if (word === undefined && number === undefined && char.trim() !== "") tokens.push({ kind: "mark", value: char });
      at += (word ?? number ?? char).length;
      if (char === "}" && templates.at(-1) === depth) {
        templates.pop();
        templatePart();
      }
    }
  }
  return tokens;
}

function beginsRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "word") return BEFORE_REGEX.has(before.value);
  return before.kind === "mark" && !")]}".includes(before.value);
}

/** Everything a source imports or re-exports, types included. */
export function importsOf(tokens: readonly Token[]): ModuleImport[] {
  const found: ModuleImport[] = [];
  const is = (at: number, value: string): boolean => tokens[at]?.kind !== "text" && tokens[at]?.value === value;
  const text = (at: number): string | undefined => (tokens[at]?.kind === "text" ? tokens[at].value : undefined);
  for (let at = 0; at < tokens.length; at++) {
    if (is(at - 1, ".") || (!is(at, "import") && !is(at, "export"))) continue;
    const form = is(at, "import") ? "import" : "export";
    let next = at + 1;
    if (form === "import" && is(next, "(")) {
      const literal = text(next + 1);
      found.push({ specifier: literal === "`" ? undefined : literal, form: "dynamic", star: false });
      continue;
    }
    if (form === "import" && text(next) !== undefined) {
      found.push({ specifier: text(next), form, star: false });
      continue;
    }
    if (is(next, "type") && !is(next + 1, "from")) next += 1;
    // An export that re-exports begins with { or *; any other is a declaration of its own.
    const star = is(next, "*");
    if (is(next, ".") || (form === "export" && !star && !is(next, "{"))) continue;
    while (next < tokens.length && !is(next, "from") && !is(next, ";") && !is(next, "}")) next += 1;
    if (is(next, "}")) next += 1;
    if (is(next, "from") && text(next + 1) !== undefined) {
      found.push({ specifier: text(next + 1), form, star: form === "export" && star && !is(at + 2, "as") });
    }
  }
  return found;
}

/** The names a source offers, types marked as such: ["RequestError", "type Complaint"]. */
export function exportsOf(tokens: readonly Token[]): string[] {
  const names: string[] = [];
  const word = (at: number): string => tokens[at]?.value ?? "";
  for (let at = 0; at < tokens.length; at++) {
    // `export` is a name too: { export: 1 }.
    if (tokens[at].kind !== "word" || word(at) !== "export" || word(at + 1) === ":") continue;
    const isType = ["type", "interface"].includes(word(at + 1));
    let next = isType && "{*".includes(word(at + 2)) ? at + 2 : at + 1;
    const mark = isType ? "type " : "";
    if (word(next) === "*") names.push(mark + word(next + 2));
    else if (word(next) !== "{") {
      while (["async", "abstract", "declare"].includes(word(next))) next += 1;
      names.push(mark + word(next + 1));
    } else {
      // Each item ends at a comma; its last word is the name outside: `a as b` is b.
      for (let item: string[] = []; next < tokens.length; next++) {
        const value = word(next + 1);
        if (value !== "," && value !== "}") item.push(value);
        else {
          if (item.length > 0) names.push((item[0] === "type" && item.length > 1 ? "type " : mark) + item.at(-1));
          item = [];
          if (value === "}") break;
        }
      }
    }
  }
  return names;
}

/** True when the tokens hold this run of words and marks: `["Math", ".", "random"]`. */
export function contains(tokens: readonly Token[], run: readonly string[]): boolean {
  return tokens.some((_, at) =>
    run.every((value, offset) => tokens[at + offset]?.kind !== "text" && tokens[at + offset]?.value === value),
  );
}
