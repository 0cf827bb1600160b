// Back at a list, the browser has put the search in its field again, but the list is whole. No address may hold a name, so
// the search is done again.
export function search(form) {
  window.addEventListener('pageshow', () => {
    const field = form.querySelector('input[type="search"]');
    if (field?.value && field.value !== field.defaultValue) form.requestSubmit();
  });
}
