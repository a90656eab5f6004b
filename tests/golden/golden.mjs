// Golden results of the networks that the importers convert, computed by TensorFlow.js on the CPU from the packages' own
// files. Writes results/NETWORK.json, and prints the samples for `golden` in models/manifest.toml.
//
// Knows nothing of ONNX. The two inputs are made as crates/vision/src/models/golden.rs (the probe) and
// crates/vision/tests/imports.rs (the face) make them, from the same definitions.

import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const here = path.dirname(fileURLToPath(import.meta.url));
const human = path.join(here, 'node_modules/@vladmandic/human/models');
const faceapi = path.join(here, 'node_modules/@vladmandic/face-api');

const networks = [
  { id: 'facemesh', size: 192, channels: 3, mean: [0, 0, 0], scale: 1 / 255, drop: ['output_contours'] },
  { id: 'iris', size: 64, channels: 3, mean: [0, 0, 0], scale: 1 / 255 },
  { id: 'faceres', size: 224, channels: 3, mean: [123.68, 116.779, 103.939], scale: 1 },
  { id: 'emotion', size: 64, channels: 1, mean: [127.5, 0, 0], scale: 1 / 127.5 },
  { id: 'centernet', size: 512, channels: 3, mean: [0, 0, 0], scale: 1, drop: ['tower_0_detections'] },
  { id: 'nsfwjs', size: 224, channels: 3, mean: [0, 0, 0], scale: 1 / 255 },
  { id: 'dlib', size: 150, channels: 3, mean: [0, 0, 0], scale: 1 },
];

function probePixel(x, y, c) {
  return (3 * x * x + 5 * y * y + 7 * x * y + 61 * c + 97 * ((x >> 3) ^ (y >> 3))) % 256;
}

function facePixels() {
  const png = PNG.sync.read(fs.readFileSync(path.join(here, 'face.png')));
  return (size) => (x, y, c) => {
    const column = Math.floor((x * png.width) / size);
    const row = Math.floor((y * png.height) / size);
    return png.data[4 * (row * png.width + column) + c];
  };
}

/** The picture as NHWC, one picture, with the network's mean and scale. */
function image(network, pixel) {
  const { size, channels, mean, scale } = network;
  const data = new Float32Array(size * size * channels);
  let at = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < channels; c++) data[at++] = (pixel(x, y, c) - mean[c]) * scale;
    }
  }
  return tf.tensor(data, [1, size, size, channels]);
}

/** A graph model of @vladmandic/human out of its files. */
async function humanModel(id) {
  const json = JSON.parse(fs.readFileSync(path.join(human, `${id}.json`), 'utf8'));
  const shards = json.weightsManifest.flatMap((group) => group.paths).map((name) => fs.readFileSync(path.join(human, name)));
  const bytes = Buffer.concat(shards);
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      format: json.format,
      signature: json.signature,
      userDefinedMetadata: json.userDefinedMetadata,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    }),
  });
  const signature = json.signature ?? json.userDefinedMetadata.signature;
  return (input) => {
    const result = {};
    for (const [key, output] of Object.entries(signature.outputs)) {
      result[key.split(':')[0].replaceAll('/', '_')] = model.execute(input, output.name);
    }
    return result;
  };
}

/** The five-class network of nsfwjs, read as its package reads it: both model and shards are modules of JavaScript. */
async function nsfwModel() {
  const folder = path.join(here, 'node_modules/nsfwjs/dist/models/mobilenet_v2_mid');
  const json = require(path.join(folder, 'model.min.js'));
  const shards = json.weightsManifest.flatMap((group) => group.paths).map((name) => Buffer.from(require(path.join(folder, `${name}.min.js`)), 'base64'));
  const bytes = Buffer.concat(shards);
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      format: json.format,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    }),
  });
  return (input) => ({ Identity: model.execute(input) });
}

/** dlib's network as face-api.js computes it. It divides by 255 where dlib, and with it our import, divides by 256. */
async function dlibModel() {
  const { FaceRecognitionNet } = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const manifest = JSON.parse(fs.readFileSync(path.join(faceapi, 'model/face_recognition_model-weights_manifest.json'), 'utf8'));
  const bytes = fs.readFileSync(path.join(faceapi, 'model/face_recognition_model.bin'));
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const weights = tf.io.decodeWeights(buffer, manifest.flatMap((group) => group.weights));
  const net = new FaceRecognitionNet();
  net.loadFromWeightMap(weights);
  const mean = tf.tensor1d([122.782, 117.001, 104.298]);
  return async (input) => {
    const scaled = input.sub(mean).mul(255 / 256).add(mean);
    return { embedding: (await net.forward(scaled)).reshape([1, 128]) };
  };
}

function samples(values, count = values.length > 1000 ? 33 : 9) {
  const n = Math.min(count, values.length);
  if (n === 1) return [values[0]];
  return Array.from({ length: n }, (_, i) => values[Math.floor((i * (values.length - 1)) / (n - 1))]);
}

/** All numbers of an output, or of a very large one a thousand, evenly spread. */
const kept = (values) => (values.length > 5000 ? samples(values, 1001) : Array.from(values));

const rounded = (value) => Number(value.toPrecision(7));

await tf.setBackend('cpu');
await tf.ready();
const face = facePixels();
const only = process.argv.slice(2);
for (const network of networks.filter(({ id }) => only.length === 0 || only.includes(id))) {
  const run = network.id === 'dlib' ? await dlibModel() : network.id === 'nsfwjs' ? await nsfwModel() : await humanModel(network.id);
  const result = { network: network.id, by: `@tensorflow/tfjs ${tf.version.tfjs}, ${tf.getBackend()}`, inputs: {} };
  for (const [name, pixel] of [['probe', probePixel], ['face', face(network.size)]]) {
    const outputs = await run(image(network, pixel));
    result.inputs[name] = Object.entries(outputs)
      .filter(([key]) => !network.drop?.includes(key))
      .sort()
      .map(([key, tensor]) => ({ name: key, shape: tensor.shape, samples: kept(tensor.dataSync()).map(rounded), few: samples(tensor.dataSync()).map(rounded) }));
  }
  const lines = result.inputs.probe.map(
    (output) => `  { name = "${output.name}", shape = [${output.shape.join(', ')}], samples = [${output.few.join(', ')}] },`,
  );
  for (const outputs of Object.values(result.inputs)) for (const output of outputs) delete output.few;
  fs.writeFileSync(path.join(here, 'results', `${network.id}.json`), `${JSON.stringify(result)}\n`);
  console.log(`# ${network.id}\noutputs = [\n${lines.join('\n')}\n]`);
}
