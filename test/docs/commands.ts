/** The commands of a page: the lines of its fenced sh blocks, without their comments. For tests that run them. @module */
export function shellCommands(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => {
      const command = line.replace(/\s+#.*$/, "").trim();
      return command === "" ? [] : [command];
    });
}
