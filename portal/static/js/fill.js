// A chip puts a text that was used before into the field beside it; a second tap takes it out again.
export function fill(chip) {
  const input = document.getElementById(chip.dataset.fill);
  const text = chip.textContent.trim();
  const show = () => chip.setAttribute('aria-pressed', String(input.value === text));
  chip.addEventListener('click', () => {
    input.value = input.value === text ? '' : text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  input.addEventListener('input', show);
  show();
}
