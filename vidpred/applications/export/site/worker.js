// Predicts frame after frame beside the page, so that the page stays free: values from -1 to 1, one clip at a time.
import * as ort from "./ort.wasm.min.mjs";

let opened; // the sessions and what is known of the predictor
let newest = 0; // the clip that is asked for last; others are given up

async function open(threads) {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = new URL("./", import.meta.url).href;
  const known = await (await fetch("predictor.json")).json();
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: known.next ? "disabled" : "all" };
  const first = await ort.InferenceSession.create(known.first, options);
  return { known, first, next: known.next && (await ort.InferenceSession.create(known.next, options)) };
}

const tensor = (values, shape) => new ort.Tensor("float32", values, shape);

// Yields predicted frames, float arrays (C, H, W), after `frames`, of the same kind and oldest first.
async function* future({ known, first, next }, frames, height, width) {
  const [taken, channels] = [Number(known.context_frames), Number(known.channels)];
  const needed = taken + Number(known.lead) - 1, size = channels * height * width;
  const film = frames.slice(-needed);
  let made = null;
  for (;;) {
    const feeds = {};
    if (made && next) {
      for (const name of next.inputNames) feeds[name] = name === "last" ? made.frame : made["next_" + name];
    } else {
      const context = new Float32Array(taken * size);
      film.slice(0, taken).forEach((frame, index) => context.set(frame, index * size));
      feeds.context = tensor(context, [1, taken, channels, height, width]);
      const noise = Number(known.latent_length); // none: zeros are what is predicted without being asked for a sample
      if (noise) feeds.noise = tensor(new Float32Array(noise), [1, noise]);
    }
    made = await (made && next ? next : first).run(feeds);
    const frame = Float32Array.from(made.frame.data);
    film.push(frame);
    film.shift();
    yield frame;
  }
}

// The canvas's colours (H, W, 4) as (C, H, W) from -1 to 1, and back.
function toModel(pixels, channels) {
  const count = pixels.length / 4, frame = new Float32Array(channels * count);
  for (let place = 0; place < count; place++) {
    const [red, green, blue] = [pixels[4 * place], pixels[4 * place + 1], pixels[4 * place + 2]];
    if (channels === 1) frame[place] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue) / 127.5 - 1;
    else [red, green, blue].forEach((value, channel) => (frame[channel * count + place] = value / 127.5 - 1));
  }
  return frame;
}

function toPixels(frame, channels) {
  const count = frame.length / channels, pixels = new Uint8ClampedArray(4 * count);
  for (let place = 0; place < count; place++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = frame[(channels === 1 ? 0 : colour) * count + place];
      pixels[4 * place + colour] = (value + 1) * 127.5; // which is rounded, and kept in 0 to 255
    }
    pixels[4 * place + 3] = 255;
  }
  return pixels;
}

async function answer({ clip, threads, frames, height, width, horizon }) {
  opened ??= open(threads);
  const parts = await opened, channels = Number(parts.known.channels);
  postMessage({ clip, known: parts.known });
  if (!frames) return;
  const given = frames.map((pixels) => toModel(pixels, channels));
  while (given.length < Number(parts.known.context_frames) + Number(parts.known.lead) - 1) given.unshift(given[0]);
  const predicted = future(parts, given, height, width);
  for (let number = 0; number < horizon; number++) {
    const began = performance.now();
    const { value } = await predicted.next();
    if (clip !== newest) return;
    postMessage({ clip, number, pixels: toPixels(value, channels), seconds: (performance.now() - began) / 1000 });
  }
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  newest = data.clip;
  const fail = (error) => postMessage({ clip: data.clip, error: String(error?.message ?? error) });
  queue = queue.then(() => answer(data)).catch(fail);
};
