// The official SDKs behind one face, so that one test asks them all the same.
import assert from 'node:assert/strict';

import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

const URL = process.env.DRAGOMAN_URL;
const KEY = 'key-of-the-client';
const TIMEOUT_MS = 30_000;
const ERRORS = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
  429: 'RateLimitError',
  500: 'InternalServerError',
};

const openai = new OpenAI({ apiKey: KEY, baseURL: `${URL}/v1`, maxRetries: 0, timeout: TIMEOUT_MS });
const anthropic = new Anthropic({ apiKey: KEY, baseURL: URL, maxRetries: 0, timeout: TIMEOUT_MS });
const google = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: URL, timeout: TIMEOUT_MS } });

async function listed(pages) {
  const models = [];
  for await (const model of pages) models.push(model);
  return models;
}

const chat = {
  name: 'openai chat',
  errorOf: (status) => OpenAI[ERRORS[status]],
  user(words, image) {
    if (!image) return [{ role: 'user', content: words }];
    const url = `data:image/png;base64,${image}`;
    return [{ role: 'user', content: [{ type: 'text', text: words }, { type: 'image_url', image_url: { url } }] }];
  },
  results: (results) => results.map(([call, content]) => ({ role: 'tool', tool_call_id: call.id, content })),
  async ask({ model, turns, system, tools, schema, stream }) {
    const asked = { model, messages: system ? [{ role: 'system', content: system }, ...turns] : turns };
    if (tools) {
      asked.tools = Object.entries(tools).map(([name, parameters]) => (
        { type: 'function', function: { name, description: name, parameters } }));
    }
    if (schema) {
      asked.response_format = { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } };
    }
    const done = stream
      ? await openai.chat.completions.stream({ ...asked, stream_options: { include_usage: true } }).finalChatCompletion()
      : await openai.chat.completions.create(asked);
    const { message, finish_reason: finish } = done.choices[0];
    const { parsed: _, ...turn } = message;
    const calls = (message.tool_calls ?? []).map((call) => (
      { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) }));
    return {
      text: message.content ?? '',
      calls,
      finish: finish === 'tool_calls' ? 'tools' : finish,
      usage: [done.usage.prompt_tokens, done.usage.completion_tokens],
      turn: [turn],
    };
  },
  models: async () => (await listed(openai.models.list())).map((model) => model.id),
};

const responses = {
  name: 'openai responses',
  errorOf: chat.errorOf,
  user(words, image) {
    const content = [{ type: 'input_text', text: words }];
    if (image) content.push({ type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' });
    return [{ role: 'user', content }];
  },
  results: (results) => results.map(([call, output]) => ({ type: 'function_call_output', call_id: call.id, output })),
  async ask({ model, turns, system, tools, schema, stream }) {
    const asked = { model, input: turns };
    if (system) asked.instructions = system;
    if (tools) {
      asked.tools = Object.entries(tools).map(([name, parameters]) => (
        { type: 'function', name, description: name, parameters, strict: false }));
    }
    if (schema) asked.text = { format: { type: 'json_schema', name: 'answer', schema, strict: true } };
    const done = stream ? await streamedResponse(asked) : await openai.responses.create(asked);
    const items = done.output.filter((item) => item.type === 'function_call');
    const calls = items.map((item) => ({ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) }));
    const texts = done.output.flatMap((item) => item.content ?? []).filter((part) => part.type === 'output_text');
    return {
      text: texts.map((part) => part.text).join(''),
      calls,
      finish: done.status !== 'completed' ? done.status : calls.length > 0 ? 'tools' : 'stop',
      usage: [done.usage.input_tokens, done.usage.output_tokens],
      turn: done.output.map(({ parsed_arguments: _, ...item }) => item),
    };
  },
  models: chat.models,
};

async function streamedResponse(asked) {
  let done;
  for await (const event of await openai.responses.create({ ...asked, stream: true })) {
    assert.ok(!['error', 'response.failed'].includes(event.type), event.type);
    if (event.type === 'response.completed') done = event.response;
  }
  assert.ok(done, 'a stream without its closing event');
  return done;
}

const messages = {
  name: 'anthropic',
  errorOf: (status) => Anthropic[ERRORS[status]],
  user(words, image) {
    if (!image) return [{ role: 'user', content: words }];
    const source = { type: 'base64', media_type: 'image/png', data: image };
    return [{ role: 'user', content: [{ type: 'image', source }, { type: 'text', text: words }] }];
  },
  results(results) {
    const content = results.map(([call, text]) => ({ type: 'tool_result', tool_use_id: call.id, content: text }));
    return [{ role: 'user', content }];
  },
  async ask({ model, turns, system, tools, schema, stream }) {
    const asked = { model, messages: turns, max_tokens: 200 };
    if (system) asked.system = system;
    if (tools) {
      asked.tools = Object.entries(tools).map(([name, input_schema]) => ({ name, description: name, input_schema }));
    }
    if (schema) asked.output_config = { format: { type: 'json_schema', schema } };
    const done = stream ? await anthropic.messages.stream(asked).finalMessage() : await anthropic.messages.create(asked);
    const blocks = (type) => done.content.filter((block) => block.type === type);
    const { input_tokens: input, cache_read_input_tokens: cached, output_tokens: output } = done.usage;
    return {
      text: blocks('text').map((block) => block.text).join(''),
      calls: blocks('tool_use').map((block) => ({ id: block.id, name: block.name, arguments: block.input })),
      finish: { end_turn: 'stop', tool_use: 'tools' }[done.stop_reason] ?? done.stop_reason,
      usage: [input + (cached ?? 0), output],
      turn: [{ role: 'assistant', content: done.content }],
    };
  },
  models: async () => (await listed(anthropic.models.list())).map((model) => model.id),
  count: async (model, turns) => (await anthropic.messages.countTokens({ model, messages: turns })).input_tokens,
};

const gemini = {
  name: 'google genai',
  errorOf: () => ApiError,
  user(words, image) {
    const parts = [{ text: words }];
    if (image) parts.push({ inlineData: { data: image, mimeType: 'image/png' } });
    return [{ role: 'user', parts }];
  },
  results(results) {
    const parts = results.map(([{ id, name }, text]) => (
      { functionResponse: { id, name, response: { result: text } } }));
    return [{ role: 'user', parts }];
  },
  async ask({ model, turns, system, tools, schema, stream }) {
    const config = {};
    if (system) config.systemInstruction = system;
    if (tools) {
      const declared = Object.entries(tools).map(([name, parametersJsonSchema]) => (
        { name, description: name, parametersJsonSchema }));
      config.tools = [{ functionDeclarations: declared }];
    }
    if (schema) Object.assign(config, { responseMimeType: 'application/json', responseJsonSchema: schema });
    const asked = { model, contents: turns, config };
    const documents = stream
      ? await listed(await google.models.generateContentStream(asked))
      : [await google.models.generateContent(asked)];
    const parts = documents.flatMap((document) => document.candidates?.[0]?.content?.parts ?? []);
    const calls = parts.filter((part) => part.functionCall).map(({ functionCall: call }) => (
      { id: call.id, name: call.name, arguments: call.args }));
    const { candidates, usageMetadata: usage } = documents.at(-1);
    const finish = candidates[0].finishReason;
    return {
      text: parts.filter((part) => part.text && !part.thought).map((part) => part.text).join(''),
      calls,
      finish: finish !== 'STOP' ? finish : calls.length > 0 ? 'tools' : 'stop',
      usage: [usage.promptTokenCount, usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0)],
      turn: [{ role: 'model', parts }],
    };
  },
  models: async () => (await listed(await google.models.list())).map((model) => model.name.replace(/^models\//, '')),
  count: async (model, turns) => (await google.models.countTokens({ model, contents: turns })).totalTokens,
};

export const SDKS = [chat, responses, messages, gemini];
