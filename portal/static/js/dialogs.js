// Native dialogs: a link or button with data-dialog="<id>" opens one; without this module the link leads to the page
// that asks the same question.
export function dialogs() {
  document.addEventListener('click', (event) => {
    open(event);
    close(event);
  });
}

function open(event) {
  const opener = event.target.closest('[data-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
}

function close(event) {
  const onBackdrop = event.target.matches('dialog[open]');
  if (onBackdrop) event.target.close();
  const closer = event.target.closest('[data-close-dialog]');
  if (!closer) return;
  event.preventDefault();
  closer.closest('dialog').close();
}
