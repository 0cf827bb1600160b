// A form that is sent with the answer of a passkey. The options come with the page and the answer goes in a hidden
// field, so the server sees an ordinary form. Binary parts travel as base64url.
export function passkey(form) {
  if (!window.PublicKeyCredential) return;
  for (const part of form.querySelectorAll('[data-passkey-part]')) part.hidden = false;
  for (const part of form.querySelectorAll('[data-passkey-without]')) part.hidden = true;
  form.addEventListener('submit', (event) => {
    if (form.elements.answer.value || incomplete(form)) return;
    event.preventDefault();
    ask(form);
  });
  window.addEventListener('pageshow', () => {
    form.elements.answer.value = '';
  });
}

/** The server says what is missing; a device that made a passkey for nothing keeps it. */
function incomplete(form) {
  return [...form.querySelectorAll('input:not([type="hidden"])')].some((input) => !input.value);
}

async function ask(form) {
  const failed = form.querySelector('[data-passkey-failed]');
  failed.hidden = true;
  try {
    form.elements.answer.value = JSON.stringify(await answer(JSON.parse(form.dataset.passkey)));
    form.requestSubmit();
  } catch {
    failed.hidden = false;
  }
}

async function answer(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = options.excludeCredentials.map(known);
    return plain(await navigator.credentials.create({ publicKey }));
  }
  publicKey.allowCredentials = options.allowCredentials.map(known);
  return plain(await navigator.credentials.get({ publicKey }));
}

function known(credential) {
  return { ...credential, id: bytes(credential.id) };
}

function plain(credential) {
  const response = {};
  for (const part of ['attestationObject', 'authenticatorData', 'clientDataJSON', 'signature', 'userHandle']) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function bytes(base64url) {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function text(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
