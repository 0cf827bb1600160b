// After a refused form: bring the summary into view, and let its links put the cursor in the field.
export function errors(summary) {
  summary.focus();
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
