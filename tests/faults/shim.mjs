// The gateway with the shim before its libraries, and the page that says what the shim does.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setting, startStack} from '../lib/stack.mjs';

/** Where allocations are counted: shim.c's enum place, in order. */
export const [NOWHERE, STARTING, KEEPER, WORKER_STARTING, SERVING] = [0, 1, 2, 3, 4];

/** A file of ours that shim.c's struct page is mapped from. */
export function makePage() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-page-'));
  const file = path.join(dir, 'page');
  fs.writeFileSync(file, Buffer.alloc(4096));
  const fd = fs.openSync(file, 'r+');
  const word = at => {
    const bytes = Buffer.alloc(4);
    fs.readSync(fd, bytes, 0, 4, 4 * at);
    return bytes.readInt32LE();
  };
  return {
    env: {LD_PRELOAD: setting('FAULT_SHIM'), FAULT_PAGE: file},

    /** From now on allocations are counted in a place, and the nth fails; 0: none. */
    arm(place, nth = 0) {
      fs.writeSync(fd, Buffer.from(Int32Array.of(NOWHERE, nth, 0, 0).buffer), 0, 16, 0);
      fs.writeSync(fd, Buffer.from(Int32Array.of(place).buffer), 0, 4, 0);
    },
    disarm: () => fs.writeSync(fd, Buffer.alloc(4), 0, 4, 0),
    count: () => word(2),
    failed: () => word(3) === 1,

    /** Sets the time of day so many seconds ahead. */
    step(seconds) {
      fs.writeSync(fd, Buffer.from(BigInt64Array.of(BigInt(seconds)).buffer), 0, 8, 16);
    },
    close() {
      fs.closeSync(fd);
      fs.rmSync(dir, {recursive: true});
    },
  };
}

export async function startShimmed(page, env) {
  return startStack({claude: setting('FAKE_CLAUDE'), env: {...page.env, ...env}});
}
