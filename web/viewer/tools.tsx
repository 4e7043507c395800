/** The tools above the paper: layout, speed, gain, calipers, and what is drawn. */
import type { Layout } from '../../src/paper/types.ts';
import { number, texts } from '../text/index.ts';
import { perform, toggleCaliper } from './actions.ts';
import type { Action } from './keys.ts';
import { GAINS, SPEEDS } from './view.ts';
import type { Viewer } from './viewer.ts';

const LAYOUTS: readonly Layout[] = ['3x4', '6x2', '12x1', 'stacked'];

export function Tools({ viewer }: { viewer: Viewer }) {
  const t = texts.value.viewer;
  const { layout, speed, gain, halfGainV } = viewer.view.value;
  const caliper = viewer.caliper.value;
  return (
    <div class="viewer-tools" role="toolbar" aria-label={t.tools}>
      <Choice
        label={t.layout}
        value={layout}
        options={LAYOUTS.map((one) => [one, texts.value.viewer.layouts[one]])}
        onValue={(value) => viewer.setLayout(value as Layout)}
      />
      <Choice
        label={t.speed}
        value={String(speed)}
        options={withOwn(SPEEDS, speed).map((one) => [String(one), `${number(one, 1)} mm/s`])}
        onValue={(value) => viewer.setSpeed(Number(value))}
      />
      <Choice
        label={t.gain}
        value={String(gain)}
        options={withOwn(GAINS, gain).map((one) => [String(one), `${number(one, 1)} mm/mV`])}
        onValue={(value) => viewer.setGain(Number(value))}
      />
      <Toggle
        text={t.halfGainV}
        title={t.halfGainVTitle}
        isOn={halfGainV}
        onClick={() => viewer.setHalfGainV(!halfGainV)}
      />
      <span class="group">
        <Toggle
          text={t.crossings}
          title={t.crossingsTitle}
          isOn={viewer.showsCrossings.value}
          onClick={() => perform(viewer, 'crossings')}
        />
        {viewer.calculated && (
          <Toggle
            {...viewer.calculated.texts()}
            isOn={viewer.showsCalculated.value}
            onClick={() => viewer.toggleCalculated()}
          />
        )}
        {viewer.events.areAny && (
          <Toggle
            text={t.marks}
            title={t.marksTitle}
            isOn={viewer.showsEvents.value}
            onClick={() => (viewer.showsEvents.value = !viewer.showsEvents.peek())}
          />
        )}
      </span>
      <span class="group">
        <Toggle
          text={t.timeCaliper}
          title={t.timeCaliperTitle}
          isOn={caliper?.kind === 'time'}
          onClick={() => toggleCaliper(viewer, 'time')}
        />
        <Toggle
          text={t.voltageCaliper}
          title={t.voltageCaliperTitle}
          isOn={caliper?.kind === 'voltage'}
          onClick={() => toggleCaliper(viewer, 'voltage')}
        />
        {/* Always there, so that the paper does not move when a caliper comes. */}
        <Toggle
          text={t.march}
          title={t.marchTitle}
          isOn={caliper?.isMarching === true}
          isDisabled={!caliper}
          onClick={() => perform(viewer, 'march')}
        />
      </span>
      <span class="group">
        {(
          [
            ['start', '|◀', t.start],
            ['pageBack', '◀', t.pageBack],
            ['pageOn', '▶', t.pageOn],
            ['end', '▶|', t.end],
            ['zoomOut', '−', t.zoomOut],
            ['zoomIn', '+', t.zoomIn],
          ] as const
        ).map(([action, sign, title]) => (
          <Sign key={action} viewer={viewer} action={action} sign={sign} title={title} />
        ))}
      </span>
      <span class="group">
        <Plain viewer={viewer} action="jump" text={t.jump} title={t.jumpTitle} />
        <Plain viewer={viewer} action="table" text={t.table} title={t.tableTitle} />
        <Plain viewer={viewer} action="help" text={t.help} title={t.helpTitle} />
      </span>
    </div>
  );
}

/** The standard values, and the present one if it is another. */
const withOwn = (values: readonly number[], own: number): number[] =>
  values.includes(own) ? [...values] : [...values, own].toSorted((a, b) => a - b);

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onValue: (value: string) => void;
}

const Choice = ({ label, value, options, onValue }: ChoiceProps) => (
  <select aria-label={label} title={label} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
    {options.map(([option, text]) => (
      <option key={option} value={option} selected={option === value}>
        {text}
      </option>
    ))}
  </select>
);

interface ToggleProps {
  text: string;
  title: string;
  isOn: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}

const Toggle = ({ text, title, isOn, isDisabled = false, onClick }: ToggleProps) => (
  <button type="button" aria-pressed={isOn} title={title} disabled={isDisabled} onClick={onClick}>
    {text}
  </button>
);

const Plain = ({ viewer, action, text, title }: { viewer: Viewer; action: Action; text: string; title: string }) => (
  <button type="button" class="plain" title={title} onClick={() => perform(viewer, action)}>
    {text}
  </button>
);

const Sign = ({ viewer, action, sign, title }: { viewer: Viewer; action: Action; sign: string; title: string }) => (
  <button type="button" class="plain sign" title={title} aria-label={title} onClick={() => perform(viewer, action)}>
    <span aria-hidden="true">{sign}</span>
  </button>
);
