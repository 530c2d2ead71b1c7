// Labels pictures of one face each: raw RGB from standard input, one line of JSON for each picture to standard output.
//
//     node label.js MODULES SIDE [descriptor] < pictures.rgb > labels.jsonl
//
// MODULES: the node_modules folder with the packages of package.json; SIDE: pixels a side of every picture.
// A line: {"score", "box": [x, y, width, height], "landmarks": [x0, y0, ... x67, y67], "age", "male",
// "expressions": {name: share}}, places as shares of the side; {} where no face is found. With the word descriptor also
// "descriptor": [128 numbers], which takes half as long again.

const path = require('path');

const CONFIDENCE = 0.2;
const DETECTED_AT = 224; // pixels a side; an aligned portrait fills the picture, so that a small one suffices

const modules = path.resolve(process.argv[2]);
const side = Number(process.argv[3]);
const described = process.argv[4] === 'descriptor';
const tf = require(path.join(modules, '@tensorflow/tfjs'));
const wasm = require(path.join(modules, '@tensorflow/tfjs-backend-wasm'));
const faceapi = require(path.join(modules, '@vladmandic/face-api/dist/face-api.node-wasm.js'));

async function open() {
  wasm.setWasmPaths(path.join(modules, '@tensorflow/tfjs-backend-wasm/dist/'));
  wasm.setThreadsCount(1); // equal labels on every machine, and the other core is the renderer's
  await tf.setBackend('wasm');
  await tf.ready();
  const nets = ['tinyFaceDetector', 'faceLandmark68Net', 'ageGenderNet', 'faceExpressionNet'];
  if (described) nets.push('faceRecognitionNet');
  for (const name of nets) await faceapi.nets[name].loadFromDisk(path.join(modules, '@vladmandic/face-api/model'));
}

const rounded = (number, digits) => Number(number.toFixed(digits));
const shares = (numbers) => numbers.map((number) => rounded(number / side, 5));

async function label(pixels) {
  const picture = tf.tensor3d(pixels, [side, side, 3], 'int32');
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: DETECTED_AT, scoreThreshold: CONFIDENCE });
  const read = faceapi.detectSingleFace(picture, options).withFaceLandmarks().withFaceExpressions().withAgeAndGender();
  const face = await (described ? read.withFaceDescriptor() : read);
  tf.dispose(picture);
  if (face === undefined) return {};
  const { x, y, width, height } = face.detection.box;
  return {
    score: rounded(face.detection.score, 4),
    box: shares([x, y, width, height]),
    landmarks: shares(face.landmarks.positions.flatMap((point) => [point.x, point.y])),
    age: rounded(face.age, 3),
    male: rounded(face.gender === 'male' ? face.genderProbability : 1 - face.genderProbability, 5),
    expressions: Object.fromEntries(face.expressions.asSortedArray().map((one) => [one.expression, rounded(one.probability, 5)])),
    ...(described && { descriptor: Array.from(face.descriptor, (number) => rounded(number, 5)) }),
  };
}

async function main() {
  await open();
  const size = 3 * side * side;
  let waiting = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= size) {
      process.stdout.write(`${JSON.stringify(await label(new Uint8Array(waiting.subarray(0, size))))}\n`);
      waiting = waiting.subarray(size);
    }
  }
  if (waiting.length > 0) throw new Error(`the last picture has ${waiting.length} bytes of ${size}`);
}

main();
