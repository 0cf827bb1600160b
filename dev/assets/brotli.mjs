// Beside each file named on a line of the input: a copy in Brotli, smaller than gzip, for who reaches the portal safely.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

for (const path of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
}
