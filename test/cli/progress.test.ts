import { describe, expect, it } from "vitest";
import { formatDuration, progressLine, progressReporter } from "../../src/cli/progress.ts";

describe("a line of progress", () => {
  it("says what, how far, how fast and how long still", () => {
    const event = { label: "train forecaster", done: 420, total: 1200, unit: "steps", note: "loss 0.0312" };
    expect(progressLine(event, 71, 10)).toBe("train forecaster  420/1200 steps  35%  7.1/s  1m 50s left  loss 0.0312");
  });

  it("counts seconds an item when items are slow, and says when it is done", () => {
    const event = { label: "forecast", done: 8, total: 8, unit: "members" };
    expect(progressLine(event, 8, 20)).toBe("forecast  8/8 members  100%  2.5 s each  done in 20s");
  });

  it("promises nothing before it knows its rate", () => {
    expect(progressLine({ label: "maps", done: 0, total: 10, unit: "maps" }, 0, 0)).toBe("maps  0/10 maps  0%");
    expect(progressLine({ label: "maps", done: 0, total: 0, unit: "maps" }, 0, 0)).toBe(
      "maps  0/0 maps  0%  done in 0s",
    );
  });

  it("is whole at less than one of its unit", () => {
    expect(progressLine({ label: "fetch", done: 0.007, total: 0.014, unit: "MB" }, 0, 0)).toBe(
      "fetch  0.007/0.014 MB  50%",
    );
  });

  it.each([
    [0, "0s"],
    [59.4, "59s"],
    [59.6, "1m 0s"],
    [75, "1m 15s"],
    [3600, "1h 0m"],
    [7384, "2h 3m"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("a reporter", () => {
  /** Where a log would go: no terminal. */
  function logOf(report: (reporter: ReturnType<typeof progressReporter>) => void): string[] {
    const lines: string[] = [];
    const stream = { isTTY: false, write: (text: string) => lines.push(text) > 0 } as unknown as NodeJS.WriteStream;
    report(progressReporter(stream));
    return lines;
  }

  it("writes plain lines to a log: the first, the last, and few between", () => {
    const lines = logOf((report) => {
      for (let done = 1; done <= 100; done++) report({ label: "maps", done, total: 100, unit: "maps" });
    });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe("maps  1/100 maps  1%\n");
    expect(lines[1]).toMatch(/^maps {2}100\/100 maps {2}100% .* done in 0s\n$/);
  });

  it("starts a line of its own for each label", () => {
    const lines = logOf((report) => {
      report({ label: "a", done: 1, total: 9, unit: "x" });
      report({ label: "b", done: 1, total: 9, unit: "x" });
    });
    expect(lines).toEqual(["a  1/9 x  11%\n", "b  1/9 x  11%\n"]);
  });
});
