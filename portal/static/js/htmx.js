// htmx swaps answers 4xx as well (a refused form comes back as a fragment with 422). Here: the CSRF token, a plain
// message when the server cannot be reached, and our modules on what was swapped in.
export function htmx(enhance) {
  document.addEventListener('htmx:config:request', (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.ctx.request.headers['X-CSRFToken'] = token;
  });
  document.addEventListener('htmx:after:swap', () => enhance(document));
  document.addEventListener('htmx:error', () => {
    const region = document.querySelector('[data-connection-lost]');
    if (region) region.hidden = false;
  });
}
