/** Built pages in WebKitGTK's own browser: served, and what its processes take. */

import { createServer } from 'node:http';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

export const BROWSER = process.env.WEBKIT_BROWSER ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.webp': 'image/webp', '.svg': 'image/svg+xml' };

/** Processes of this run: `use` gets the id of each, with the line of its state. */
function processes(home, use) {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HANASHI_HOME=${home}`)) continue;
      use(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      // It ended while it was looked at.
    }
  }
}

/** Processor seconds of the web processes of this run, and of the browser around them. */
export function webTime(home) {
  let [page, around] = [0, 0];
  processes(home, (_pid, stat) => {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const time = (Number(fields[11]) + Number(fields[12])) / 100;
    if (stat.includes('(WebKitWebProces)')) page += time;
    else if (stat.includes('(MiniBrowser)')) around += time;
  });
  return { page, around };
}

/** Megabytes that the largest web process of this run holds, shared pages by their share; `own` is what belongs to no file. */
export function webMemory(home) {
  let most = { all: 0, own: 0 };
  processes(home, (pid, stat) => {
    if (!stat.includes('(WebKitWebProces)')) return;
    const sums = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (what) => Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(sums)?.[1] ?? 0) / 1000;
    if (of('Pss') > most.all) most = { all: of('Pss'), own: of('Pss_Anon') };
  });
  return most;
}

/** Serves a built page on an address of its own. */
export const serve = (folder) =>
  new Promise((done) => {
    const server = createServer((request, response) => {
      const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname);
      const file = path.startsWith(folder) && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : join(folder, 'index.html');
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    }).listen(0, '127.0.0.1', () => done({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });
