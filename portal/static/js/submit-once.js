// A second tap on a slow line must not send the form twice. The button keeps its focus and its value.
// A tap without a line must not replace the page by the browser's own about a lost connection: what is filled in stays.
import { lost, reached } from './connection.js';
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
    if (draft || form.querySelector('textarea')) {
      event.preventDefault();
      whenReached(form, draft, event.submitter);
    } else if (form.method === 'post' && !navigator.onLine) {
      event.preventDefault();
      lost(true);
      release(form);
    }
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) release(form);
  });
}

/** What was typed leaves the screen only for a server that is there; a draft goes ahead of the form that it is for. */
async function whenReached(form, draft, submitter) {
  const there = draft ? await draft.arrives() : await reached();
  if (!draft) lost(!there);
  if (!there) return release(form);
  form.dataset.sent = 'reached';
  form.requestSubmit(submitter);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
}
