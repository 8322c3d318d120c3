/**
 * Draws a model's drawables with WebGL: in their render order, with the three blend modes, masks, multiply and screen colours.
 *
 * Masks of equal sets are drawn once, four sets to a texture, one in each channel; soft edges stay soft. The texture has half the
 * drawing's resolution, which nobody sees and which is a quarter of the work.
 */

import { FLAG, VISIBLE, type CoreDrawables } from './core';
import { DRAW, MASK, VERTEX } from './shaders';

/** Scale and offset from the model's units to the clip space. */
export interface View {
  sx: number;
  sy: number;
  x: number;
  y: number;
}
interface Mesh {
  positions: WebGLBuffer;
  uvs: WebGLBuffer;
  indices: WebGLBuffer;
  count: number;
}
interface MaskSet {
  drawables: number[];
  texture: number;
  channel: number;
}
interface Target {
  texture: WebGLTexture;
  buffer: WebGLFramebuffer;
}
interface Program {
  program: WebGLProgram;
  place(name: string): WebGLUniformLocation | null;
}

/** Where both programs take their vertices from. */
const POSITION = 0;
const UV = 1;
/** Bits per channel are enough for masks; more sets than this are drawn without. */
const MOST_MASKS = 64;

/** Which drawables share a mask, and where each mask is drawn. Pure. */
export function maskSets(drawables: Pick<CoreDrawables, 'count' | 'masks' | 'maskCounts'>): {
  sets: MaskSet[];
  of: number[];
} {
  const known = new Map<string, number>();
  const sets: MaskSet[] = [];
  const of = Array.from({ length: drawables.count }, (_, i) => {
    const count = drawables.maskCounts[i] ?? 0;
    const ids = [...(drawables.masks[i] ?? [])].slice(0, count).filter((id) => id >= 0 && id < drawables.count);
    if (ids.length === 0) return -1;
    ids.sort((a, b) => a - b);
    const key = ids.join();
    const there = known.get(key);
    if (there !== undefined) return there;
    if (sets.length >= MOST_MASKS) return -1;
    known.set(key, sets.length);
    sets.push({ drawables: ids, texture: sets.length >> 2, channel: sets.length & 3 });
    return sets.length - 1;
  });
  return { sets, of };
}

/** The order in which drawables are drawn: indices by render order. */
export function drawOrder(drawables: Pick<CoreDrawables, 'count' | 'renderOrders'>): number[] {
  const order = Array.from({ length: drawables.count }, (_, i) => i);
  return order.sort((a, b) => (drawables.renderOrders[a] ?? 0) - (drawables.renderOrders[b] ?? 0) || a - b);
}

/** The box around what is seen of a model: left, bottom, right, top in its own units. */
export function boundsOf(
  drawables: Pick<CoreDrawables, 'count' | 'vertexPositions' | 'opacities' | 'dynamicFlags'>,
): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < drawables.count; i++) {
    const seen = ((drawables.dynamicFlags[i] ?? VISIBLE) & VISIBLE) !== 0 && (drawables.opacities[i] ?? 1) > 0.01;
    if (!seen) continue;
    const positions = drawables.vertexPositions[i] ?? new Float32Array();
    for (let v = 0; v + 1 < positions.length; v += 2) {
      const [x = 0, y = 0] = [positions[v], positions[v + 1]];
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box.every(Number.isFinite) && box[2] > box[0] && box[3] > box[1] ? box : [-1, -1, 1, 1];
}

export class Renderer {
  readonly #gl: WebGLRenderingContext;
  readonly #drawables: CoreDrawables;
  readonly #draw: Program;
  readonly #mask: Program;
  readonly #meshes: Mesh[];
  readonly #textures: WebGLTexture[];
  readonly #sets: MaskSet[];
  readonly #setOf: number[];
  /** Drawables that something is masked by. */
  readonly #masking: ReadonlySet<number>;
  #targets: Target[] = [];
  #maskSize: [number, number] = [0, 0];

  /** Throws a sentence for people where WebGL is missing or refuses. */
  constructor(canvas: HTMLCanvasElement, drawables: CoreDrawables, pictures: readonly TexImageSource[]) {
    const gl = canvas.getContext('webgl', {
      alpha: true,
      premultipliedAlpha: true,
      antialias: true,
      stencil: false,
      // WebKit without a GPU paints the canvas again when nothing new was drawn on it; this frame cannot know where it is.
      preserveDrawingBuffer: true,
    });
    if (!gl) throw new Error('this window has no WebGL');
    this.#gl = gl;
    this.#drawables = drawables;
    this.#draw = program(gl, VERTEX, DRAW);
    this.#mask = program(gl, VERTEX, MASK);
    this.#textures = pictures.map((picture) => texture(gl, picture));
    this.#meshes = Array.from({ length: drawables.count }, (_, i) => {
      const indices = drawables.indices[i] ?? new Uint16Array();
      return {
        positions: filled(gl, gl.ARRAY_BUFFER, drawables.vertexPositions[i] ?? new Float32Array(), gl.DYNAMIC_DRAW),
        uvs: filled(gl, gl.ARRAY_BUFFER, drawables.vertexUvs[i] ?? new Float32Array(), gl.STATIC_DRAW),
        indices: filled(gl, gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW),
        count: indices.length,
      };
    });
    const { sets, of } = maskSets(drawables);
    this.#sets = sets;
    this.#setOf = of;
    this.#masking = new Set(sets.flatMap((set) => set.drawables));
    for (const place of [POSITION, UV]) gl.enableVertexAttribArray(place);
    gl.disable(gl.DEPTH_TEST);
    gl.frontFace(gl.CCW);
    gl.enable(gl.BLEND);
  }

  get lost(): boolean {
    return this.#gl.isContextLost();
  }

  /** Draws the model as the Core has computed it. */
  draw(view: View, opacity: number): void {
    const gl = this.#gl;
    const drawables = this.#drawables;
    const { width, height } = gl.canvas;
    for (let i = 0; i < drawables.count; i++) {
      const mesh = this.#meshes[i];
      const positions = drawables.vertexPositions[i];
      // A mask moves with the rest, whether or not it is itself seen.
      if (!mesh || !positions || !(this.#seen(i) || this.#masking.has(i))) continue;
      gl.bindBuffer(gl.ARRAY_BUFFER, mesh.positions);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, positions);
    }
    this.#drawMasks(view, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    gl.colorMask(true, true, true, true);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.#draw.program);
    this.#look(this.#draw, view);
    gl.uniform2f(this.#draw.place('size'), width, height);
    gl.uniform1i(this.#draw.place('picture'), 0);
    gl.uniform1i(this.#draw.place('mask'), 1);
    for (const i of drawOrder(drawables)) if (this.#seen(i)) this.#one(i, opacity);
  }

  /** Gives everything back that the graphics card holds. */
  release(): void {
    const gl = this.#gl;
    this.#drop();
    for (const one of this.#textures) gl.deleteTexture(one);
    for (const mesh of this.#meshes) for (const b of [mesh.positions, mesh.uvs, mesh.indices]) gl.deleteBuffer(b);
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #seen(i: number): boolean {
    return ((this.#drawables.dynamicFlags[i] ?? 0) & VISIBLE) !== 0 && (this.#drawables.opacities[i] ?? 0) > 0;
  }

  #one(i: number, opacity: number): void {
    const gl = this.#gl;
    const drawables = this.#drawables;
    const flags = drawables.constantFlags[i] ?? 0;
    if (flags & FLAG.additive) gl.blendFuncSeparate(gl.ONE, gl.ONE, gl.ZERO, gl.ONE);
    else if (flags & FLAG.multiplicative) gl.blendFuncSeparate(gl.DST_COLOR, gl.ONE_MINUS_SRC_ALPHA, gl.ZERO, gl.ONE);
    else gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (flags & FLAG.doubleSided) gl.disable(gl.CULL_FACE);
    else gl.enable(gl.CULL_FACE);
    const set = this.#sets[this.#setOf[i] ?? -1];
    const channel = [0, 1, 2, 3].map((c) => (set && set.channel === c ? 1 : 0)) as [number, number, number, number];
    gl.uniform4f(this.#draw.place('channel'), ...channel);
    if (set) {
      gl.activeTexture(gl.TEXTURE1);
      gl.bindTexture(gl.TEXTURE_2D, this.#targets[set.texture]?.texture ?? null);
    }
    gl.uniform1f(this.#draw.place('inverted'), flags & FLAG.invertedMask ? 1 : 0);
    gl.uniform1f(this.#draw.place('opacity'), (drawables.opacities[i] ?? 1) * opacity);
    const colour = (from: Float32Array | undefined, c: number, rest: number) => from?.[i * 4 + c] ?? rest;
    const { multiplyColors: m, screenColors: s } = drawables;
    gl.uniform3f(this.#draw.place('multiplied'), colour(m, 0, 1), colour(m, 1, 1), colour(m, 2, 1));
    gl.uniform3f(this.#draw.place('screened'), colour(s, 0, 0), colour(s, 1, 0), colour(s, 2, 0));
    this.#triangles(i);
  }

  #drawMasks(view: View, width: number, height: number): void {
    const gl = this.#gl;
    if (this.#sets.length === 0) return;
    const size: [number, number] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
    if (size[0] !== this.#maskSize[0] || size[1] !== this.#maskSize[1]) {
      this.#drop();
      this.#maskSize = size;
      const count = Math.max(...this.#sets.map((set) => set.texture)) + 1;
      this.#targets = Array.from({ length: count }, () => target(gl, size));
    }
    gl.useProgram(this.#mask.program);
    this.#look(this.#mask, view);
    gl.uniform1i(this.#mask.place('picture'), 0);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.CULL_FACE);
    this.#targets.forEach(({ buffer }, t) => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
      gl.viewport(0, 0, ...size);
      gl.colorMask(true, true, true, true);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (const set of this.#sets) {
        if (set.texture !== t) continue;
        gl.colorMask(set.channel === 0, set.channel === 1, set.channel === 2, set.channel === 3);
        // A mask counts whether or not it is itself seen.
        for (const i of set.drawables) this.#triangles(i);
      }
    });
  }

  #triangles(i: number): void {
    const gl = this.#gl;
    const mesh = this.#meshes[i];
    const picture = this.#textures[this.#drawables.textureIndices[i] ?? -1];
    if (!mesh || !picture || mesh.count === 0) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, picture);
    for (const [place, buffer] of [
      [POSITION, mesh.positions],
      [UV, mesh.uvs],
    ] as const) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.indices);
    gl.drawElements(gl.TRIANGLES, mesh.count, gl.UNSIGNED_SHORT, 0);
  }

  #look(program: Program, view: View): void {
    this.#gl.uniform4f(program.place('view'), view.sx, view.sy, view.x, view.y);
  }

  #drop(): void {
    for (const { texture: t, buffer } of this.#targets) {
      this.#gl.deleteFramebuffer(buffer);
      this.#gl.deleteTexture(t);
    }
    this.#targets = [];
  }
}

function program(gl: WebGLRenderingContext, vertex: string, fragment: string): Program {
  const made = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error('this window has no WebGL');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, POSITION, 'position');
  gl.bindAttribLocation(made, UV, 'uv');
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS))
    throw new Error(`WebGL refuses a shader: ${gl.getProgramInfoLog(made) ?? ''}`);
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    program: made,
    place(name) {
      let found = places.get(name);
      if (found === undefined) {
        found = gl.getUniformLocation(made, name);
        places.set(name, found);
      }
      return found;
    },
  };
}

function filled(gl: WebGLRenderingContext, kind: number, data: AllowSharedBufferSource, usage: number): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(kind, buffer);
  gl.bufferData(kind, data, usage);
  return buffer;
}

function texture(gl: WebGLRenderingContext, picture: TexImageSource): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  const { width, height } = picture as { width: number; height: number };
  // Smaller copies only where both sides are powers of two: WebGL 1 makes them for no other picture.
  const even = (side: number) => side > 0 && (side & (side - 1)) === 0;
  const small = even(width) && even(height);
  if (small) gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, small ? gl.LINEAR_MIPMAP_LINEAR : gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return made;
}

function target(gl: WebGLRenderingContext, [width, height]: [number, number]): Target {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  const buffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0);
  return { texture: made, buffer };
}
