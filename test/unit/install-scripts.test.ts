/** Every dependency with an install script is listed in package.json. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as Record<string, unknown>;

describe('the install scripts of other packages', () => {
  it('are each allowed or denied by name in package.json, so that npm prints no warnings', () => {
    const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
    const { packages } = read('package-lock.json') as { packages: Record<string, { hasInstallScript?: boolean }> };
    const withScripts = Object.entries(packages)
      .filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(withScripts).to.have.members(Object.keys(allowScripts));
    expect(allowScripts).to.include({ '@scarf/scarf': false });
  });
});
