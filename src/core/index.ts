/** Ground: time, grids, variables, randomness and errors. Imports nothing; everything may import it. */
export { type CfAttributes, type CfAxis, gridAxes, gridMapping } from "./cf.ts";
export { crc32c } from "./crc32c.ts";
export type { Ensemble, StateSource } from "./ensemble.ts";
export {
  type Complaint,
  ConfigError,
  DecodeError,
  type ExitCode,
  IncompleteError,
  isUpdraftError,
  NumericError,
  RequestError,
  ShapeError,
  TransferError,
  type UpdraftError,
} from "./errors.ts";
export { type Field, fieldOf, meanOf, type State, type StateSpace } from "./field.ts";
export { fileKind } from "./file-kind.ts";
export {
  cellCoordinates,
  cellCount,
  cellFinder,
  cellLocator,
  cellSizeKm,
  describeGrid,
  type Grid,
  HRRR_ALASKA_GRID,
  HRRR_ALASKA_PROJECTION,
  HRRR_GRID,
  HRRR_PROJECTION,
  isPlane,
  type LambertGrid,
  type LatLonGrid,
  lambertGridFrom,
  type PlaneGrid,
  type PolarStereographicGrid,
  projectionOf,
  sameProjection,
  subGrid,
  windRotation,
} from "./grid.ts";
export { issueText, jsonAs, parseJson } from "./json.ts";
export {
  coneConstant,
  type GeographicPoint,
  type LambertProjection,
  lambert,
  type ProjectedPoint,
  wrapLongitude,
} from "./lambert.ts";
export { isAddress, requireLocalPath } from "./local-path.ts";
export { escaped } from "./markup.ts";
export { nearestName } from "./nearest-name.ts";
export { type PolarStereographicProjection, polarStereographic } from "./polar-stereographic.ts";
export type { ProgressEvent, ReportProgress } from "./progress.ts";
export {
  byteLength,
  bytesField,
  type Chunks,
  doubleField,
  floatField,
  integerField,
  joinChunks,
  messageField,
  textField,
} from "./protobuf.ts";
export { integers, normals, permutation, philox4x32, type RandomKey, uniforms } from "./random.ts";
export { isRefusal, refusalOf, type TravellingError, travelling } from "./refusals.ts";
export { describeAgainst, gridNote, gridShift, sameGrid } from "./same-grid.ts";
export { withoutSecrets } from "./secrets.ts";
export {
  compactHour,
  formatHour,
  formatLead,
  formatTime,
  hourOfDay,
  type InitTime,
  initFromAnalysis,
  type LeadHours,
  leadAfter,
  leadSeconds,
  leadTime,
  parseLead,
  parseTime,
  SECONDS_PER_HOUR,
  stepsAfter,
  type UtcSeconds,
  utcSeconds,
  type ValidTime,
  validTime,
  yearFraction,
} from "./time.ts";
export {
  type Dropout,
  type GribSelector,
  parseVariables,
  type Transform,
  VARIABLE_NAMES,
  VARIABLES,
  type Variable,
  type VariableName,
} from "./variables.ts";
export { earthRelativeWind, gridRelativeWind, rotateWind } from "./wind.ts";
