/** The sandbox: a synthetic atmosphere whose predictive distribution is known in closed form. Imports core only. */
export {
  SANDBOX_SOURCE,
  type SandboxHour,
  type SandboxOptions,
  type SandboxWorld,
  sandboxHours,
  sandboxWorld,
} from "./atmosphere.ts";
export { type TruePredictive, truePredictive } from "./predictive.ts";
export { type SandboxGridOptions, type SandboxSpace, sandboxSpace } from "./space.ts";
