/** `updraft demo`: the whole chain on the embedded sandbox. @module */
import { Command } from "commander";

export function demoCommand(): Command {
  return new Command("demo").description("run the whole chain on the embedded synthetic atmosphere");
}
