/**
 * Convolution by its definition, one loop for the map and its two transposes:
 *
 *   y[n, o, i, j] += x[n, c, i·stride + a − padding, j·stride + b − padding] · w[o, c, a, b]
 * @module
 */

export interface ConvolutionShapes {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly y: readonly number[];
  readonly stride: number;
  readonly padding: number;
}

export function convolve(x: Float64Array, weight: Float64Array, shapes: ConvolutionShapes): Float64Array {
  const y = new Float64Array(shapes.y.reduce((a, b) => a * b));
  eachTerm(shapes, (atX, atWeight, atY) => {
    y[atY] += x[atX] * weight[atWeight];
  });
  return y;
}

export function convolveInputGradient(y: Float64Array, weight: Float64Array, shapes: ConvolutionShapes): Float64Array {
  const x = new Float64Array(shapes.x.reduce((a, b) => a * b));
  eachTerm(shapes, (atX, atWeight, atY) => {
    x[atX] += y[atY] * weight[atWeight];
  });
  return x;
}

export function convolveWeightGradient(x: Float64Array, y: Float64Array, shapes: ConvolutionShapes): Float64Array {
  const weight = new Float64Array(shapes.weight.reduce((a, b) => a * b));
  eachTerm(shapes, (atX, atWeight, atY) => {
    weight[atWeight] += x[atX] * y[atY];
  });
  return weight;
}

function eachTerm(
  { x, weight, y, stride, padding }: ConvolutionShapes,
  visit: (atX: number, atWeight: number, atY: number) => void,
): void {
  const [out, channels, kh, kw] = weight;
  for (let n = 0; n < y[0]; n++) {
    for (let o = 0; o < out; o++) {
      for (let i = 0; i < y[2]; i++) {
        for (let j = 0; j < y[3]; j++) {
          const atY = ((n * out + o) * y[2] + i) * y[3] + j;
          for (let c = 0; c < channels; c++) {
            for (let a = 0; a < kh; a++) {
              for (let b = 0; b < kw; b++) {
                const row = i * stride + a - padding;
                const column = j * stride + b - padding;
                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                const atX = ((n * channels + c) * x[2] + row) * x[3] + column;
                visit(atX, ((o * channels + c) * kh + a) * kw + b, atY);
              }
            }
          }
        }
      }
    }
  }
}
