// Random valid requests with the real CLI: it takes what the gateway makes of all of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dice, randomChat, randomResponses, seedOf, wantsSchema} from '../lib/random.mjs';
import {post, startReal} from '../lib/real.mjs';
import {UNASKED, says, structured} from '../lib/upstream.mjs';

const seed = seedOf();
const N = 48;
const {stack, upstream} = await startReal({env: {PROXY_QUEUE_SECONDS: '60'}});

/** An object that a schema of random.mjs allows. */
function example({type, properties = {}, required = [], items, enum: values}) {
  if (values) return values[0];
  if (type === 'object')
    return Object.fromEntries(required.map(name => [name, example(properties[name])]));
  if (type === 'array') return items ? [example(items)] : [];
  return {string: 'x', number: 1.5, integer: 2, boolean: true}[[type].flat()[0]];
}

const schemaOf = ({response_format: format, text}) =>
  format?.json_schema?.schema ?? text?.format.schema ?? {type: 'object'};

/** Answers that an API request asks for by itself: the schema's tool is there, or it is not. */
upstream.otherwise = turn => {
  const tool = turn.body.tools?.find(({name}) => name === 'StructuredOutput');
  return (tool ? structured(JSON.stringify(example(tool.input_schema))) : says('Hello'))(turn);
};

test('all of them are answered', {timeout: 240_000}, async t => {
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const faults = [];
  let next = 0;
  await Promise.all(Array.from({length: 3}, async () => {
    while (next < N && faults.length < 5) {
      const d = dice(seed + next);
      const isChat = next++ % 2 === 0;
      const body = isChat ? randomChat(d) : randomResponses(d);
      const {status, text} = await post(stack, isChat ? '/v1/chat/completions' : '/v1/responses',
        JSON.stringify(body));
      const said = wantsSchema(body) ? JSON.stringify(example(schemaOf(body))) : 'Hello';
      const whole = JSON.stringify(said).slice(1, -1);
      if (status !== 200 || !text.includes(whole) || text.includes(UNASKED)
        || /"error":\{|response\.failed/.test(text))
        faults.push(`${status} ${text.slice(-300)} for ${JSON.stringify(body)}`);
    }
  }));
  assert.deepEqual(faults, [], `FUZZ_SEED=${seed}`);
});
