/** Takes files that are dropped anywhere in the window, and shows that it will. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { droppedFiles } from './chosen-files.ts';
import { upload } from './presence.ts';

export function DropZone() {
  const [isOver, setOver] = useState(false);
  // Before the first paint: where a list is seen, files can be dropped.
  useLayoutEffect(() => {
    // Entering a child fires before its parent is left.
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const onEnter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void droppedFiles(event.dataTransfer).then(upload);
    };
    addEventListener('dragenter', onEnter);
    addEventListener('dragleave', onLeave);
    addEventListener('dragover', onOver);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragenter', onEnter);
      removeEventListener('dragleave', onLeave);
      removeEventListener('dragover', onOver);
      removeEventListener('drop', onDrop);
    };
  }, []);
  return isOver ? (
    <div class="drop-zone">
      <p>{texts.value.list.dropHere}</p>
    </div>
  ) : null;
}
