// The line to the server, and the one message on a page for when it is not there.
export const SLOW = 8000;

export function lost(shown) {
  const region = document.querySelector('[data-connection-lost]');
  if (region) region.hidden = !shown;
}

/** Whether the server answers in time; `navigator.onLine` lies on a bad line. Fetches the smallest thing there is. */
export function reached() {
  const address = document.querySelector('link[rel="icon"]').href;
  const ask = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(SLOW) };
  return fetch(address, ask).then(() => true, () => false);
}
