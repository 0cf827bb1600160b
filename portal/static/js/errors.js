// After a refused form: bring the summary into view, let its links put the cursor in the field, and let Back and Reload
// open the form again: the answer to a POST is not kept, so the browser would show an error page of its own.
export function errors(summary) {
  summary.focus();
  if (summary.closest('form')?.hasAttribute('action') === false) history.replaceState(history.state, '');
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && visible(document.getElementById(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.focus();
    (target.closest('.field') ?? target).scrollIntoView({ block: 'start' });
  });
}

/** A select under a combobox is hidden; its input takes the focus. */
function visible(element) {
  return element?.closest('[data-combobox]')?.querySelector('.combobox__input') ?? element;
}
