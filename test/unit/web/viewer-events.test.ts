/** The marks around the window: whatever they come from, and however many there are. */
import { mock } from 'node:test';
import { expect } from 'chai';
import { Events, type Mark } from '../../../web/viewer/events.ts';

const DURATION = 1_000;
const PAGE = 100;

/** Marks at these times, as the service gives them: 100 on a page, windows half-open. */
function recordingWith(times: readonly number[], least = 0): { events: Events; asked: string[] } {
  const asked: string[] = [];
  const events = new Events(least, DURATION, async ({ from, to, cursor = '0' }) => {
    asked.push(`${from} to ${to}`);
    const inside = times.filter((at) => at >= from && at < to);
    const end = Number(cursor) + PAGE;
    return {
      items: inside.slice(Number(cursor), end).map((at) => ({ at }) as Mark),
      nextCursor: end < inside.length ? String(end) : null,
    };
  });
  return { events, asked };
}

const rested = async (): Promise<void> => {
  mock.timers.tick(200);
  for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done));
};

describe('The marks of the viewer', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('are loaded at once where they are few, with one at the very end', async () => {
    const { events, asked } = recordingWith([3, 700, DURATION]);
    events.want(0, 10);
    await rested();
    events.want(DURATION - 10, DURATION);
    await rested();
    expect(asked).to.have.lengthOf(1);
    expect(events.areAll).to.equal(true);
    expect(events.shown(DURATION - 10, DURATION).map(({ at }) => at)).to.deep.equal([DURATION]);
    expect(events.shown(690, 700)).to.deep.equal([]);
    expect(await events.next(DURATION - 20, 1, DURATION), 'the next one').to.equal(DURATION);
  });

  it('are those of the window where attached files or the reader have added many', async () => {
    const { events, asked } = recordingWith(Array.from({ length: 2_000 }, (_, i) => i / 2));
    events.want(0, 10);
    await rested();
    expect(events.areAll).to.equal(false);
    asked.length = 0;
    events.want(800, 810);
    await rested();
    expect(asked).to.deep.equal(['790 to 821']);
    expect(events.shown(800, 810)).to.have.lengthOf(20);
    expect(events.isCut.value).to.equal(false);
  });

  it('are those of the window where the page before it has too many', async () => {
    const { events } = recordingWith([...Array.from({ length: 900 }, (_, i) => 790 + i / 100), 805], 901);
    events.want(800, 810);
    await rested();
    expect(events.shown(800, 810).map(({ at }) => at)).to.deep.equal([805]);
    expect(events.isCut.value).to.equal(false);
  });

  it('are said to be more where a window has too many', async () => {
    const { events } = recordingWith(Array.from({ length: 900 }, (_, i) => 800 + i / 100));
    events.want(800, 810);
    await rested();
    expect(events.shown(800, 810)).to.have.lengthOf(500);
    expect(events.isCut.value).to.equal(true);
  });
});
