// Entry of the browser part. Every page works without it; each module adds ease to markup that is already usable.
import { board } from './board.js';
import { combobox } from './combobox.js';
import { counter } from './counter.js';
import { dialogs } from './dialogs.js';
import { draft } from './draft.js';
import { errors } from './errors.js';
import { fill } from './fill.js';
import { htmx } from './htmx.js';
import { menus } from './menus.js';
import { passkey } from './passkey.js';
import { reveal } from './reveal.js';
import { search } from './search.js';
import { shortcuts } from './shortcuts.js';
import { submitOnce } from './submit-once.js';
import { wording } from './wording.js';

const enhancements = [
  ['[data-board]', board],
  ['[data-combobox]', combobox],
  ['[data-count-for]', counter],
  ['[data-fill]', fill],
  ['[data-reveal]', reveal],
  ['[data-words-for]', wording],
  ['[data-error-summary]', errors],
  ['form[data-draft]', draft],
  ['form[data-passkey]', passkey],
  ['form[role="search"][hx-post]', search],
];

function enhance(root) {
  for (const [selector, start] of enhancements) {
    for (const element of root.querySelectorAll(selector)) {
      if (element.dataset.ready) continue;
      element.dataset.ready = 'yes';
      start(element);
    }
  }
}

menus();
dialogs();
shortcuts();
submitOnce();
htmx(enhance);
enhance(document);
