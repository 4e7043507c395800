/** The caliper of a mark that is edited: it is put where the mark is, and the fields follow it. */
import { useEffect, useRef } from 'preact/hooks';
import type { EditorState } from '../../ui/editor-state.ts';
import type { Values } from '../../ui/form-values.ts';
import type { Caliper } from '../calipers.ts';
import type { Viewer } from '../viewer.ts';
import { caliperOf, followed, isSamePlace, measuredMv } from './mark-form.ts';
import type { Lead, OwnMark } from './measuring.ts';

/** The number of the drawn channel of a lead; that which is selected for all. */
export function channelOf(viewer: Viewer, lead: string): number {
  const found = viewer.channels.findIndex(({ name }) => name === lead);
  return found === -1 ? viewer.selected.peek() : found;
}

const leadOf = (viewer: Viewer, channel: number): Lead => ({
  ...viewer.channelAt(channel),
  samplingRate: viewer.rateOf(channel),
});

/** Puts the caliper where the mark is, and lets the fields follow it. @returns changes fields, and moves the caliper */
export function useMarkCaliper(viewer: Viewer, mark: OwnMark, form: EditorState): (changes: Values) => void {
  const caliper = viewer.caliper.value;
  const last = useRef<Caliper | null>(null);
  const isVoltage = mark.value?.mV != null;
  const put = (values: Values): void => {
    const channel = channelOf(viewer, values['lead'] ?? '');
    last.current = caliperOf(values, channel, leadOf(viewer, channel), (time) => viewer.pointAt(channel, time));
    if (last.current && isVoltage) last.current = { ...last.current, kind: 'voltage' };
    viewer.setCaliper(last.current);
  };
  useEffect(() => {
    put(form.values);
    viewer.placing.value = false;
    if (last.current) viewer.show(last.current.a.sample, last.current.channel);
    return () => viewer.setCaliper(null);
  }, []);
  useEffect(() => {
    const now = viewer.caliper.peek();
    if (!now) return;
    const before = last.current;
    last.current = now;
    const lead = leadOf(viewer, now.channel);
    const isMoved = !before || !isSamePlace(now, before);
    const changes = {
      ...(isMoved && followed(form.values, now, before, lead)),
      ...(isVoltage && (isMoved || form.values['mV'] === '') && { mV: measuredMv(now, lead) }),
    };
    if (Object.entries(changes).some(([name, value]) => form.values[name] !== value)) form.putAll(changes);
  }, [caliper]);
  return (changes) => {
    const isPlace = ['from', 'until', 'lead'].some((name) => name in changes);
    // A voltage is measured anew where it is now.
    const all = isPlace && isVoltage ? { ...changes, mV: '' } : changes;
    form.putAll(all);
    if (isPlace) put({ ...form.values, ...all });
  };
}
