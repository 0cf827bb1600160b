// An editable combobox over a <select>, after the ARIA Authoring Practices: the select stays the form value.
// Markup comes from templates/macros/fields.html; without this module the select itself is shown.
const LIMIT = 60;

export function combobox(root) {
  new Combobox(root);
}

/** Lower case without diacritics: "özgür" is found by "ozgur". */
export function fold(text) {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLocaleLowerCase('nl')
    .replace(/ı/g, 'i')
    .replace(/ł/g, 'l')
    .replace(/ø/g, 'o')
    .trim();
}

class Combobox {
  constructor(root) {
    this.root = root;
    this.select = root.querySelector('select');
    this.input = root.querySelector('.combobox__input');
    this.box = root.querySelector('.combobox__box');
    this.list = root.querySelector('.combobox__list');
    this.chips = root.querySelector('.combobox__chips');
    this.status = root.querySelector('[role="status"]');
    this.text = root.dataset;
    this.active = -1;
    this.adopt();
    this.listen();
    this.draw();
  }

  /** Take over the label and descriptions of the select. */
  adopt() {
    const label = document.querySelector(`label[for="${this.select.id}"]`);
    if (label) label.htmlFor = this.input.id;
    for (const name of ['aria-describedby', 'aria-invalid', 'aria-required']) {
      const value = this.select.getAttribute(name);
      if (value) this.input.setAttribute(name, value);
    }
    this.select.tabIndex = -1;
    this.select.required = false;
    this.root.classList.add('is-ready');
  }

  listen() {
    this.input.addEventListener('input', () => this.search());
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.input.addEventListener('focus', () => this.focused());
    this.root.addEventListener('focusout', (event) => this.left(event));
    this.box.addEventListener('click', (event) => this.clicked(event));
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => this.pick(event.target.closest('[role="option"]')));
    this.root.querySelector('.combobox__recent')?.addEventListener('click', (event) => this.recent(event));
    this.select.addEventListener('change', () => this.draw());
    this.select.form?.addEventListener('reset', () => setTimeout(() => this.draw()));
  }

  get options() {
    return [...this.select.options].filter((option) => option.value);
  }

  get chosen() {
    return this.options.filter((option) => option.selected);
  }

  find(value) {
    return this.options.find((option) => option.value === value);
  }

  // -- choosing -----------------------------------------------------------

  toggle(option, on) {
    if (!this.select.multiple && on) this.select.value = option.value;
    else if (!this.select.multiple) this.select.value = '';
    else option.selected = on;
    this.select.dispatchEvent(new Event('change', { bubbles: true }));
    this.say((on ? this.text.added : this.text.removed).replace('{name}', label(option)));
  }

  pick(item) {
    if (!item) return;
    const option = this.find(item.dataset.value) ?? this.add(item);
    this.toggle(option, true);
    this.input.value = '';
    this.close();
    this.input.focus();
  }

  /** Options found on the server join the select when chosen. */
  add(item) {
    const option = new Option(item.dataset.label, item.dataset.value);
    option.dataset.detail = item.dataset.detail;
    this.select.add(option);
    return option;
  }

  recent(event) {
    const button = event.target.closest('button');
    const option = button && this.find(button.dataset.value);
    if (option) this.toggle(option, !option.selected);
  }

  clicked(event) {
    const remove = event.target.closest('.combobox__remove');
    if (!remove) {
      if (!event.target.closest('.combobox__list')) this.input.focus();
      return;
    }
    this.toggle(this.find(remove.dataset.value), false);
    this.input.focus();
  }

  draw() {
    this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
    for (const button of this.root.querySelectorAll('.combobox__recent button')) {
      button.setAttribute('aria-pressed', String(Boolean(this.find(button.dataset.value)?.selected)));
    }
  }

  chip(option) {
    const chip = document.createElement('span');
    chip.className = 'combobox__chip';
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = 'combobox__remove';
    remove.dataset.value = option.value;
    remove.setAttribute('aria-label', this.text.remove.replace('{name}', label(option)));
    remove.append(this.root.querySelector('template').content.cloneNode(true));
    chip.append(label(option), remove);
    return chip;
  }

  // -- searching ----------------------------------------------------------

  focused() {
    if (this.input.value) this.search();
  }

  search() {
    clearTimeout(this.timer);
    if (this.text.searchUrl) this.timer = setTimeout(() => this.remote(), 200);
    else this.show(this.matches());
  }

  matches() {
    const words = fold(this.input.value).split(/\s+/);
    const open = this.options.filter((option) => !option.selected && !option.disabled);
    const found = open.filter((option) => words.every((word) => this.haystack(option).includes(word)));
    const starts = (option) => (fold(label(option)).startsWith(words[0]) ? 0 : 1);
    return found.sort((a, b) => starts(a) - starts(b)).slice(0, LIMIT).map(entry);
  }

  haystack(option) {
    option.folded ??= fold(`${label(option)} ${option.dataset.detail ?? ''}`);
    return option.folded;
  }

  /** Ask the server; a name never goes into an address, so this is a POST. */
  async remote() {
    this.request?.abort();
    this.request = new AbortController();
    const query = this.input.value.trim();
    if (!query) return this.close();
    try {
      const answer = await fetch(this.text.searchUrl, {
        method: 'POST',
        headers: { 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content, Accept: 'application/json' },
        body: new URLSearchParams({ q: query }),
        signal: this.request.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const taken = new Set(this.chosen.map((option) => option.value));
      this.show((await answer.json()).filter((item) => !taken.has(item.value)).slice(0, LIMIT));
    } catch (error) {
      if (error.name !== 'AbortError') this.show([], this.text.failed);
    }
  }

  show(items, message) {
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    if (!items.length) this.list.append(this.nothing(message ?? this.text.none));
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.activate(items.length && this.input.value ? 0 : -1);
    this.say(items.length ? this.text.found.replace('{count}', items.length) : message ?? this.text.none);
  }

  option(item, index) {
    const line = document.createElement('li');
    line.id = `${this.list.id}-${index}`;
    line.className = 'combobox__option';
    line.setAttribute('role', 'option');
    line.setAttribute('aria-selected', 'false');
    Object.assign(line.dataset, { value: item.value, label: item.label, detail: item.detail ?? '' });
    line.append(item.label);
    if (item.detail) line.append(Object.assign(document.createElement('small'), { textContent: item.detail }));
    return line;
  }

  nothing(message) {
    const line = Object.assign(document.createElement('li'), { className: 'combobox__status', textContent: message });
    line.setAttribute('role', 'option');
    line.setAttribute('aria-disabled', 'true');
    return line;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.activate(-1);
  }

  left(event) {
    if (this.root.contains(event.relatedTarget)) return;
    this.close();
    this.input.value = '';
  }

  // -- keyboard -----------------------------------------------------------

  get lines() {
    return [...this.list.querySelectorAll('[data-value]')];
  }

  activate(index) {
    this.active = index;
    this.lines.forEach((line, at) => line.setAttribute('aria-selected', String(at === index)));
    const line = this.lines[index];
    if (line) this.input.setAttribute('aria-activedescendant', line.id);
    else this.input.removeAttribute('aria-activedescendant');
    line?.scrollIntoView({ block: 'nearest' });
  }

  key(event) {
    const action = { ArrowDown: 'down', ArrowUp: 'up', Enter: 'enter', Escape: 'escape', Backspace: 'backspace' }[event.key];
    if (action && !event.isComposing && this[action](event)) event.preventDefault();
  }

  down() {
    return this.step(1);
  }

  up() {
    return this.step(-1);
  }

  step(by) {
    if (this.list.hidden) {
      this.search();
      return true;
    }
    const count = this.lines.length;
    if (count) this.activate((this.active + by + count) % count);
    return true;
  }

  enter() {
    if (this.list.hidden) return Boolean(this.input.value);
    this.pick(this.lines[this.active]);
    return true;
  }

  escape() {
    const open = !this.list.hidden || Boolean(this.input.value);
    this.close();
    this.input.value = '';
    return open;
  }

  backspace() {
    const last = this.chosen.at(-1);
    if (this.input.value || !last) return false;
    this.toggle(last, false);
    return true;
  }

  say(message) {
    this.status.textContent = message;
  }
}

/** The text of an option carries its second line too, for pages without this module. */
function label(option) {
  return option.dataset.label ?? option.text;
}

function entry(option) {
  return { value: option.value, label: label(option), detail: option.dataset.detail };
}
