// A hint at a text that says something of origin or belief. The server says the same; nothing is barred.
const fold = (text) => ` ${text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^0-9a-z]+/).join(' ')} `;

export function wording(hint) {
  const area = document.getElementById(hint.dataset.wordsFor);
  const words = hint.dataset.words.split(',').map((word) => (word.endsWith('*') ? ` ${word.slice(0, -1)}` : ` ${word} `));
  const update = () => {
    const text = fold(area.value);
    hint.firstElementChild.hidden = !words.some((word) => text.includes(word));
  };
  area.addEventListener('input', update);
  update();
}
