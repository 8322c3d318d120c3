/** As much of the WebDriver protocol as the test needs, spoken to WebKitWebDriver directly. */

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class Window {
  /** Starts the app and waits for its window. */
  static async open(port, binary, args = []) {
    const window = new Window(`http://127.0.0.1:${port}`);
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } };
    const { sessionId } = await window.#ask('POST', '/session', { capabilities });
    window.session = `/session/${sessionId}`;
    return window;
  }

  constructor(base) {
    this.base = base;
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error} ${value?.message ?? ''}`);
    return value;
  }

  /** Runs a function in the page. */
  run(script, ...args) {
    return this.#ask('POST', `${this.session}/execute/sync`, { script: `return (${script}).apply(null, arguments)`, args });
  }

  /** Leads the window to a page. */
  go(url) {
    return this.#ask('POST', `${this.session}/url`, { url });
  }

  async type(selector, text) {
    const found = await this.#ask('POST', `${this.session}/element`, { using: 'css selector', value: selector });
    await this.#ask('POST', `${this.session}/element/${found[ELEMENT]}/value`, { text });
  }

  /** Presses keys and buttons, or moves the pointer, as the window system would tell of it. */
  #act(actions) {
    return this.#ask('POST', `${this.session}/actions`, { actions });
  }

  press(key) {
    const actions = [{ type: 'keyDown', value: key }, { type: 'keyUp', value: key }];
    return this.#act([{ type: 'key', id: 'keys', actions }]);
  }

  #mouse(...actions) {
    return this.#act([{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }]);
  }

  /** Moves the pointer to a place in the page, in CSS pixels. */
  point(x, y) {
    return this.#mouse({ type: 'pointerMove', duration: 0, x, y });
  }

  click(x, y) {
    return this.#mouse(
      { type: 'pointerMove', duration: 0, x, y },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    );
  }

  async picture() {
    return Buffer.from(await this.#ask('GET', `${this.session}/screenshot`), 'base64');
  }

  close() {
    return this.#ask('DELETE', this.session);
  }
}
