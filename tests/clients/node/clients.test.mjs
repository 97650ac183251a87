// Every official SDK with every backend. The tests in Python ask the same, and more.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { SDKS } from './sdks.mjs';

const TEXT = 'Grüße aus Zürich 🏔';
const USAGE = [11, 7];
const BACKENDS = ['openai-chat', 'openai-responses', 'openai-auto', 'compatible', 'anthropic', 'gemini'];
const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TOOLS = {
  get_weather: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  get_time: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
};
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city', 'people'],
  additionalProperties: false,
};

const fresh = () => `mark${randomUUID()}`;

// The last request that reached the provider and holds `mark`, as JSON text.
async function recorded(mark) {
  const bodies = await (await fetch(`${process.env.PROVIDER_URL}/recorded?mark=${mark}`)).json();
  assert.ok(bodies.length > 0, 'the provider was not asked');
  return JSON.stringify(bodies.at(-1));
}

const simple = (calls) => calls.map((call) => [call.name, call.arguments]);

for (const sdk of SDKS) {
  for (const backend of BACKENDS) {
    const model = `${backend}:sample`;
    for (const stream of [false, true]) {
      const name = `${sdk.name}, ${backend}, ${stream ? 'stream' : 'whole'}`;

      test(`text: ${name}`, async () => {
        const reply = await sdk.ask({ model, turns: sdk.user('Hello'), stream });
        assert.deepEqual([reply.text, reply.calls, reply.finish, reply.usage], [TEXT, [], 'stop', USAGE]);
      });

      test(`tool call and its result: ${name}`, async () => {
        const mark = fresh();
        const turns = sdk.user(`How is the weather? ${mark}`);
        const reply = await sdk.ask({ model, turns, tools: TOOLS, stream });
        assert.deepEqual(simple(reply.calls), [['get_weather', { city: 'Zürich' }]]);
        assert.deepEqual([reply.finish, reply.usage], ['tools', USAGE]);
        const results = sdk.results([[reply.calls[0], 'Sunny, 21 degrees']]);
        const second = await sdk.ask({ model, turns: [...turns, ...reply.turn, ...results], tools: TOOLS, stream });
        assert.deepEqual([second.text, second.finish], [TEXT, 'stop']);
        const body = await recorded(mark);
        assert.ok(body.includes('Sunny, 21 degrees') && body.includes('get_time'), body);
      });

      test(`parallel tool calls and their results: ${name}`, async () => {
        const mark = fresh();
        const turns = sdk.user(`I want both of them. ${mark}`);
        const reply = await sdk.ask({ model, turns, tools: TOOLS, stream });
        const expected = [['get_weather', { city: 'Zürich' }], ['get_time', { zone: 'Europe/Zurich' }]];
        assert.deepEqual(simple(reply.calls), expected);
        assert.notEqual(reply.calls[0].id, reply.calls[1].id);
        const results = sdk.results([[reply.calls[0], 'Sunny, 21 degrees'], [reply.calls[1], 'Half past ten']]);
        await sdk.ask({ model, turns: [...turns, ...reply.turn, ...results], tools: TOOLS, stream });
        const body = await recorded(mark);
        assert.ok(body.includes('Sunny, 21 degrees') && body.includes('Half past ten'), body);
      });

      test(`structured output: ${name}`, async () => {
        const reply = await sdk.ask({ model, turns: sdk.user('Tell me of Zürich.'), schema: SCHEMA, stream });
        assert.deepEqual(JSON.parse(reply.text), { city: 'Zürich', people: 443000 });
      });

      test(`errors: ${name}`, async () => {
        for (const status of [400, 401, 404, 429, 500]) {
          const asked = sdk.ask({ model: `${backend}:error-${status}`, turns: sdk.user('Hello'), stream });
          await assert.rejects(asked, (error) => {
            assert.ok(error instanceof sdk.errorOf(status), `${status}: ${error}`);
            assert.equal(error.status, status);
            return true;
          });
        }
      });
    }

    test(`system prompt and image: ${sdk.name}, ${backend}`, async () => {
      const mark = fresh();
      await sdk.ask({ model, turns: sdk.user(`What is this? ${mark}`, IMAGE), system: 'Speak softly.' });
      const body = await recorded(mark);
      assert.ok(body.includes(IMAGE) && body.includes('image/png') && body.includes('Speak softly.'), body);
    });

    test(`a stream that is cut is an error: ${sdk.name}, ${backend}`, async () => {
      await assert.rejects(sdk.ask({ model: `${backend}:cut`, turns: sdk.user('Hello'), stream: true }));
    });
  }

  for (const stream of [false, true]) {
    const name = `${sdk.name}, ${stream ? 'stream' : 'whole'}`;

    test(`echo says the words back: ${name}`, async () => {
      const reply = await sdk.ask({ model: 'echo:any', turns: sdk.user('One two three.'), stream });
      assert.deepEqual([reply.text, reply.finish], ['One two three.', 'stop']);
      assert.ok(Math.min(...reply.usage) > 0);
    });

    test(`echo calls tools: ${name}`, async () => {
      const turns = sdk.user('Use get_time now');
      const reply = await sdk.ask({ model: 'echo:any', turns, tools: TOOLS, stream });
      assert.deepEqual(simple(reply.calls), [['get_time', { zone: 'Use get_time now' }]]);
      const results = sdk.results([[reply.calls[0], 'Half past ten']]);
      const asked = { model: 'echo:any', turns: [...turns, ...reply.turn, ...results], tools: TOOLS, stream };
      assert.ok((await sdk.ask(asked)).text.includes('Half past ten'));
    });
  }

  test(`models: ${sdk.name}`, async () => {
    const models = await sdk.models();
    for (const model of ['echo', 'anthropic:messages-sample', 'gemini:gemini-sample', 'compatible:chat-sample']) {
      assert.ok(models.includes(model), `${model} is not among ${models}`);
    }
  });

  if (sdk.count) {
    for (const backend of ['openai-responses', 'anthropic', 'gemini']) {
      test(`token count: ${sdk.name}, ${backend}`, async () => {
        assert.equal(await sdk.count(`${backend}:sample`, sdk.user('Hello')), 11);
      });
    }
  }
}
