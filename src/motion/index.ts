/** Motion: how a field moves, and moving it: optical flow and semi-Lagrangian advection. Imports core only; runs in a browser. */
export { followedBack, movedField, nearestMovedField } from "./advect.ts";
export { type ErringOptions, erringMotion, type MotionErrors, motionErrors } from "./errors.ts";
export { type MotionOptions, motionOf } from "./flow.ts";
export type { Displacement, Plane } from "./plane.ts";
