/**
 * Products as GRIB2, each file with an inventory beside: one message a field, streamed to disk, so memory does not grow with leads.
 * @module
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { type Ensemble, type ReportProgress, RequestError } from "../../core/index.ts";
import { alone, type Lease, naming, newAside, refuseExisting, writeAside } from "../../files/index.ts";
import { encodeMessage, fieldsOf, formatInventory, type GribField } from "../../grib2/index.ts";
import { describeNearness } from "../index.ts";
import { asMessage, codesOf, requireSayable } from "./grib2-message.ts";
import { type Product, type ProductChoice, type ProductPlan, productFields, productPlan } from "./product-fields.ts";
import { gribFileOf, type PlannedField, type Split } from "./split.ts";

export interface GribOptions extends ProductChoice {
  /** Which fields share a file; default `none`. */
  readonly split?: Split;
  /** Default false: an existing file is an error. */
  readonly overwrite?: boolean;
  readonly report?: ReportProgress;
}

/**
 * Writes `path` and `path.idx`, or beside where it would lie a file and an inventory for each part of the split.
 * @returns the GRIB2 files, in order
 * @throws RequestError for what the forecast lacks, what GRIB2 cannot say (NEP, LCL height, a radius of broken kilometres), two fields of
 *   one file that no key would tell apart, a file already there, or another process at work at the path.
 * @example await exportGrib2(await openForecast("F.zarr"), "F.grib2", { products: ["mean", "spread", "probability", "nmep"] });
 */
export function exportGrib2(ensemble: Ensemble, path: string, options: GribOptions): Promise<string[]> {
  // The fields of one and the inventory of another would be a pair that lies.
  return alone(path, (lease) => writeGrib2(ensemble, path, { ...options, lease }));
}

async function writeGrib2(
  ensemble: Ensemble,
  path: string,
  { lease, ...options }: GribOptions & { readonly lease: Lease },
): Promise<string[]> {
  const { overwrite = false, split = "none", report } = options;
  const plan = productPlan(ensemble, options);
  for (const { quantity, products } of plan.entries) for (const product of products) requireSayable(quantity, product);
  const fileOf = gribFileOf(path, plan, split);
  const files = filesOf(plan, fileOf);
  for (const file of files) refuseExisting(file, overwrite);
  const total = plan.moments.length * plan.entries.reduce((sum, { products }) => sum + products.length, 0);
  const growing = new Map<string, GrowingFile>();
  let done = 0;
  try {
    for await (const field of productFields(plan)) {
      const name = fileOf(field);
      const file = growing.get(name) ?? (await growingFile(name));
      growing.set(name, file);
      await append(file, encodeMessage(asMessage(ensemble, field)));
      report?.({ label: "export GRIB2", done: ++done, total, unit: "fields" });
    }
    await lease.confirm();
    for (const { path: name, aside, headers } of growing.values()) {
      await aside.publish();
      await writeAside(`${name}.idx`, formatInventory(headers));
    }
  } finally {
    for (const { aside } of growing.values()) await aside.discard();
  }
  return files;
}

/** The files of a plan, in the order in which they begin, each of fields that differ in some key. */
function filesOf(plan: ProductPlan, fileOf: (field: PlannedField) => string): string[] {
  const keys = new Map<string, Set<string>>();
  for (const moment of plan.moments) {
    for (const { quantity, products } of plan.entries) {
      for (const product of products) {
        const file = fileOf({ moment, quantity, product });
        const held = keys.get(file) ?? new Set<string>();
        const key = JSON.stringify([moment.leadHours, quantity, { ...codesOf(product) }]);
        if (held.has(key)) throw indistinct(product);
        keys.set(file, held.add(key));
      }
    }
  }
  return [...keys.keys()];
}

function indistinct(product: Product): RequestError {
  const got = "nearness" in product ? `another ${describeNearness(product.nearness)}` : `another ${product.kind}`;
  return new RequestError({
    place: "export to GRIB2",
    expected: "fields that a code tells apart in one file",
    got,
    remedy: "export a file a product (--split product), or NetCDF",
  });
}

/** A GRIB2 file that is being written, aside, and what its inventory will say. */
interface GrowingFile {
  readonly path: string;
  readonly aside: Aside;
  readonly headers: Omit<GribField, "packed">[];
  length: number;
}

async function growingFile(path: string): Promise<GrowingFile> {
  return { path, aside: await openAside(path), headers: [], length: 0 };
}

async function append(growing: GrowingFile, bytes: Uint8Array): Promise<void> {
  const message = { kind: "message", file: growing.path, offset: growing.length, length: bytes.length, bytes } as const;
  const [{ packed: _, ...header }] = fieldsOf(message);
  growing.headers.push(header);
  await naming(growing.path, () => growing.aside.file.writeFile(bytes));
  growing.length += bytes.length;
}

/** A file written aside: under its name only once it is whole. */
interface Aside {
  readonly file: FileHandle;
  publish(): Promise<void>;
  /** Removes what was not published. */
  discard(): Promise<void>;
}

async function openAside(path: string): Promise<Aside> {
  const partial = await newAside(path);
  const file = await open(partial, "w");
  let published = false;
  return {
    file,
    publish: async () => {
      await file.close();
      await rename(partial, path);
      published = true;
    },
    discard: async () => {
      if (published) return;
      await file.close();
      await rm(partial, { force: true });
    },
  };
}
