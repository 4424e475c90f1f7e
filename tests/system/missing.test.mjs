// A CLI that goes away while the proxy runs, as it does for a moment when it is updated.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {checkDir, makeDir, startStack} from '../lib/stack.mjs';
import {WAYS, ask, assertAnswers} from './ask.mjs';
import {below} from './watch.mjs';

let dir;
let claude;
let stack;

const install = () => fs.copyFileSync(process.env.FAKE_CLAUDE, claude);

before(async () => {
  dir = makeDir();
  claude = path.join(dir, 'claude');
  install();
  stack = await startStack({claude});
});
after(async () => {
  await stack?.stop();
  await checkDir(dir);
});

const WAYS_TO_GO = {
  'removed': () => fs.rmSync(claude),
  'no longer executable': () => fs.chmodSync(claude, 0o644),
  'no program any more': () => {
    fs.rmSync(claude);
    fs.writeFileSync(claude, 'half an update', {mode: 0o755});
  },
  'a script without its interpreter': () => {
    fs.rmSync(claude);
    fs.writeFileSync(claude, '#!/nonexistent/node\n', {mode: 0o755});
  },
  'a directory now': () => {
    fs.rmSync(claude);
    fs.mkdirSync(claude);
  },
};

for (const [name, vanish] of Object.entries(WAYS_TO_GO))
  test(name, {timeout: 20_000}, async () => {
    vanish();
    for (const way of WAYS) {
      const got = await ask(stack, {...way, text: 'hello'});
      assert.equal(got.status, 500, way.name);
      assert.equal(got.error.type, 'server_error');
      assert.ok(!got.streamed, 'an error before the first event is a JSON answer');
    }
    assert.ok(below(stack.pid).every(p => p.state !== 'Z'), 'what was forked is reaped');
    assert.deepEqual(stack.children(), []);
    fs.rmSync(claude, {recursive: true, force: true});
    install();
    await assertAnswers(stack);
  });
