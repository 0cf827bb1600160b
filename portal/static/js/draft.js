// What is typed in a long form goes to the server as a draft, so that a time-out or a crash loses nothing.
// Nothing stays on the device. The form carries a signed slip, so this works after the session ended too.
import { reached, SLOW } from './connection.js';

const WAIT = 1500;
const AGAIN = 15000;
const drafts = new WeakMap();

export function draft(form) {
  drafts.set(form, new Draft(form));
}

/** The draft of a form, if one is kept of it. */
export function draftOf(form) {
  return drafts.get(form);
}

class Draft {
  constructor(form) {
    this.form = form;
    this.version = form.querySelector('[data-draft-version]');
    this.state = form.querySelector('[data-draft-state]');
    form.querySelector('.savebar__inner')?.before(this.state);
    setTimeout(() => this.start()); // after the other modules took over their fields
  }

  start() {
    this.kept = this.answers().toString();
    for (const name of ['input', 'change']) this.form.addEventListener(name, () => this.later(WAIT));
    window.addEventListener('online', () => this.save());
    document.addEventListener('visibilitychange', () => document.hidden && this.now());
    window.addEventListener('pagehide', () => this.now());
  }

  /** Everything in the form but its tokens. */
  answers() {
    const answers = new URLSearchParams(new FormData(this.form));
    for (const name of ['csrf_token', 'concept', 'concept_version']) answers.delete(name);
    return answers;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** The page may be gone in a moment: send what is new, past the end of the page. */
  now() {
    clearTimeout(this.timer);
    if (this.answers().toString() !== this.kept) this.send(true);
  }

  /** Whether the server is there, asked by sending what is new; when not, the page says so above the button. */
  async arrives() {
    clearTimeout(this.timer);
    const slow = setTimeout(() => this.busy?.abort('slow'), SLOW);
    const there = await (this.answers().toString() === this.kept ? reached() : this.send(false));
    clearTimeout(slow);
    this.busy = undefined;
    if (!there) this.say('lost');
    return there;
  }

  save() {
    if (this.busy) return this.later(WAIT);
    if (this.answers().toString() !== this.kept) this.send(false);
  }

  /** Gives whether the server answered, with whatever. */
  async send(keepalive) {
    this.busy?.abort();
    const request = (this.busy = new AbortController());
    const body = this.answers();
    const sent = body.toString();
    for (const name of ['concept', 'concept_version']) body.set(name, this.form.elements[name].value);
    try {
      const answer = await fetch(this.form.dataset.draft, { method: 'POST', body, keepalive, signal: request.signal });
      if (!answer.ok) throw Object.assign(new Error('refused'), { status: answer.status });
      const { version, elsewhere } = await answer.json();
      this.version.value = version;
      this.kept = sent;
      this.say(elsewhere ? 'elsewhere' : 'kept');
      return true;
    } catch (error) {
      if (error.name !== 'AbortError') this.failed(error.status);
      return error.status !== undefined;
    } finally {
      if (this.busy === request) this.busy = undefined;
    }
  }

  failed(status) {
    if (status === 404 || status === 409) return; // saved, thrown away or no longer ours
    this.say(status === 422 || status === 413 ? 'long' : 'failed');
    if (status !== 422 && status !== 413) this.later(AGAIN);
  }

  say(what) {
    this.state.hidden = false;
    this.state.classList.toggle('late', what === 'lost');
    if (this.state.textContent !== this.state.dataset[what]) this.state.textContent = this.state.dataset[what];
  }
}
