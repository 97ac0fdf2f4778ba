/** What a thread of the pool does with one message. Errors travel as their parts: a class does not survive the way. @module */
import { move, transferableSymbol, valueSymbol } from "piscina";
import { type Complaint, isUpdraftError } from "../../core/index.ts";
import { decodeValues, fieldsOf, prepareDecoders } from "../index.ts";

/** A message without its frame. */
export interface Task {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export type Decoded =
  | { readonly kind: "values"; readonly values: Float32Array[] }
  | { readonly kind: "refused"; readonly error: string; readonly complaint: Complaint };

/** The values of every field, or what is wrong with the message. The pool calls it by name. */
export async function decodeMessage({ file, offset, bytes }: Task): Promise<unknown> {
  try {
    await prepareDecoders();
    const message = { kind: "message", file, offset, length: bytes.length, bytes } as const;
    const values = fieldsOf(message).map((field) => decodeValues(field));
    return moved({ kind: "values", values });
  } catch (error) {
    if (!isUpdraftError(error)) throw error;
    const { place, expected, got, remedy } = error;
    const complaint = { place, expected, got, ...(remedy !== undefined && { remedy }) };
    return { kind: "refused", error: error.name, complaint } satisfies Decoded;
  }
}

/** The same, its values' memory handed over. */
function moved(decoded: Extract<Decoded, { kind: "values" }>): unknown {
  return move({
    get [transferableSymbol](): ArrayBuffer[] {
      return decoded.values.map(({ buffer }) => buffer as ArrayBuffer);
    },
    get [valueSymbol](): Decoded {
      return decoded;
    },
  });
}
