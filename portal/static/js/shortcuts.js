// Keyboard shortcuts. The list in the page says which keys there are; this module only reads it. They keep still while
// somebody types, with a modifier key held, and when a dialog is open.
const WAIT = 1200; // ms between the first and the second key
let first = '';
let timer;

export function shortcuts() {
  if (!document.getElementById('shortcuts')) return;
  document.addEventListener('keydown', (event) => {
    if (busy(event)) return;
    const keys = first ? `${first} ${event.key}` : event.key;
    first = '';
    const found = at(keys);
    if (found) {
      event.preventDefault();
      run(found);
    } else if (starts(event.key)) remember(event.key);
  });
}

function busy(event) {
  const typing = event.target.closest('input, textarea, select, [contenteditable], [role="combobox"]');
  const held = event.ctrlKey || event.metaKey || event.altKey;
  return typing || held || event.repeat || event.defaultPrevented || document.querySelector('dialog[open]');
}

function at(keys) {
  return document.querySelector(`#shortcuts [data-shortcut="${CSS.escape(keys)}"]`);
}

function starts(key) {
  return document.querySelector(`#shortcuts [data-shortcut^="${CSS.escape(key)} "]`);
}

function remember(key) {
  first = key;
  clearTimeout(timer);
  timer = setTimeout(() => { first = ''; }, WAIT);
}

function run(element) {
  if (element.href) location.assign(element.href);
  else if (element.dataset.does === 'list') document.getElementById('shortcuts').showModal();
  else focusSearch();
}

// The search field of this page, or the page that has one.
function focusSearch() {
  const field = document.querySelector('main input[type="search"]');
  if (field) field.focus();
  else at('g j')?.click();
}
