// The page: a clip is dropped, a moment is chosen, and known frames are played with the predicted ones after them.
import { openClip, pixelsOf } from "./clip.js";
import { isolate, threads } from "./threads.js";

const LEAD_IN = 16; // known frames that are played before the predicted ones
const RATE = 12; // frames per second at which the page plays, or the clip's own where that is less
const find = (id) => document.getElementById(id);
const worker = new Worker("worker.js", { type: "module" });
const film = { frames: [], seen: 0, size: [0, 0], rate: RATE, horizon: 0, seconds: [] }; // known, then predicted
const state = { clip: null, known: null, asked: 0, playing: false, waiting: false, ...film };
window.vidpred = state; // for whoever looks on from the console

function complain(message = "") {
  find("error").textContent = message;
  find("error").hidden = !message;
}

function workingSize({ width, height }) {
  const share = Math.min(1, Number(find("side").value) / Math.max(width, height));
  return [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))];
}

const moment = () => Number(find("moment").value); // how many frames are known

async function take(files) {
  complain();
  find("choice").hidden = find("result").hidden = true;
  try {
    state.clip = await openClip(files);
  } catch (error) {
    complain(error.message);
    return;
  }
  const { count } = state.clip;
  Object.assign(find("moment"), { min: Math.min(2, count), max: count, value: count });
  find("choice").hidden = false;
  await preview();
}

async function preview() {
  const { clip } = state, [width, height] = workingSize(clip);
  find("time").textContent = `frame ${moment()} of ${clip.count}, ${(moment() / clip.rate).toFixed(2)} s`;
  const scaled = width === clip.width ? "" : `, scaled down to ${width} × ${height}: larger frames take longer`;
  find("size").textContent = `${clip.width} × ${clip.height} pixels${scaled}`;
  if (state.waiting) return; // whoever waits draws the newest moment
  state.waiting = true;
  for (let drawn = -1; drawn !== moment(); ) {
    drawn = moment();
    const [pixels] = await pixelsOf(clip, drawn - 1, drawn, width, height);
    paint(find("preview"), pixels, [width, height]);
  }
  state.waiting = false;
}

function paint(canvas, pixels, [width, height]) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
}

async function goOn() {
  complain();
  const { clip } = state, horizon = Math.round(Number(find("horizon").value));
  if (!(horizon >= 1 && horizon <= 200)) {
    return complain("Between 1 and 200 frames can be predicted; choose a number in between.");
  }
  find("go").disabled = true;
  try {
    const size = workingSize(clip), [width, height] = size;
    const needed = Number(state.known.context_frames) + Number(state.known.lead) - 1;
    const known = await pixelsOf(clip, Math.max(0, moment() - Math.max(LEAD_IN, needed)), moment(), ...size);
    const rate = Math.min(RATE, clip.rate);
    Object.assign(state, { frames: known, seen: known.length, size, rate, horizon, seconds: [] });
    state.asked += 1;
    find("result").hidden = false;
    find("place").value = 0;
    find("progress").textContent = "Preparing …";
    const frames = known.slice(-needed);
    worker.postMessage({ clip: state.asked, threads: threads(), frames, width, height, horizon });
    play(true);
    show();
    find("result").scrollIntoView({ behavior: "smooth", block: "nearest" });
  } catch (error) {
    complain(`This clip could not be read: ${error.message}.`);
  }
  find("go").disabled = false;
}

function hear({ data }) {
  if (data.known) introduce(data.known);
  if (data.clip !== state.asked) return;
  if (data.error) return complain(`The prediction stopped: ${data.error}. Try a smaller size.`);
  if (!data.pixels) return;
  state.frames = [...state.frames, data.pixels];
  state.seconds.push(data.seconds);
  const done = state.seconds.length, spent = state.seconds.reduce((sum, each) => sum + each, 0);
  const count = threads(), computed = `${count} thread${count > 1 ? "s" : ""}`;
  const took = `in ${spent.toFixed(1)} s, ${(done / spent).toFixed(1)} per second, with ${computed} in this browser`;
  find("progress").textContent =
    done < state.horizon
      ? `Predicted ${done} of ${state.horizon} frames`
      : `Predicted ${done} frames of ${state.size.join(" × ")} ${took}`;
  find("place").max = state.frames.length - 1;
}

function introduce(known) {
  state.known = known;
  const made = `vidpred ${known.vidpred_version}. Computed by ONNX Runtime Web.`;
  find("facts").textContent = `Predictor ${known.name} (${known.network}), weights: ${known.weights}, ${made}`;
  find("go").disabled = false;
}

function show() {
  const place = Number(find("place").value), ahead = place - state.seen + 1;
  find("place").max = state.frames.length - 1;
  paint(find("future"), state.frames[place], state.size);
  paint(find("repeated"), state.frames[Math.min(place, state.seen - 1)], state.size);
  document.querySelector(".films").classList.toggle("predicted", ahead > 0);
  find("where").textContent = ahead > 0 ? `${ahead} frame${ahead > 1 ? "s" : ""} ahead` : "known";
}

function play(on) {
  state.playing = on;
  find("play").textContent = on ? "Pause" : "Play";
}

// Shows the next frame, from the start again after the last one, which stays for a second.
function tick() {
  const place = Number(find("place").value), last = state.frames.length - 1;
  if (state.playing && !find("result").hidden) {
    const done = state.seconds.length >= state.horizon;
    if (place < last || done) find("place").value = place < last ? place + 1 : 0;
    show();
  }
  setTimeout(tick, place + 1 === last ? 1000 : 1000 / state.rate);
}

find("files").addEventListener("change", ({ target }) => {
  take([...target.files]);
  target.value = ""; // so that the same clip can be chosen again
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    find("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
find("moment").addEventListener("input", preview);
find("side").addEventListener("change", preview);
find("go").addEventListener("click", goOn);
find("go").disabled = true;
find("play").addEventListener("click", () => play(!state.playing));
find("place").addEventListener("input", () => (play(false), show()));
worker.addEventListener("message", hear);
worker.addEventListener("error", () => {
  complain("The predictor could not be loaded; open this page from a server, such as `python -m http.server`.");
});

await isolate();
worker.postMessage({ clip: 0, threads: threads() });
tick();
