// How many characters are left in a text area; told to screen readers only near the end.
const NEAR = 50;

export function counter(output) {
  const area = document.getElementById(output.dataset.countFor);
  const limit = Number(output.dataset.limit);
  const status = output.parentElement.querySelector('[data-count-status]');
  const update = () => {
    const left = limit - [...area.value.replace(/\r\n/g, '\n')].length;
    const template = left < 0 ? output.dataset.over : output.dataset.left;
    output.textContent = template.replace('{count}', Math.abs(left));
    output.classList.toggle('count--over', left < 0);
    status.textContent = left <= NEAR && left % 10 === 0 ? output.textContent : '';
  };
  area.addEventListener('input', update);
  update();
}
