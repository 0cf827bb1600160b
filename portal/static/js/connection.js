// The one message on a page for a server that is not reached.
export function lost(shown) {
  const region = document.querySelector('[data-connection-lost]');
  if (region) region.hidden = !shown;
}
