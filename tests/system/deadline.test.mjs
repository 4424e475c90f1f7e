// A request that takes longer than PROXY_REQUEST_SECONDS, though its child is never silent.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {WAYS, ask, assertAnswers} from './ask.mjs';

const LONGEST = 1;

let stack;

before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_REQUEST_SECONDS: String(LONGEST)},
  });
});
after(() => stack?.stop());

for (const way of WAYS)
  test(way.name, {timeout: 20_000}, async () => {
    const got = await ask(stack, {...way, text: 'fake:count 100000 50'});
    assert.equal(got.end, 'error');
    assert.equal(got.error.code, 'timeout');
    assert.equal(got.status, way.stream ? 200 : 504);
    if (way.stream) assert.match(got.text, /^1 2 3 /);
    assert.ok(got.ms > LONGEST * 1000 - 100, `gave up after ${got.ms} ms`);
    assert.ok(got.ms < LONGEST * 1000 + 2500, `took ${got.ms} ms`);
    await until(() => stack.children().length === 0, 5000, 'every child has ended');
    await assertAnswers(stack);
  });
