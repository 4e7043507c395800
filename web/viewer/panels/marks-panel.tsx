/** Measuring, own marks, and the marks of the file. */
import { useState } from 'preact/hooks';
import { panelTexts } from '../../text/panels.ts';
import { MarksPanel as FileMarks } from '../marks-panel.tsx';
import type { PanelProps } from '../viewer.ts';
import { Measure } from './measure.tsx';
import { Note } from './note.tsx';
import { OwnList } from './own-list.tsx';
import { useOwnMarks } from './own-marks.ts';

export function MarksPanel({ viewer }: PanelProps) {
  const own = useOwnMarks(viewer);
  const [wanted, setEditing] = useState<string | null>(null);
  const editing = own.marks?.find(({ id }) => id === wanted)?.id ?? null;
  return (
    <>
      {/* The caliper belongs to the mark that is edited. */}
      <div hidden={editing !== null}>
        <Measure viewer={viewer} own={own} />
        <Note viewer={viewer} own={own} />
      </div>
      <OwnList viewer={viewer} own={own} editing={editing} onEdit={setEditing} />
      <h2>{panelTexts.value.own.ofFile}</h2>
      <FileMarks viewer={viewer} />
    </>
  );
}
