// The time of day jumps while a request is served: only the stamps in the log notice.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {ask, open, requestLine} from '../system/ask.mjs';
import {conversation, untilChildren} from '../system/keep.mjs';
import {makePage, startShimmed} from './shim.mjs';

const DAY = 86400;

let page, stack;
before(async () => {
  page = makePage();
  stack = await startShimmed(page, {
    PROXY_CHILDREN: '4', PROXY_WORKERS: '6', PROXY_SPARES: '1', PROXY_PARKED: '2',
    PROXY_IDLE_SECONDS: '60', PROXY_REQUEST_SECONDS: '300', PROXY_SPARE_SECONDS: '600',
  });
});
after(async () => {
  page.step(0);
  await stack?.stop();
  page.close();
});

for (const [name, ahead] of [['ahead', 400 * DAY], ['back', -400 * DAY]])
  test(`a jump ${name}`, {timeout: 60_000}, async () => {
    page.step(0);
    await untilChildren(stack, {leased: 0});
    process.kill(stack.pid, 'SIGHUP'); /* what another test has left */
    await untilChildren(stack, {spare: 1, parked: 0, leased: 0, stopping: 0});
    const talk = conversation(stack);
    const parked = await talk.pid();
    await untilChildren(stack, {spare: 1, parked: 1, leased: 0});
    const spares = stack.children().map(p => p.pid).filter(pid => pid !== parked);
    assert.equal(spares.length, 1);
    const stream = await open(stack, {text: 'fake:pause mid'});
    await stream.until('Half an answer');
    await untilChildren(stack, {spare: 1, parked: 1, leased: 1});

    page.step(ahead);
    await ask(stack, {text: 'hello', model: 'none'}); /* everybody looks at the clock */
    const now = stack.children().map(p => p.pid);
    for (const pid of [parked, ...spares]) assert.ok(now.includes(pid), 'a child was ended');
    for (const pid of now) if (pid !== parked) process.kill(pid, 'SIGUSR1');
    const got = await stream.rest();
    assert.equal(got.end, 'done', got.error?.message);
    assert.equal(await talk.pid(), parked, 'the child is kept');

    const line = await requestLine(stack, stream.headers.get('x-request-id'));
    const [, year, ms] = line.match(/^time=(\d+)-.* ms=(\d+) /);
    const then = new Date(Date.now() + ahead * 1000).getUTCFullYear();
    assert.equal(Number(year), then, 'the shim has no say in the time');
    assert.ok(Number(ms) < 60_000, `it took ${ms} ms`);
  });
