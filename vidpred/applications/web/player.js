/* Moves all panels of a player together. `element` is the part of the page that players are put into. */
let timer = null;
const root = () => element.querySelector(".vp-player");

/* Gives every panel the known frames, which come once. */
const prepare = (player) => {
  if (!player || player.dataset.ready) return;
  player.dataset.ready = "yes";
  const known = [...player.querySelectorAll("img")].filter((image) => Number(image.dataset.t) < 1);
  for (const stack of [...player.querySelectorAll(".vp-frames")].slice(1)) {
    const copies = known.map((image) => image.cloneNode());
    if (stack.closest(".vp-spread")) copies.forEach((copy) => copy.classList.add("vp-blank"));
    stack.prepend(...copies);
  }
  stop();
  show(player, 1);
};

const show = (player, t) => {
  const last = Number(player.dataset.last);
  player.querySelector("input").value = String(t);
  player.classList.toggle("vp-future", t > 0);
  player.querySelector(".vp-time").textContent = t > 0 ? `t+${t} of ${last}` : `known, t${t === 0 ? "" : t}`;
  for (const panel of player.querySelectorAll(".vp-panel")) {
    let found = false;
    for (const image of panel.querySelectorAll("img")) {
      const on = Number(image.dataset.t) === t;
      image.classList.toggle("vp-on", on);
      found = found || on;
    }
    panel.classList.toggle("vp-ended", !found);
    panel.querySelector(".vp-value").textContent = (t > 0 && panel.dataset.values.split("|")[t - 1]) || "";
  }
};

const stop = () => {
  clearInterval(timer);
  timer = null;
  const button = element.querySelector(".vp-play");
  if (button) button.textContent = "Play";
};

const play = (player) => {
  const first = Number(player.dataset.first), last = Number(player.dataset.last);
  const input = player.querySelector("input"), slower = Number(player.querySelector(".vp-pace").value);
  player.querySelector(".vp-play").textContent = "Pause";
  timer = setInterval(() => {
    if (!player.isConnected) return stop();
    const now = Number(input.value);
    show(player, now >= last ? first : now + 1);
  }, (1000 * slower) / Number(player.dataset.rate));
};

element.addEventListener("input", (event) => {
  if (!event.target.matches(".vp-controls input")) return;
  stop();
  show(root(), Number(event.target.value));
});
element.addEventListener("change", (event) => {
  if (!event.target.matches(".vp-pace") || timer === null) return;
  stop();
  play(root());
});
element.addEventListener("click", (event) => {
  if (!event.target.matches(".vp-play")) return;
  if (timer === null) play(root());
  else stop();
});
new MutationObserver(() => prepare(root())).observe(element, { childList: true, subtree: true });
prepare(root());
