// A digit on its way through a network: centered as in MNIST, then layer by layer. The
// same as center_digit and as PyTorch; a test compares them.

const SIDE = 28; // of a picture in MNIST
const BOX = 20; // the digit itself fits into a square of this side
const SPECK = 0.25; // of the strongest ink: what is weaker, and not beside ink, is none

// Bring ink, numbers in rows of the same width, into the form of MNIST: 28 x 28 numbers
// from 0 to 1, or null where there is no ink.
const center = (ink, width) => {
  const height = ink.length / width;
  const strongest = ink.reduce((most, value) => Math.max(most, value), 0);
  if (!strongest) return null;
  const kept = new Float64Array(ink.length);
  let [top, bottom, left, right] = [height, 0, width, 0];
  ink.forEach((value, at) => {
    if (value < SPECK * strongest) return;
    const x = at % width, y = (at - x) / width;
    for (let j = Math.max(y - 1, 0); j <= Math.min(y + 1, height - 1); j++) {
      for (let i = Math.max(x - 1, 0); i <= Math.min(x + 1, width - 1); i++) {
        kept[j * width + i] = ink[j * width + i] / strongest; // a stroke's soft edge
        if (!kept[j * width + i]) continue;
        [top, bottom] = [Math.min(top, j), Math.max(bottom, j + 1)];
        [left, right] = [Math.min(left, i), Math.max(right, i + 1)];
      }
    }
  });
  const lines = Array.from({ length: bottom - top },
    (_, y) => [...kept.subarray((top + y) * width + left, (top + y) * width + right)]);
  const longest = Math.max(bottom - top, right - left);
  const scaled = (side) => Math.max(1, Math.floor(side * BOX / longest + 0.5));
  const narrow = lines.map((line) => resized(line, scaled(right - left)));
  const columns = transposed(narrow).map((line) => resized(line, scaled(bottom - top)));
  const [x, y] = [start(columns), start(transposed(columns))];
  const brightest = Math.max(...columns.flat());
  const image = new Float64Array(SIDE * SIDE);
  columns.forEach((column, i) => column.forEach((value, j) => {
    image[(y + j) * SIDE + x + i] = value / brightest;
  }));
  return image;
};

const transposed = (lines) => lines[0].map((_, at) => lines.map((line) => line[at]));

// Linear interpolation, over as many values as fall together where a line gets shorter.
const resized = (line, length) => Array.from({ length }, (_, at) => {
  const scale = line.length / length, reach = Math.max(scale, 1);
  const middle = (at + 0.5) * scale;
  const first = Math.max(0, Math.floor(middle - reach + 0.5));
  const last = Math.min(line.length, Math.floor(middle + reach + 0.5));
  let sum = 0, weights = 0;
  for (let place = first; place < last; place++) {
    const weight = Math.max(0, 1 - Math.abs(place + 0.5 - middle) / reach);
    [sum, weights] = [sum + weight * line[place], weights + weight];
  }
  return sum / weights;
});

// Where to lay lines of pixels: their center of mass at 14 of 0 to 27, if they fit.
const start = (lines) => {
  const mass = lines.map((line) => line.reduce((sum, value) => sum + value));
  const moment = mass.reduce((sum, value, at) => sum + value * at, 0);
  const middle = moment / mass.reduce((sum, value) => sum + value);
  const wanted = Math.ceil(SIDE / 2 - middle - 0.50001);
  return Math.min(Math.max(wanted, 0), SIDE - lines.length);
};

// Numbers of 16 bits (IEEE 754, half precision) in base64.
const numbers = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Uint16Array(bytes.buffer), (bits) => {
    const exponent = (bits >> 10) & 31, fraction = (bits & 1023) / 1024;
    const size = exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14;
    return bits >> 15 ? -size : size;
  });
};

// Each kind of layer: from maps of side x side values, one map after the other, to those
// of the next layer.
const LAYERS = {
  same: () => (maps) => maps,

  affine: ({ factor, shift }) => ({ values, side }) => (
    { values: values.map((value) => factor * value + shift), side }),

  relu: () => ({ values, side }) => (
    { values: values.map((value) => Math.max(value, 0)), side }),

  pool: ({ size }) => ({ values, side }) => {
    const smaller = Math.floor(side / size), maps = values.length / side ** 2;
    const largest = new Float64Array(maps * smaller ** 2).fill(-Infinity);
    for (let map = 0; map < maps; map++) {
      for (let y = 0; y < smaller * size; y++) {
        for (let x = 0; x < smaller * size; x++) {
          const row = map * smaller + Math.floor(y / size);
          const to = row * smaller + Math.floor(x / size);
          largest[to] = Math.max(largest[to], values[(map * side + y) * side + x]);
        }
      }
    }
    return { values: largest, side: smaller };
  },

  conv: ({ weight, bias, outputs, inputs, kernel, padding }) => {
    const weights = numbers(weight), biases = numbers(bias);
    return ({ values, side }) => {
      const larger = side + 2 * padding, smaller = larger - kernel + 1;
      const padded = new Float64Array(inputs * larger ** 2);
      for (let line = 0; line < inputs * side; line++) {
        const row = Math.floor(line / side) * larger + padding + line % side;
        padded.set(values.subarray(line * side, (line + 1) * side),
          row * larger + padding);
      }
      const sums = new Float64Array(outputs * smaller ** 2);
      for (let output = 0; output < outputs; output++) {
        const map = sums.subarray(output * smaller ** 2, (output + 1) * smaller ** 2);
        map.fill(biases[output]);
        for (let from = 0; from < inputs * kernel ** 2; from++) { // channel, row, column
          const w = weights[output * inputs * kernel ** 2 + from];
          const column = from % kernel, row = Math.floor(from / kernel) % kernel;
          const first = Math.floor(from / kernel ** 2) * larger ** 2 + row * larger + column;
          for (let y = 0; y < smaller; y++) {
            for (let x = 0; x < smaller; x++) {
              map[y * smaller + x] += w * padded[first + y * larger + x];
            }
          }
        }
      }
      return { values: sums, side: smaller };
    };
  },

  linear: ({ weight, bias }) => {
    const weights = numbers(weight), biases = numbers(bias);
    return ({ values }) => ({ values: biases.map((sum, output) => values.reduce(
      (total, value, at) => total + value * weights[output * values.length + at], sum)) });
  },
};

// Make of a list of layers a function from a picture to logits.
const networkOf = (layers) => {
  const steps = layers.map((layer) => LAYERS[layer.kind](layer));
  return (image) => steps.reduce(
    (maps, step) => step(maps), { values: image, side: SIDE }).values;
};

const softmax = (logits) => {
  const highest = Math.max(...logits);
  const powers = [...logits].map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map((power) => power / sum);
};
