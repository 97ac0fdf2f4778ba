/** The sandbox: a synthetic atmosphere whose predictive distribution is known in closed form. Imports core only. */
export {
  SANDBOX_SOURCE,
  type SandboxGridOptions,
  type SandboxHour,
  type SandboxOptions,
  type SandboxWorld,
  sandboxHours,
  sandboxSpace,
  sandboxWorld,
} from "./atmosphere.ts";
export { type TruePredictive, truePredictive } from "./predictive.ts";
