/** What a thread of the pool does with one message. Errors travel as their parts: a class does not survive the way. @module */
import { move, transferableSymbol, valueSymbol } from "piscina";
import { type TravellingError, travelling } from "../../core/index.ts";
import { decodeValues, fieldsOf, type GribField, prepareDecoders } from "../index.ts";

/** A message without its frame. */
export interface Task {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Memory that may be used for values, where it has their size. */
  readonly spare: readonly ArrayBuffer[];
}

export type Decoded =
  | { readonly kind: "values"; readonly values: Float32Array[]; readonly envelope: ArrayBuffer }
  | ({ readonly kind: "refused" } & TravellingError);

/** The values of every field, or what is wrong with the message. The pool calls it by name. */
export async function decodeMessage({ file, offset, bytes, spare }: Task): Promise<unknown> {
  try {
    await prepareDecoders();
    const message = { kind: "message", file, offset, length: bytes.length, bytes } as const;
    const rooms = [...spare];
    const values = fieldsOf(message).map((field) => decodeValues(field, roomFor(field, rooms)));
    return moved({ kind: "values", values, envelope: bytes.buffer as ArrayBuffer });
  } catch (error) {
    const told = travelling(error, file);
    if (told === undefined) throw error;
    return { kind: "refused", ...told } satisfies Decoded;
  }
}

/** The first spare, where it is as large as the field. */
function roomFor({ grid }: GribField, rooms: ArrayBuffer[]): { into?: Float32Array } {
  const fits = rooms[0]?.byteLength === 4 * grid.nx * grid.ny;
  return fits ? { into: new Float32Array(rooms.splice(0, 1)[0]) } : {};
}

/** The same, its values' memory handed over, and the message's handed back. */
function moved(decoded: Extract<Decoded, { kind: "values" }>): unknown {
  return move({
    get [transferableSymbol](): ArrayBuffer[] {
      return [decoded.envelope, ...decoded.values.map(({ buffer }) => buffer as ArrayBuffer)];
    },
    get [valueSymbol](): Decoded {
      return decoded;
    },
  });
}
