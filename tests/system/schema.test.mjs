// An answer that has to fit a schema.
import assert from 'node:assert/strict';
import {matrix} from './matrix.mjs';

const MISFIT = [400, null];
const TEXT = 'caf\u00e9 "quoted"'; /* what the stand-in gives for a string */

const schema = {
  type: 'object',
  properties: {
    name: {type: 'string'}, size: {enum: ['s', 'm']}, tags: {type: 'array'}, ok: {type: 'boolean'},
    inner: {type: 'object', properties: {deep: {type: 'string'}}},
  },
};
const tools = [{name: 'get_weather', parameters: {type: 'object'}}];

const fitting = text => ({name: text, size: 's', tags: [], ok: false, inner: {deep: text}});

/** The text is the JSON, and nothing but it. */
function fits(row, text = TEXT) {
  return {
    schema, says: /^\{/, finish: {chat: 'stop', responses: 'completed'},
    also: got => assert.deepEqual(JSON.parse(got.text), fitting(text)), ...row,
  };
}

matrix([
  fits({text: 'fake:schema'}),
  fits({name: 'words before the answer', text: 'fake:schema words'}),
  fits({name: 'a message of words before that with the answer', text: 'fake:schema late'}),
  fits({name: 'tools that are not called', text: 'fake:schema', tools}),
  fits({name: 'a CLI that asks for the tools', text: 'fake:schema', tools, system: 'fake:ask'}),
  fits({name: 'a plain question', text: 'hello'},
    'This is the demo: no model is behind it. You wrote: hello'),
  {
    name: 'a call instead of the answer',
    text: 'fake:calls 1',
    schema,
    tools,
    says: '',
    finish: {chat: 'tool_calls', responses: 'completed'},
    also: got => assert.deepEqual(got.calls.map(call => call.name), ['get_weather']),
  },
  {
    name: 'an object of any kind',
    text: 'fake:schema',
    schema: {type: 'object'},
    says: '{}',
  },

  {name: 'an end without an answer', text: 'fake:schema none', schema, fails: MISFIT, said: ''},
  {name: 'the CLI gives up', text: 'fake:schema never', schema, fails: MISFIT, said: ''},
  {
    name: 'a schema that the CLI does not take',
    text: 'hello',
    schema: {title: 'not a valid one'},
    fails: [400, null],
  },
  {
    name: 'a tool beside that for the answer',
    text: 'fake:init tools',
    schema,
    fails: [500, 'internal_error'],
  },
]);
