/** How long an input takes until what it changes is painted: for the page's own clock, in Chromium and in the app's engine alike. */

/**
 * In the page: waits for the next input of the kind `type`, and for what it changes. `window.__reacted` is then a promise of the milliseconds from the
 * input's own time stamp to the frame in which its effect stands, painted: `what` of the first element that `selector` finds (an attribute's name, or
 * `text`), or how many there are (`count`).
 *
 * An observer tells when the page changes: within a frame, which is the one that paints it, or before one. A message that is sent in a frame's callbacks
 * comes once that frame is painted.
 */
export function watch({ selector, what }, type) {
  const look = () => {
    const there = document.querySelectorAll(selector);
    if (what === 'count') return there.length;
    return what === 'text' ? there[0]?.textContent : there[0]?.getAttribute(what);
  };
  const was = look();
  window.__reacted = new Promise((done) => {
    let began = NaN;
    let within = false;
    let ended = false;
    const painted = new MessageChannel();
    const frames = new MessageChannel();
    frames.port1.onmessage = () => (within = false);
    // First of a frame's callbacks: it was asked for in the one before.
    const frame = () => {
      if (ended) return;
      within = true;
      frames.port2.postMessage(null);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    addEventListener(type, ({ timeStamp }) => (began = timeStamp), { capture: true, once: true });
    painted.port1.onmessage = () => done(performance.now() - began);
    const observer = new MutationObserver(() => {
      if (Number.isNaN(began) || look() === was) return;
      observer.disconnect();
      ended = true;
      const tell = () => painted.port2.postMessage(null);
      if (within) tell();
      else requestAnimationFrame(tell);
    });
    if (what === 'text' || what === 'count')
      observer.observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
        attributeFilter: ['open'],
      });
    else observer.observe(document.querySelector(selector), { attributeFilter: [what] });
  });
}

/** What a person does, and what is seen of it: the stage it begins on, and what [`watch`] waits for. */
export const INPUTS = {
  back: {
    name: 'key: a page back',
    query: 'scene=backlog',
    seen: { selector: '.text', what: 'text' },
    event: 'keydown',
  },
  next: {
    name: 'click: the rest of a page, or the next',
    query: 'scene=backlog',
    seen: { selector: '.text', what: 'text' },
    event: 'click',
  },
  hide: { name: 'key: hide the text', query: '', seen: { selector: '.text', what: 'count' }, event: 'keydown' },
  settings: {
    name: 'click: open the settings',
    query: '',
    seen: { selector: 'dialog[open]', what: 'count' },
    event: 'click',
  },
  gaze: {
    name: 'pointer: the gaze begins to turn',
    query: '',
    seen: { selector: '[data-testid=puppet] #eye-L-iris, [data-testid=puppet] [id$="eye-L-iris"]', what: 'transform' },
    event: 'pointermove',
  },
};
