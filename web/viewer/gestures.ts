/** Pointer and wheel over the paper: dragging with inertia, pinching, zooming at the pointer, and placing calipers. */
import { preferences } from '../preferences.ts';
import { announceReading } from './actions.ts';
import { type Handle, snapped } from './calipers.ts';
import { type Strip, stripAt } from './scene.ts';
import type { Viewer } from './viewer.ts';

/** Movements up to this are a click, in CSS pixels. */
const CLICK = 4;
/** How near a handle must be, and how far calipers snap. */
const GRAB = 12;
const SNAP = 6;
/** After a throw, the speed falls to 1/e in this time, in milliseconds. */
const DECAY_MS = 325;
const LEAST_SPEED = 0.02;
/** A wheel step of 100 zooms by about a quarter. */
const ZOOM_PER_PIXEL = 0.0022;
const LINE_PIXELS = 18;
/** A gesture of the wheel ends after so many frames without one: until then it does not change between pan and zoom. */
const FREE_FRAMES = 2;

interface Place {
  x: number;
  y: number;
}

type Drag =
  | {
      kind: 'pan';
      start: Place;
      from: number;
      /** How far the room was scrolled, and where the pointer was in the window, in CSS pixels. */
      scrolled: number;
      clientY: number;
      isClick: boolean;
      trail: { x: number; time: number }[];
    }
  | { kind: 'handle'; handle: Handle; strip: Strip }
  | { kind: 'pinch'; distance: number; speed: number; time: number };

/**
 * Listens to an element that lies over the paper.
 * @param room what scrolls where the rows are higher than it
 * @returns a function that stops it
 */
export function listenToGestures(target: HTMLElement, viewer: Viewer, room: HTMLElement): () => void {
  const pointers = new Map<number, Place>();
  let drag: Drag | null = null;
  let throwing = 0;
  let wheel: { zooms: boolean; free: number } | null = null;

  const ratio = (): number => viewer.stage.peek()?.ratio ?? 1;
  /** In device pixels of the paper. */
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Place => {
    const box = target.getBoundingClientRect();
    return { x: (clientX - box.left) * ratio(), y: (clientY - box.top) * ratio() };
  };
  const stripOf = ({ x, y }: Place): Strip | undefined => {
    const scene = viewer.scene.peek();
    const strip = scene && stripAt(scene, x, y);
    return strip && viewer.isCalculated(strip.channel) ? { ...strip, channel: null } : (strip ?? undefined);
  };
  /** Device pixels from the beginning of the window. */
  const anchorOf = (place: Place): number => {
    const strip = stripOf(place);
    if (!strip) return 0;
    return strip.offset + Math.max(0, Math.min(strip.width, place.x - strip.x));
  };
  const perSecond = (): number => viewer.scene.peek()?.pixelsPerSecond ?? 1;
  const timeOf = (place: Place): number => viewer.view.peek().from + anchorOf(place) / perSecond();

  const stopThrowing = (): void => {
    cancelAnimationFrame(throwing);
    throwing = 0;
  };

  const throwOn = (speed: number): void => {
    if (Math.abs(speed) < LEAST_SPEED || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let [now, left] = [performance.now(), speed];
    const step = (time: number): void => {
      const passed = Math.max(0, Math.min(50, time - now));
      now = time;
      viewer.moveBy((-left * passed) / perSecond());
      left *= Math.exp(-passed / DECAY_MS);
      throwing = Math.abs(left) < LEAST_SPEED ? 0 : requestAnimationFrame(step);
    };
    throwing = requestAnimationFrame(step);
  };

  /** Moves a handle of the caliper to a place, to the nearest peak or slope unless Alt is held. */
  const moveHandle = (handle: Handle, strip: Strip, { x, y }: Place, isFree: boolean): void => {
    const caliper = viewer.caliper.peek();
    if (!caliper || strip.channel === null) return;
    const { channel } = strip;
    const inStrip = Math.max(0, Math.min(strip.width - 1, x - strip.x));
    const time = viewer.view.peek().from + (strip.offset + inStrip) / perSecond();
    const rate = viewer.rateOf(channel);
    const point = viewer.pointAt(channel, time);
    const reach = isFree ? 0 : Math.round((SNAP * ratio() * rate) / perSecond());
    const sample = snapped((one) => viewer.valueAt(channel, one), point.sample, reach);
    const found = viewer.valueAt(channel, sample);
    // Lines of voltage follow the pointer where they do not snap.
    const value = caliper.kind === 'voltage' && isFree ? (strip.y - y) / strip.height + strip.base : found;
    viewer.setCaliper({ ...caliper, channel, active: handle, [handle]: { sample, value } });
  };

  /** The handle of the caliper below a place. */
  const grabbed = (place: Place): { handle: Handle; strip: Strip } | null => {
    const caliper = viewer.caliper.peek();
    const strip = stripOf(place);
    if (!caliper || !strip) return null;
    const rate = viewer.rateOf(caliper.channel);
    const own = viewer.scene
      .peek()
      ?.strips.find(
        (one) =>
          one.channel === caliper.channel && place.x >= one.x && place.x < one.x + one.width && one.row === strip.row,
      );
    if (!own) return null;
    for (const handle of [caliper.active, caliper.active === 'a' ? 'b' : 'a'] as const) {
      const { sample, value } = caliper[handle];
      const at = own.x + (sample / rate - viewer.view.peek().from) * perSecond() - own.offset;
      const level = own.y - (value - own.base) * own.height;
      const isNear =
        caliper.kind === 'time'
          ? Math.abs(place.x - at) < GRAB * ratio()
          : Math.abs(place.y - level) < GRAB * ratio() || Math.abs(place.x - at) < GRAB * ratio();
      if (isNear) return { handle, strip: own };
    }
    return null;
  };

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    stopThrowing();
    const place = placeOf(event);
    pointers.set(event.pointerId, place);
    target.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      const [one, other] = [...pointers.values()] as [Place, Place];
      const middle = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
      drag = {
        kind: 'pinch',
        distance: Math.hypot(one.x - other.x, one.y - other.y),
        speed: viewer.view.peek().speed,
        time: timeOf(middle),
      };
      return;
    }
    const strip = stripOf(place);
    if (viewer.placing.peek() && strip?.channel !== null && strip) {
      viewer.placing.value = false;
      moveHandle('a', strip, place, event.altKey);
      moveHandle('b', strip, place, event.altKey);
      drag = { kind: 'handle', handle: 'b', strip };
      return;
    }
    const handle = grabbed(place);
    drag = handle ? { kind: 'handle', ...handle } : panFrom(place, true);
  };

  /** @param isClick whether it is a click as long as nothing moves */
  const panFrom = (start: Place, isClick: boolean): Drag => ({
    kind: 'pan',
    start,
    from: viewer.view.peek().from,
    scrolled: room.scrollTop,
    clientY: target.getBoundingClientRect().top + start.y / ratio(),
    isClick,
    trail: [],
  });

  const onMove = (event: PointerEvent): void => {
    if (!pointers.has(event.pointerId) || !drag) return;
    const place = placeOf(event);
    pointers.set(event.pointerId, place);
    if (drag.kind === 'handle') moveHandle(drag.handle, drag.strip, place, event.altKey);
    else if (drag.kind === 'pinch') pinch(drag);
    else {
      const by = place.x - drag.start.x;
      const down = event.clientY - drag.clientY;
      if (Math.max(Math.abs(by) / ratio(), Math.abs(down)) > CLICK) drag.isClick = false;
      if (drag.isClick) return;
      room.scrollTop = drag.scrolled - down;
      viewer.event = null;
      viewer.moveTo(drag.from - by / perSecond());
      drag.trail = [...drag.trail.slice(-4), { x: place.x, time: event.timeStamp }];
    }
  };

  const pinch = ({ distance, speed, time }: Drag & { kind: 'pinch' }): void => {
    const [one, other] = [...pointers.values()];
    if (!one || !other) return;
    const now = Math.hypot(one.x - other.x, one.y - other.y);
    const middle = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
    viewer.setSpeed((speed * now) / Math.max(1, distance), anchorOf(middle));
    viewer.moveTo(time - anchorOf(middle) / perSecond());
  };

  const onUp = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    const ended = drag;
    const [left] = pointers.values();
    // After a pinch, the finger that is left drags on.
    drag = ended?.kind === 'pinch' && left ? panFrom(left, false) : null;
    if (ended?.kind === 'handle') announceReading(viewer);
    if (ended?.kind !== 'pan') return;
    // The browser takes a pointer away to scroll the page.
    if (event.type === 'pointercancel') return;
    if (ended.isClick) click(ended.start, event.altKey);
    else {
      const first = ended.trail[0];
      const last = ended.trail.at(-1);
      if (first && last && event.timeStamp - last.time < 60 && last.time > first.time)
        throwOn((last.x - first.x) / (last.time - first.time));
    }
  };

  /** A click selects the lead; with a caliper out, it moves the active handle to the place. */
  const click = (place: Place, isFree: boolean): void => {
    const strip = stripOf(place);
    if (!strip || strip.channel === null) return;
    viewer.selected.value = strip.channel;
    const caliper = viewer.caliper.peek();
    if (caliper?.channel !== strip.channel) return;
    moveHandle(caliper.active, strip, place, isFree);
    announceReading(viewer);
  };

  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    stopThrowing();
    const scale = event.deltaMode === 1 ? LINE_PIXELS : event.deltaMode === 2 ? 400 : 1;
    if (event.shiftKey) {
      // Most browsers turn the wheel sideways themselves.
      room.scrollTop += (event.deltaX || event.deltaY) * scale;
      return;
    }
    if (!wheel) {
      wheel = { zooms: (event.ctrlKey || event.metaKey) !== preferences.peek().wheelZooms, free: 0 };
      requestAnimationFrame(countFrame);
    }
    wheel.free = 0;
    const { deltaX, deltaY } = event;
    if (wheel.zooms) {
      // A pinch on a touch pad arrives as small steps of a wheel with Ctrl.
      const sensitivity = event.ctrlKey && Math.abs(deltaY) < 20 ? 4 : 1;
      const factor = Math.exp(-deltaY * scale * ZOOM_PER_PIXEL * sensitivity);
      viewer.setSpeed(viewer.view.peek().speed * factor, anchorOf(placeOf(event)));
    } else {
      const by = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : deltaY;
      viewer.moveBy((by * scale * ratio()) / perSecond());
    }
  };
  const countFrame = (): void => {
    if (!wheel) return;
    wheel.free++;
    if (wheel.free > FREE_FRAMES) wheel = null;
    else requestAnimationFrame(countFrame);
  };

  const onDouble = (event: MouseEvent): void => {
    if (!grabbed(placeOf(event))) viewer.setSpeed(25, anchorOf(placeOf(event)));
  };

  target.addEventListener('pointerdown', onDown);
  target.addEventListener('pointermove', onMove);
  target.addEventListener('pointerup', onUp);
  target.addEventListener('pointercancel', onUp);
  target.addEventListener('wheel', onWheel, { passive: false });
  target.addEventListener('dblclick', onDouble);
  return () => {
    stopThrowing();
    wheel = null;
    target.removeEventListener('pointerdown', onDown);
    target.removeEventListener('pointermove', onMove);
    target.removeEventListener('pointerup', onUp);
    target.removeEventListener('pointercancel', onUp);
    target.removeEventListener('wheel', onWheel);
    target.removeEventListener('dblclick', onDouble);
  };
}
