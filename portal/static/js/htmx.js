// htmx swaps answers 4xx as well (a refused form comes back as a fragment with 422). Here: the CSRF token, a plain
// message when the server cannot be reached, our modules on what was swapped in, and the focus back where it was.
import { lost } from './connection.js';

export function htmx(enhance) {
  let place = '';
  document.addEventListener('htmx:config:request', (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.ctx.request.headers['X-CSRFToken'] = token;
    lost(false);
  });
  document.addEventListener('htmx:before:swap', () => {
    place = document.activeElement?.closest('[id]')?.id ?? '';
  });
  document.addEventListener('htmx:after:swap', () => {
    enhance(document);
    if (document.activeElement === document.body) refocus(document.getElementById(place));
  });
  document.addEventListener('htmx:error', () => lost(true));
}

/** The element that had the focus was replaced: its successor, or the first control in it, takes over. */
function refocus(element) {
  const control = element?.matches('a, button, input, select, textarea') ? element : element?.querySelector('a, button, input');
  control?.focus();
}
