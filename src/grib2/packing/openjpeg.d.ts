/** What we use of OpenJPEG compiled to WebAssembly; the package has no types of its own. @module */
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder;
  }

  /** Lives in the module's memory until `delete`. */
  export interface J2KDecoder {
    /** Room for the codestream, to be filled before `decode`. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    /** All zero when nothing could be decoded. */
    getFrameInfo(): { readonly width: number; readonly height: number };
    /** Pixels in one octet each, or two, little-endian; a view that the next call may move. */
    getDecodedBuffer(): Uint8ClampedArray;
    delete(): void;
  }

  export interface Hooks {
    /** A line of what it has to say, "[INFO] …" where nothing is wrong. */
    print(line: string): void;
    printErr(line: string): void;
  }

  export default function createOpenJpeg(hooks: Hooks): Promise<OpenJpeg>;
}
