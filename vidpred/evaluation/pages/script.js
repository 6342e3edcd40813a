"use strict";
(() => {
  const PER_SECOND = 4;
  const players = [...document.querySelectorAll(".player")].map((root) => {
    const first = Number(root.dataset.first), last = Number(root.dataset.last), unit = root.dataset.unit;
    const slider = root.querySelector("input"), time = root.querySelector(".time");
    const button = root.querySelector(".play"), panels = [...root.querySelectorAll(".panel")];
    const known = [...root.querySelectorAll(".truth img")].filter((image) => Number(image.dataset.t) < 1);
    let now = 1, timer = null;

    for (const stack of root.querySelectorAll(".panel:not(.truth) .frames")) {
      for (const image of known.slice().reverse()) {
        const copy = image.cloneNode();
        if (stack.classList.contains("error")) copy.classList.add("blank");
        stack.prepend(copy);
      }
    }

    const show = (t) => {
      now = Math.min(last, Math.max(first, t));
      slider.value = String(now);
      root.classList.toggle("future", now > 0);
      time.value = now > 0 ? `t+${now} of ${last}` : `t${now === 0 ? "" : now}, context`;
      for (const image of root.querySelectorAll(".frames img")) {
        image.classList.toggle("on", Number(image.dataset.t) === now);
      }
      for (const panel of panels) {
        const value = panel.querySelector(".value");
        value.textContent = now > 0 && panel.dataset.scores ? `${JSON.parse(panel.dataset.scores)[now - 1]} ${unit}` : "";
      }
    };
    const play = (on) => {
      clearInterval(timer);
      timer = on ? setInterval(() => show(now === last ? first : now + 1), 1000 / PER_SECOND) : null;
      button.textContent = on ? "Pause" : "Play";
    };
    const player = { root, show, play, step: (by) => { play(false); show(now + by); }, toggle: () => play(timer === null),
                     jump: (end) => { play(false); show(end ? last : first); } };
    slider.addEventListener("input", () => { play(false); show(Number(slider.value)); });
    button.addEventListener("click", player.toggle);
    for (const event of ["pointerenter", "focusin"]) root.addEventListener(event, () => activate(player));
    show(1);
    return player;
  });

  let active = players[0];
  function activate(player) {
    active = player;
    for (const other of players) other.root.classList.toggle("active", other === player);
  }
  document.addEventListener("keydown", (event) => {
    if (!active || event.ctrlKey || event.metaKey || event.altKey) return;
    const inButton = event.target.tagName === "BUTTON" || event.target.tagName === "SUMMARY";
    const actions = { ArrowLeft: () => active.step(-1), ArrowRight: () => active.step(1),
                      Home: () => active.jump(false), End: () => active.jump(true) };
    if (event.key === " " && !inButton) actions[" "] = active.toggle;
    if (!(event.key in actions)) return;
    const inside = active.root.contains(event.target);
    if (!inside && (event.key === " " || event.key === "Home" || event.key === "End")) return;
    event.preventDefault();
    actions[event.key]();
  });
})();
