/** What every source needs to reach its files. @module */
import type { Clock } from "./clock.ts";
import type { Http } from "./http.ts";
import type { Sites } from "./sites.ts";

export interface Way {
  readonly http: Http;
  readonly sites: Sites;
  readonly clock: Clock;
}
