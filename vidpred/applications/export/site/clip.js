// Clips: a video, or numbered pictures, that can be asked for the pixels of any of its frames at any size.

const LARGEST_FILE = 4e9; // bytes
const LONGEST = 4 * 3600; // seconds
const LARGEST_SIDE = 8192; // pixels
const USUAL_RATE = 25; // frames per second, where the browser does not tell

// Returns a clip of dropped files; throws an Error whose message is a sentence for who dropped them.
export async function openClip(files) {
  const sorted = [...files].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  if (!sorted.length) throw new Error("There was no file in what you dropped; drop a video, or several pictures.");
  const large = sorted.find((file) => file.size > LARGEST_FILE);
  if (large) throw new Error(`${large.name} is larger than 4 GB; cut out the part that matters.`);
  if (sorted.every((file) => file.type.startsWith("image/"))) return openPictures(sorted);
  if (sorted.length > 1) {
    throw new Error(`These are ${sorted.length} files and not all are pictures; drop one video, or pictures alone.`);
  }
  return openVideo(sorted[0]);
}

async function openPictures(files) {
  const pictures = await Promise.all(files.map(decode));
  const { width, height } = pictures[0];
  const other = pictures.findIndex((picture) => picture.width !== width || picture.height !== height);
  const { name } = files[0];
  if (other > 0) {
    throw new Error(`${files[other].name} has another size than ${name}; the frames of a clip have one size.`);
  }
  const draw = async (frame) => pictures[frame];
  return { name, count: pictures.length, rate: USUAL_RATE, ...sized(width, height, name), draw };
}

async function decode(file) {
  try {
    return await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error(`${file.name} is not a picture that this browser shows; drop PNG or JPEG files, or a video.`);
  }
}

async function openVideo(file) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: URL.createObjectURL(file) });
  const opened = await Promise.race([once(video, "loadeddata"), once(video, "error").then(() => "bad")]);
  if (opened === "bad" || !video.videoWidth) {
    URL.revokeObjectURL(video.src);
    throw new Error(`${file.name} is not a video that this browser plays; drop an mp4 or webm file, or PNG pictures.`);
  }
  const size = sized(video.videoWidth, video.videoHeight, file.name);
  if (!Number.isFinite(video.duration)) await findEnd(video);
  if (video.duration > LONGEST) {
    throw new Error(`${file.name} is longer than four hours; cut out the part that matters.`);
  }
  const rate = await frameRate(video);
  const count = Math.max(1, Math.round(video.duration * rate));
  const draw = async (frame) => {
    await seek(video, Math.min((frame + 0.5) / rate, video.duration));
    return video;
  };
  return { name: file.name, count, rate, ...size, draw };
}

function sized(width, height, name) {
  if (Math.max(width, height) > LARGEST_SIDE) {
    throw new Error(`${name} is ${width} by ${height} pixels; at most ${LARGEST_SIDE} on a side are taken.`);
  }
  return { width, height };
}

const once = (target, kind) => new Promise((resolve) => target.addEventListener(kind, resolve, { once: true }));

async function seek(video, seconds) {
  if (Math.abs(video.currentTime - seconds) < 1e-6 && !video.seeking) return;
  const shown = once(video, "seeked");
  video.currentTime = seconds;
  await shown;
}

// Recordings of browsers do not say how long they are until their end has been looked for.
async function findEnd(video) {
  const changed = once(video, "durationchange");
  video.currentTime = Number.MAX_SAFE_INTEGER;
  await changed;
  await seek(video, 0);
}

// Plays a little, without sound, to see how far apart the frames are: a short distance of those counts.
async function frameRate(video) {
  if (!video.requestVideoFrameCallback) return USUAL_RATE;
  const times = [];
  await new Promise((resolve) => {
    const note = (_, shown) => {
      times.push(shown.mediaTime);
      if (times.length > 12) resolve();
      else video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    video.addEventListener("ended", resolve, { once: true });
    setTimeout(resolve, 3000);
    video.play().catch(resolve);
  });
  video.pause();
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const short = gaps.filter((gap) => gap > 1e-3).sort((a, b) => a - b); // some frames are missed while playing
  return short.length ? 1 / short[Math.floor(short.length / 4)] : USUAL_RATE;
}

// Returns the pixels of frames from `start` up to `end`, at `width` times `height`, after those asked for before.
export function pixelsOf(clip, ...wanted) {
  const found = (clip.turn ?? Promise.resolve()).then(() => read(clip, ...wanted));
  clip.turn = found.catch(() => {});
  return found;
}

async function read(clip, start, end, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  context.imageSmoothingQuality = "high";
  const found = [];
  for (let frame = start; frame < end; frame++) {
    context.drawImage(await clip.draw(frame), 0, 0, width, height);
    found.push(context.getImageData(0, 0, width, height).data);
  }
  return found;
}
