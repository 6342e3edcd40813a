// Makes the page isolated, once, so that it may compute in several threads; where that is refused, one thread computes.
const ASKED = "vidpred-isolation-asked";

export async function isolate() {
  if (self.crossOriginIsolated || !("serviceWorker" in navigator) || sessionStorage.getItem(ASKED)) return;
  try {
    sessionStorage.setItem(ASKED, "yes");
    await navigator.serviceWorker.register("isolation.js");
    await navigator.serviceWorker.ready;
    location.reload();
    await new Promise(() => {}); // until the page has gone
  } catch {
    // a browser that has no service workers here: one thread
  }
}

export function threads() {
  return self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, 4) : 1;
}
