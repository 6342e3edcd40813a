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

// As many as there are processors, at most four; fewer with ?threads=1 in the address.
export function threads() {
  const wanted = Number(new URLSearchParams(location.search).get("threads")) || 4;
  return self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, wanted) : 1;
}
