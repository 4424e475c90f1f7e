// Conversations that stay with their child: how they are asked, and what is compared.
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after} from 'node:test';
import {ChatCompletionStream} from 'openai/lib/ChatCompletionStream';
import {until} from './proc.mjs';
import {all, startReal} from './real.mjs';
import {blocksOf, says, systemOf, toolName} from './upstream.mjs';

/** How a request came to its child: `continued`, `spare` or `cold`. The log has it afterwards. */
export async function leaseOf(stack, id) {
  const line = new RegExp(`request id=${id} .* lease=(\\S+)`);
  return (await until(() => stack.log().match(line), 10_000, 'the request is in the log'))[1];
}

/** Of all requests for an answer, as they ended. */
export function leasesOf(stack) {
  return [...stack.log().matchAll(/ method=POST .* lease=(\S+)/g)].map(([, lease]) => lease);
}

/**
 * Both APIs alike: `ask(list, options)` has the conversation so far answered and gives `text`,
 * `said`, which a client adds to the list, the `calls` in it, and `lease`. `user` and `told` make
 * what it adds then: a text, and the result of a call.
 */
export function talkers({stack, client}) {
  const chat = {
    user: content => ({role: 'user', content}),
    told: ({id}, content) => ({role: 'tool', tool_call_id: id, content}),
    async ask(messages, options) {
      const {data, request_id} = await client.chat.completions
        .create({model: 'opus', messages, ...options}).withResponse();
      const {choices: [{message}]} = options?.stream
        ? await ChatCompletionStream.fromReadableStream(data.toReadableStream())
          .finalChatCompletion()
        : data;
      return {
        text: message.content, said: [message], calls: message.tool_calls ?? [],
        lease: await leaseOf(stack, request_id),
      };
    },
  };
  const responses = {
    user: content => ({role: 'user', content}),
    told: ({call_id, type}, output) => ({type: `${type}_output`, call_id, output}),
    async ask(input, options) {
      const {data, request_id} = await client.responses
        .create({model: 'opus', input, store: false, ...options}).withResponse();
      const {output} = options?.stream ? (await all(data)).at(-1).response : data;
      const texts = output.filter(({type}) => type === 'message').flatMap(({content}) => content);
      return {
        text: texts.map(({text}) => text).join('') || null, said: output,
        calls: output.filter(({type}) => type.endsWith('_call')),
        lease: await leaseOf(stack, request_id),
      };
    },
  };
  return {chat, responses};
}

/**
 * Turns as [role, content blocks], with ids as they come (id0, id1, …) and the results of one
 * turn in the order of their calls: there is no rule for it, and the ids pair them.
 */
function plain(turns) {
  const ids = new Map();
  const known = id => ids.get(id) ?? ids.set(id, `id${ids.size}`).get(id);
  const isResult = ({type}) => type === 'tool_result';
  return turns.map(([role, blocks]) => {
    const named = blocks.map(block => ({
      ...block, ...block.id && {id: known(block.id)},
      ...block.tool_use_id && {tool_use_id: known(block.tool_use_id)},
    }));
    const results = named.filter(isResult)
      .sort((a, b) => a.tool_use_id.localeCompare(b.tool_use_id));
    return [role, [...results, ...named.filter(block => !isResult(block))]];
  });
}

/** The turns as they arrived upstream, plain. */
export const turnsIn = body => plain(blocksOf(body));

/** The turns of a chat of texts, calls and their results as they should arrive, plain. */
export function turnsToldBy(messages) {
  const turns = [];
  const add = (role, blocks) => {
    if (turns.at(-1)?.[0] === role) turns.at(-1)[1].push(...blocks);
    else turns.push([role, blocks]);
  };
  const texts = content => [content ?? []].flat().map(part => part.text ?? part)
    .filter(text => text !== '').map(text => ({type: 'text', text}));
  for (const {role, content, tool_calls, tool_call_id} of messages) {
    if (role === 'user') add(role, texts(content));
    if (role === 'tool') {
      add('user', [{type: 'tool_result', tool_use_id: tool_call_id, content: texts(content)}]);
    }
    if (role !== 'assistant') continue;
    add(role, [...texts(content), ...(tool_calls ?? []).map(call => ({
      type: 'tool_use', id: call.id, name: toolName(call.function.name.replace(/[^\w-]/g, '_')),
      input: JSON.parse(call.function.arguments),
    }))]);
  }
  return plain(turns);
}

/** All that a request tells the model and asks of it. */
export function essenceOf({messages, metadata, system, ...rest}) {
  return {...rest, turns: turnsIn({messages}), system: systemOf({system})};
}

/** A key beside the one that every stack has, and the setting by which the gateway knows it. */
export function secondKey() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-keys-'));
  const file = path.join(dir, 'keys');
  const key = 'sk-test-of-another-client';
  const hash = createHash('sha256').update(key).digest('hex');
  fs.writeFileSync(file, `second ${hash}\n`, {mode: 0o644});
  after(() => fs.rmSync(dir, {recursive: true}));
  return {key, env: {PROXY_API_KEY_FILE: file}};
}

/**
 * Two of everything, one that keeps children and one that never does. `replayed` is the essence
 * of what the other sends for the same conversation.
 */
export async function startPair({env, ...options} = {}) {
  const kept = await startReal({keeps: true, env, ...options});
  const other = await startReal(options);
  return {
    ...kept, apis: talkers(kept),
    pids: () => kept.stack.children().map(({pid}) => pid).sort(),
    async replayed(api, list, settings) {
      const asked = other.upstream.script(says('Ok.'));
      await talkers(other)[api].ask(list, settings);
      return essenceOf((await asked).body);
    },
  };
}
