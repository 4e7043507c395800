/** Pages that are loaded when they are first shown. */
import { type ComponentType, type FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { Notice } from './notice.tsx';

/**
 * A component that loads another. If that fails (the line is down, or a new version was installed), it says so.
 * @param isQuiet while it is loaded there is nothing in its place: for what lies over the page, such as dialogs
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { isQuiet = false } = {},
): FunctionComponent<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props) {
    const [Component, setComponent] = useState(() => loaded);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (Component) return;
      load().then(
        (component) => {
          loaded = component;
          setComponent(() => component);
        },
        () => setFailed(true),
      );
    }, [Component]);
    if (Component) return <Component {...props} />;
    if (!failed) return isQuiet ? null : <p class="page quiet">{texts.value.loading}</p>;
    return (
      <div class="page">
        <Notice kind="error">{texts.value.errors.outdated}</Notice>
        <button type="button" onClick={() => location.reload()}>
          {texts.value.errors.reload}
        </button>
      </div>
    );
  };
}
