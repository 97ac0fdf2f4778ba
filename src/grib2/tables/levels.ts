/** Level descriptions. @module */
import type { Level } from "../sections/product-definition.ts";
export function describeLevel(level: Level, center: number): string {
  return `level type ${level.type} center ${center}`;
}
