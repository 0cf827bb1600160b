// Moving cards on a board. Every move is a link or a button in the card that says where it leads (data-to): dragging and
// the arrow keys only press it, so that each way of moving is the same request.
export function board(root) {
  const says = document.querySelector('[data-board-says]');
  const state = { root, say: (text) => { says.textContent = text; } };
  for (const card of root.querySelectorAll('[data-card]')) {
    const moves = movesOf(card);
    draggable(state, card, moves);
    withArrows(state, card, moves);
  }
  toWhereItCame();
}

/** The possible columns of a card, in the order of the board, each with the control that leads there. */
function movesOf(card) {
  const found = new Map();
  for (const control of card.querySelectorAll('[data-to]')) {
    if (!found.has(control.dataset.to)) found.set(control.dataset.to, control);
  }
  return found;
}

function column(root, key) {
  return root.querySelector(`[data-column="${key}"]`);
}

function nameOf(target) {
  return target.querySelector('.board__title > span').textContent;
}

// --- dragging, for a mouse ---------------------------------------------------

function draggable(state, card, moves) {
  if (!moves.size) return;
  card.draggable = true;
  const targets = () => [...moves.keys()].map((key) => column(state.root, key));
  const over = (event) => { event.preventDefault(); event.currentTarget.classList.add('is-target'); };
  const leave = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.classList.remove('is-target');
  };
  const drop = (event) => { event.preventDefault(); moves.get(event.currentTarget.dataset.column).click(); };
  card.addEventListener('dragstart', (event) => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', card.dataset.card);
    card.classList.add('is-dragged');
    for (const target of targets()) listen(target, 'addEventListener', over, leave, drop);
  });
  card.addEventListener('dragend', () => {
    card.classList.remove('is-dragged');
    for (const target of targets()) listen(target, 'removeEventListener', over, leave, drop);
  });
}

function listen(target, method, over, leave, drop) {
  target.classList.toggle('is-possible', method === 'addEventListener');
  target.classList.remove('is-target');
  target[method]('dragover', over);
  target[method]('dragleave', leave);
  target[method]('drop', drop);
}

// --- arrow keys, on "Verplaatsen" --------------------------------------------

function withArrows(state, card, moves) {
  const menu = card.querySelector('[data-moves]');
  const handle = menu?.querySelector('summary');
  if (!handle) return;
  let chosen = null;
  const choose = (key) => {
    if (chosen) column(state.root, chosen).classList.remove('is-target');
    chosen = key;
    card.classList.toggle('is-moving', Boolean(key));
    if (!key) return;
    const target = column(state.root, key);
    target.classList.add('is-target');
    target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    state.say(state.root.dataset.sayChosen.replace('{column}', nameOf(target)));
  };
  handle.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      event.preventDefault();
      const next = neighbour(state.root, card, moves, chosen, event.key === 'ArrowRight' ? 1 : -1);
      if (next) choose(next);
      else state.say(moves.size ? state.root.dataset.sayNotThere : state.root.dataset.sayNone);
    } else if (chosen && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      moves.get(chosen).click();
    } else if (chosen && event.key === 'Escape') {
      choose(null);
      state.say(state.root.dataset.sayStopped);
    } else if (menu.open && event.key === 'ArrowDown') {
      event.preventDefault();
      steps(menu)[0]?.focus();
    }
  });
  handle.addEventListener('blur', () => choose(null));
  menu.addEventListener('keydown', (event) => walk(event, menu, handle));
}

/** The next column this card can go to, from the chosen one or from where it lies. */
function neighbour(root, card, moves, chosen, direction) {
  const order = [...root.querySelectorAll('[data-column]')].map((each) => each.dataset.column);
  const start = order.indexOf(chosen ?? card.closest('[data-column]').dataset.column);
  for (let place = start + direction; place >= 0 && place < order.length; place += direction) {
    if (moves.has(order[place])) return order[place];
  }
  return null;
}

function steps(menu) {
  return [...menu.querySelectorAll('.moves__step')];
}

function walk(event, menu, handle) {
  const all = steps(menu);
  const place = all.indexOf(document.activeElement);
  if (place < 0 || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  event.preventDefault();
  (all[place + (event.key === 'ArrowDown' ? 1 : -1)] ?? (event.key === 'ArrowUp' ? handle : all[place])).focus();
}

/** After a step the page comes back with the card in its address: the focus goes on there. */
function toWhereItCame() {
  if (!location.hash.startsWith('#kaart-')) return;
  document.getElementById(location.hash.slice(1))?.querySelector('a, summary')?.focus();
}
