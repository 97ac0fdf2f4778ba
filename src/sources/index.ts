/** Where data lie and how to get them: ranges of remote files, checked message by message, on a shelf with a manifest. */
export { type Clock, systemClock } from "./clock.ts";
export {
  ENSEMBLE_NAMES,
  ENSEMBLE_PRODUCTS,
  type EnsembleEvent,
  type EnsembleProduct,
  type EnsembleSelection,
  ensembleWants,
  parseEnsembleNames,
  parseEvents,
  parseProducts,
} from "./ensemble-products.ts";
export { GFS_NAMES, type GfsRequest, gfsCycle, gfsPath, gfsTargets } from "./gfs.ts";
export { hrefPath, hrefTargets } from "./href.ts";
export {
  fixedNames,
  HRRR_FILE_KINDS,
  HRRR_SOURCES,
  type HrrrFileKind,
  type HrrrRequest,
  type HrrrSource,
  hrrrFixedTargets,
  hrrrPath,
  hrrrTargets,
  latestHrrr,
  longestLead,
  parseHrrrSources,
} from "./hrrr.ts";
export {
  type ByteRange,
  type Content,
  type Http,
  type HttpOptions,
  httpClient,
  USER_AGENT,
  type Version,
} from "./http.ts";
export { estimateJob, type JobOptions, requireSuccess, runJob, type Summary } from "./job.ts";
export {
  type HeldRecord,
  MANIFEST,
  type Manifest,
  type ManifestRecord,
  type MessageRecord,
  type MissingRecord,
  openManifest,
  readManifest,
} from "./manifest.ts";
export { type MrmsRequest, mrmsTasks } from "./mrms.ts";
export {
  GFS_PARAMETERS,
  HRRR_NAMES,
  HRRR_PARAMETERS,
  hrrrParameter,
  type Parameter,
  parseNames,
  wantOf,
} from "./parameters.ts";
export { type EnsembleRequest, refsPath, refsTargets } from "./refs.ts";
export { folderFile, type Place, siteFile } from "./remote.ts";
export { type ReportsRequest, reportsFileName, reportsTasks } from "./reports.ts";
export { backoffSeconds, DEFAULT_RETRIES, type RetryPolicy } from "./retry.ts";
export { parseRrfsMembers, RRFS_MEMBERS, type RrfsMember, type RrfsRequest, rrfsPath, rrfsTargets } from "./rrfs.ts";
export { listBucket, parseListing, type S3Object, type S3Page } from "./s3-listing.ts";
export type { Shelf } from "./shelf.ts";
export { SITE_NAMES, type Site, type SiteName, type Sites, sitesWith } from "./sites.ts";
export {
  parseReportKinds,
  parseReports,
  REPORT_KINDS,
  type ReportKind,
  type ReportsOfDay,
  type StormReport,
} from "./storm-reports.ts";
export { anyOf, type GribTarget, subsetTask } from "./subset.ts";
export type { Estimate, Ledger, Result, Task } from "./task.ts";
export { parseLeads, parseStep, timesBetween } from "./times.ts";
export { type Choice, type Chosen, choose, type Want } from "./want.ts";
export type { Way } from "./way.ts";
