/**
 * Logs in and uploads with the TypeScript client that openapi-generator made. Prints the crossings of each channel of a
 * JSON upload. Arguments: the folder of the client, the API's address, e-mail, password, the folder of the fixtures.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, basePath, email, password, fixtures] = process.argv.slice(2) as [string, string, string, string, string];

interface Api {
  Configuration: new (of: { basePath: string; accessToken?: string }) => object;
  AuthApi: new (of: object) => { login(of: object): Promise<{ accessToken: string }> };
  EcgsApi: new (of: object) => {
    uploadEcg(of: object): Promise<{ id: string }>;
    readInsights(of: object): Promise<{ channels: { zeroCrossings: number }[] }>;
  };
}
const api = (await import(pathToFileURL(join(folder, 'index.ts')).href)) as Api;

const { accessToken } = await new api.AuthApi(new api.Configuration({ basePath })).login({
  login: { email, password },
});
const ecgs = new api.EcgsApi(new api.Configuration({ basePath, accessToken }));
const uploadEcgRequest: unknown = JSON.parse(readFileSync(join(fixtures, 'ecg-12lead-10s.json'), 'utf8'));
const { id } = await ecgs.uploadEcg({ uploadEcgRequest });
const { channels } = await ecgs.readInsights({ id });
console.log(JSON.stringify([channels.map(({ zeroCrossings }) => zeroCrossings)]));
