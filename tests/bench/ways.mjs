// The ways to an answer of the real CLI, one request at a time, each way in every round.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {checkDir, makeDir, startStack} from '../lib/stack.mjs';
import {conversation, leasesOf, msBetween, start} from './client.mjs';
import {booted, childrenOf, cpuOf, cpuOfEnded, settled} from './machine.mjs';
import {ANSWERS, CALL, MODEL, SYSTEM, TOOLS} from './model.mjs';
import {startNaive} from './naive.mjs';

/** A gateway that keeps so many spares and parks so many conversations. */
export function startGateway({claude, upstream, spares = 0, parked = 0, children, env = {}}) {
  return startStack({claude, backlog: 64, env: {
    ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: 'dummy', CLAUDE_MODEL: MODEL,
    PROXY_SPARES: String(spares), PROXY_PARKED: String(parked), PROXY_CHILDREN: String(children),
    PROXY_WORKERS: String(children + 4), PROXY_PARK_SECONDS: '600', PROXY_LOG: 'warn', ...env,
  }});
}

/** A new conversation, which is over with its one answer. */
export const single = (stack, kind) => start(stack, {
  model: MODEL, messages: [
    {role: 'system', content: SYSTEM}, {role: 'user', content: ANSWERS[kind].ask},
  ],
});

let begun = 0;

/** A conversation that is like no other, as those of people are. */
const beginTalk = (stack, more) =>
  conversation(stack, {model: MODEL, system: `${SYSTEM} This is talk ${++begun}.`, ...more});

/** A conversation that goes on: `next()` is the turn that is measured. */
export function continuing(stack, kind) {
  const talk = beginTalk(stack);
  return {before: async () => {}, next: () => talk.say(ANSWERS[kind].ask)};
}

/** One that goes on with the result of a call, which has to be made first. */
export function calling(stack, kind) {
  const talk = beginTalk(stack, {tools: TOOLS});
  let calls = [];
  return {
    async before() {
      ({calls} = await talk.say(CALL).whole);
      assert.equal(calls.length, 1);
    },
    next: () => talk.tell(calls, ANSWERS[kind].found),
  };
}

/** What starts a request of each kind on a gateway, and what has to come before it. */
const cycle = make => stack => ({short: make(stack, 'short'), long: make(stack, 'long')});
const anew = cycle((stack, kind) => ({before: async () => {}, next: () => single(stack, kind)}));

/**
 * `lease` is the kind of child that each request has to get once the conversations have begun,
 * `keeps` how many children there are while nothing is asked, `requests` how many one measuring
 * takes.
 */
const WAYS = {
  cold: {lease: 'cold', keeps: 0, requests: 1, talks: anew, gateway: {children: 4}},
  spare: {lease: 'spare', keeps: 1, requests: 1, talks: anew, gateway: {spares: 1, children: 4}},
  continued: {lease: 'continued', keeps: 2, requests: 1, talks: cycle(continuing),
    gateway: {parked: 4, children: 4}},
  tool: {lease: 'continued', keeps: 2, requests: 2, talks: cycle(calling),
    gateway: {parked: 4, children: 4}},
};

/** Asserts that a gateway has given so many leases of a kind since it was looked at first. */
export async function watchLeases(stack, lease) {
  const first = await leasesOf(stack);
  return async count => {
    const last = await leasesOf(stack);
    assert.equal(last[lease] - first[lease], count,
      `${lease} leases for ${count} requests: ${JSON.stringify([first, last])}`);
  };
}

/** One way with a gateway of its own. `measure(kind)` is one request and all it brings about. */
async function startWay({lease, keeps, requests, talks, gateway}, {tells, ...parts}) {
  const stack = await startGateway({...parts, ...gateway});
  const talk = talks(stack);
  const rest = () => settled(stack, tells ? keeps : 0);
  let asked = 0, given = null;

  /** Resolves when the answer has begun, to {done}, which gives what the request has taken. */
  async function open(kind) {
    await talk[kind].before();
    if (requests > 1) await rest();
    const cpu = cpuOf(stack), known = childrenOf(stack);
    const {began, whole} = talk[kind].next();
    await began;
    if (tells && lease === 'spare') await booted(stack, known);
    asked += requests;
    return {done: async () => {
      const {text, first, total} = await whole;
      assert.equal(text, ANSWERS[kind].text);
      await rest();
      return {first, total, cpu: cpuOf(stack) - cpu};
    }};
  }
  return {
    stop: stack.stop, open, measure: async kind => (await open(kind)).done(),

    /** The first answers, which are not counted: the conversations begin with them. */
    async warmUp() {
      for (const kind of ['short', 'long']) {
        await talk[kind].before();
        await talk[kind].next().whole;
      }
      await rest();
      if (tells) given = await watchLeases(stack, lease);
    },

    /** Fails when a request got another kind of child than the one that it was to measure. */
    check: () => given?.(asked),
  };
}

/** The naive way, with the same face. */
function startNaiveWay(parts) {
  const naive = startNaive(parts);
  const measure = async kind => {
    const before = cpuOfEnded();
    const {first, total} = await naive.ask(kind);
    return {first, total, cpu: cpuOfEnded() - before};
  };
  return {
    stop: naive.stop, measure, check: () => {},
    async warmUp() {
      for (const kind of ['short', 'long']) await measure(kind);
    },
  };
}

/** Continued through the relay: `measure()` is the ms from the child's first text to ours. */
async function startRelayed({relay, claude, tells, ...parts}) {
  const dir = makeDir();
  const stamps = path.join(dir, 'stamps');
  const stack = await startGateway({...parts, claude: relay, parked: 1, children: 2, env: {
    CLAUDE_BENCH_CLI: claude, CLAUDE_BENCH_STAMPS: stamps,
    PROXY_PASS_ENV: 'CLAUDE_BENCH_CLI,CLAUDE_BENCH_STAMPS',
  }});
  const talk = continuing(stack, 'short');
  let asked = 0, given = null;

  async function measure() {
    const {firstAt} = await talk.next().whole;
    asked++;
    return msBetween(BigInt(fs.readFileSync(stamps, 'utf8').trimEnd().split('\n').at(-1)), firstAt);
  }
  return {
    measure, check: () => given?.(asked),
    async warmUp() {
      await talk.next().whole;
      if (tells) given = await watchLeases(stack, 'continued');
    },
    async stop() {
      await stack.stop();
      await checkDir(dir);
    },
  };
}

/** Starts all of them; `stop` is given what ends each, as soon as it runs. */
export async function startWays(parts, stop) {
  const ways = {naive: startNaiveWay(parts)};
  stop(ways.naive.stop);
  for (const [name, way] of Object.entries(WAYS)) {
    ways[name] = await startWay(way, parts);
    stop(ways[name].stop);
  }
  ways.relayed = await startRelayed(parts);
  stop(ways.relayed.stop);
  await Promise.all(Object.values(ways).map(way => way.warmUp()));
  return ways;
}
