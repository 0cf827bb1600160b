// Cuts a variable font down to the characters on stdin: node subset.mjs <in.woff2> <out.woff2>
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import subsetFont from 'subset-font';

const [, , source, target] = process.argv;
const characters = await text(process.stdin);
await writeFile(target, await subsetFont(await readFile(source), characters, { targetFormat: 'woff2' }));
