/* Keeps the clip's own player and the slider of the moment together, as far as the browser can play the clip. */
() => {
  const NEAR = 0.02; // seconds
  const player = () => document.querySelector("#vp-clip video");
  const slider = () => document.querySelector("#vp-when input[type=number]");

  window.vidpredSeek = (moment) => {
    const video = player();
    if (video && video.paused && Math.abs(video.currentTime - moment) > NEAR) video.currentTime = moment;
  };

  const follow = (event) => {
    const video = event.target, field = slider();
    if (video !== player() || !video.paused || video.ended || !field) return;
    if (Math.abs(video.currentTime - Number(field.value)) <= NEAR) return;
    field.value = video.currentTime.toFixed(3);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  /* What the browser cannot play may still be read, and if not, the page says why: Gradio is not to complain first. */
  const silence = (event) => event.target === player() && event.stopImmediatePropagation();
  document.addEventListener("error", silence, true);
  document.addEventListener("seeked", follow, true);
  document.addEventListener("pause", follow, true);
}
