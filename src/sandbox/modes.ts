/**
 * The Fourier modes of a doubly periodic grid, and how moving a field turns their phases:
 *
 *   z(x − d)  ⇔  e^{−ik·d} ẑ(k)
 *
 * @module
 */
import { cellCount, type LambertGrid } from "../core/index.ts";
import { type Spectrum, signedFrequency } from "./fourier.ts";

/** Visits every mode with its cycles per metre along x and y, and whether it is a Nyquist mode of either axis. */
export function forEachMode(
  { nx, ny, dxMeters, dyMeters }: LambertGrid,
  visit: (mode: number, cyclesX: number, cyclesY: number, nyquist: boolean) => void,
): void {
  for (let j = 0, mode = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, mode++) {
      const cyclesX = signedFrequency(i, nx) / (nx * dxMeters);
      const cyclesY = signedFrequency(j, ny) / (ny * dyMeters);
      visit(mode, cyclesX, cyclesY, 2 * i === nx || 2 * j === ny);
    }
  }
}

/** e^{−ik·d} of every mode, for a displacement d in metres. */
export function shiftPhases(grid: LambertGrid, [x, y]: readonly [number, number]): Spectrum {
  const phases = { re: new Float64Array(cellCount(grid)), im: new Float64Array(cellCount(grid)) };
  forEachMode(grid, (mode, cyclesX, cyclesY) => {
    const angle = 2 * Math.PI * (cyclesX * x + cyclesY * y);
    phases.re[mode] = Math.cos(angle);
    phases.im[mode] = -Math.sin(angle);
  });
  return phases;
}

/** A transform after the field has been moved. */
export function shifted({ re, im }: Spectrum, phases: Spectrum): Spectrum {
  return {
    re: re.map((value, mode) => value * phases.re[mode] - im[mode] * phases.im[mode]),
    im: im.map((value, mode) => value * phases.re[mode] + re[mode] * phases.im[mode]),
  };
}
