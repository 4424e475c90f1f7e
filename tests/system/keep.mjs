// Conversations whose child is kept, and what is known of the children.
import assert from 'node:assert/strict';
import {until} from '../lib/proc.mjs';
import {ask, get} from './ask.mjs';

/** A conversation that goes on as clients do it: with all that was said before. */
export function conversation(stack, query = {}) {
  const turns = [];
  return {
    turns,
    async say(text, more = {}) {
      const got = await ask(stack, {...query, ...more, turns, text});
      if (got.status === 200) turns.push(['user', text], ['assistant', got.text]);
      return got;
    },
    /** The pid of the child that answers now. */
    async pid() {
      const got = await this.say('fake:dump');
      assert.equal(got.status, 200, got.error?.message);
      return JSON.parse(got.text).pid;
    },
  };
}

/** What GET /health?deep=1 tells. */
export async function deep(stack) {
  const res = await get(stack, '/health?deep=1');
  assert.equal(res.status, 200);
  return res.json();
}

/** Waits until the counts of the children are as given, and gives all that is told then. */
export function untilChildren(stack, counts) {
  return until(async () => {
    const all = await deep(stack);
    return Object.entries(counts).every(([state, n]) => all.children[state] === n) && all;
  }, 8000, `children: ${JSON.stringify(counts)}`);
}

/** By how much the leases of each kind grow while `work` is done: [continued, spare, cold]. */
export async function leases(stack, work) {
  const before = (await deep(stack)).leases;
  const result = await work();
  const after = (await deep(stack)).leases;
  return {result, grown: ['continued', 'spare', 'cold'].map(kind => after[kind] - before[kind])};
}
