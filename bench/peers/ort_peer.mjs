// SPDX-License-Identifier: Apache-2.0
//
// ONNX Runtime as a contender (see README.md one folder up).
//
// MIEN_ORT names a folder whose node_modules holds onnxruntime-node.
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const folder = process.env.MIEN_ORT ?? process.cwd();
const require = module.createRequire(path.join(folder, 'package.json'));
const ort = require('onnxruntime-node');
const version = require('onnxruntime-node/package.json').version;

let session = null;

async function load(request) {
  if (request.task !== 'embed' || request.precision === 'bf16') {
    throw new Error('runs networks in fp32 and, quantised files, in int8');
  }
  session = await ort.InferenceSession.create(request.model, {
    intraOpNumThreads: request.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  return {runtime: `onnxruntime ${version}`, precision: request.precision};
}

function readTensor(request) {
  const bytes = fs.readFileSync(request.input);
  const values = new Float32Array(
      bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new ort.Tensor('float32', values, request.shape);
}

// Networks exported with a fixed batch of 1 are run once per element, as their
// users have to.
function split(tensor, error) {
  if (!/invalid dimensions|Got invalid/i.test(String(error))) {
    throw error;
  }
  const [count, ...rest] = tensor.dims;
  const size = tensor.data.length / count;
  return Array.from({length: count}, (_, i) => new ort.Tensor(
      'float32', tensor.data.subarray(i * size, (i + 1) * size), [1, ...rest]));
}

async function batchesOf(tensor) {
  const name = session.inputNames[0];
  try {
    await session.run({[name]: tensor});
    return [tensor];
  } catch (error) {
    return split(tensor, error);
  }
}

let batches = {key: '', tensors: []};

async function run(request) {
  const key = JSON.stringify([request.input, request.shape]);
  if (batches.key !== key) {
    batches = {key, tensors: await batchesOf(readTensor(request))};
  }
  const ms = [];
  let results = [];
  for (let i = 0; i < request.iterations; ++i) {
    const start = process.hrtime.bigint();
    results = [];
    for (const tensor of batches.tensors) {
      results.push(await session.run({[session.inputNames[0]]: tensor}));
    }
    ms.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  const outputs = session.outputNames.map((name) => ({
    name,
    shape: [results.length * results[0][name].dims[0],
            ...results[0][name].dims.slice(1)],
    parts: results.map((result) => result[name].data),
  }));
  if (request.output) {
    fs.writeFileSync(request.output, Buffer.concat(outputs.flatMap(
        ({parts}) => parts.map((part) => Buffer.from(
            part.buffer, part.byteOffset, part.byteLength)))));
  }
  return {ms, rss_mb: process.resourceUsage().maxRSS * 1024 / 1e6,
          outputs: outputs.map(({name, shape}) => ({name, shape}))};
}

async function answer(request) {
  try {
    switch (request.do) {
      case 'load': return {ok: true, ...await load(request)};
      case 'run': return {ok: true, ...await run(request)};
      default: return {ok: request.do === 'quit'};
    }
  } catch (error) {
    return {ok: false, error: String(error.message ?? error)};
  }
}

for await (const line of readline.createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  if (request.do === 'load') {
    batches = {key: '', tensors: []};
  }
  process.stdout.write(JSON.stringify(await answer(request)) + '\n');
  if (request.do === 'quit') {
    process.exit(0);
  }
}
