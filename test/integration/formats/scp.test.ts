/** SCP-ECG over HTTP. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { readEach } from '../../support/sendings.ts';
import { plainFile } from '../../unit/formats/scp/files.ts';

describe('SCP-ECG over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (bytes: Buffer): Promise<Answer> => upload(app, app.clinician.token, [{ file: 'ecg.scp', bytes }]);
  const get = async (path: string) => (await call(app, 'GET', path, { token: app.clinician.token })).json;

  it('becomes a recording of the rhythm and one of the reference beat', async function () {
    const folder = recordingsDir();
    if (folder === null) this.skip();
    const created = await send(readFileSync(join(folder, 'scp/Example.scp')));
    expect(created.status, created.text).to.equal(201);
    const [rhythm, beat] = await readEach(app, app.clinician.token, created);
    expect(rhythm).to.include({ format: 'scp', part: 'rhythm' });
    expect(rhythm.channels.map(({ lead }: { lead: string }) => lead)).to.have.members(
      'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' '),
    );
    expect(rhythm.channels[0]).to.include({ name: 'I', samplingRate: 500, unit: 'uV', gain: 0.4, samples: 5000 });
    expect(beat).to.include({ format: 'scp', part: 'reference beat' });
    const golden = JSON.parse(readFileSync(join(folder, 'golden-2.json'), 'utf8')) as {
      channels: { file: string; zeroCrossings: number }[];
    };
    const insights = await get(`/ecgs/${rhythm.id}/insights`);
    expect(insights.channels.map(({ zeroCrossings }: { zeroCrossings: number }) => zeroCrossings)).to.deep.equal(
      golden.channels.filter(({ file }) => file === 'scp/Example.scp').map(({ zeroCrossings }) => zeroCrossings),
    );
  });

  it('is refused with its reason if it is damaged', async () => {
    const file = plainFile([1, 2, 3]);
    file.writeUInt8(file.readUInt8(file.length - 1) ^ 1, file.length - 1);
    const answer = await send(file);
    expect(answer.status, answer.text).to.equal(400);
    expect(answer.text).to.match(/checksum \(CRC\) of section 6 is wrong/);
  });
});
