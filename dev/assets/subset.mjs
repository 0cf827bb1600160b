// Cuts a variable font down to the characters on stdin: node subset.mjs <in.woff2> <out.woff2|out.ttf> [weight]
// With a weight the font is fixed at it, for print.
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import subsetFont from 'subset-font';

const [, , source, target, weight] = process.argv;
const characters = await text(process.stdin);
const options = { targetFormat: target.endsWith('.ttf') ? 'truetype' : 'woff2' };
if (weight) options.variationAxes = { wght: Number(weight) };
await writeFile(target, await subsetFont(await readFile(source), characters, options));
