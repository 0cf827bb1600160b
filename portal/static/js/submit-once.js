// A second tap on a slow line must not send the form twice. The button keeps its focus and its value.
// A tap without a line must not replace the page by the browser's own about a lost connection: what is filled in stays.
import { lost } from './connection.js';
import { draftOf } from './draft.js';

export function submitOnce() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'dialog' || 'many' in form.dataset) return;
    const draft = draftOf(form);
    if (form.dataset.sent) {
      if (form.dataset.sent !== 'reached') event.preventDefault();
      form.dataset.sent = 'yes';
      return;
    }
    form.dataset.sent = 'yes';
    event.submitter?.setAttribute('aria-disabled', 'true');
    if (draft) {
      event.preventDefault();
      whenReached(form, draft, event.submitter);
    } else if (form.method === 'post') {
      lost(!navigator.onLine);
      if (navigator.onLine) return;
      event.preventDefault();
      release(form);
    }
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) release(form);
  });
}

/** `navigator.onLine` lies on a bad line, so the draft goes ahead of the form that it is for. */
async function whenReached(form, draft, submitter) {
  if (!(await draft.arrives())) return release(form);
  form.dataset.sent = 'reached';
  form.requestSubmit(submitter);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
}
