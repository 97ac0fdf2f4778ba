export * as core from "./core/index.ts";
