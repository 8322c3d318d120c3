/** A puppet with WebGL: each layer is a texture on a mesh. Colours are premultiplied throughout. */

import type { Sheets } from '../art';
import type { Blend, Rig } from '../format';
import { multiply, type Matrix, type Params } from '../rig';
import { surface } from '../surface.svelte';
import { Mesh } from '../warp';
import { Bitmaps, type Bitmap } from './bitmaps';
import { fit, fitted, type Fitted } from './frame';
import { nothing, Pose, type LayerPose } from './pose';
import { DrawingError, type Rect, type Renderer } from './renderer';

const VERTEX = `
attribute vec2 corner;
attribute vec2 drawn;
uniform mat3 place;  // artwork to clip space
uniform vec4 area;   // of the picture, in artwork units
varying vec2 at;
void main() {
  gl_Position = vec4((place * vec3(corner, 1.0)).xy, 0.0, 1.0);
  at = (drawn - area.xy) / area.zw;
}`;
const FRAGMENT = `
precision mediump float;
varying vec2 at;
uniform sampler2D picture;
uniform float opacity;
uniform float clipped;  // 1 where it is seen only over another layer
uniform sampler2D mask; // that layer, as large as what is drawn on
uniform vec2 size;      // in pixels
void main() {
  float through = mix(1.0, texture2D(mask, gl_FragCoord.xy / size).a, clipped);
  gl_FragColor = texture2D(picture, at) * opacity * through;
}`;
const CORNER = 0;
const DRAWN = 1;

interface Drawn {
  /** Where the picture's corners are; a plain picture is a mesh of one cell, its margin included. */
  corners: WebGLBuffer;
  drawn: WebGLBuffer;
  indices: WebGLBuffer;
  count: number;
  texture: WebGLTexture;
  /** Of the picture that is in the texture. */
  version: number;
}

export class WebglRenderer implements Renderer {
  readonly kind = 'webgl';
  readonly #canvas = document.createElement('canvas');
  readonly #gl: WebGLRenderingContext;
  readonly #program: WebGLProgram;
  readonly #bitmaps: Bitmaps;
  readonly #pose: Pose;
  readonly #rig: Rig;
  readonly #drawn = new Map<string, Drawn>();
  readonly #uniforms: Record<'place' | 'area' | 'opacity' | 'clipped' | 'mask' | 'size', WebGLUniformLocation | null>;
  #fitted: Fitted | null = null;
  #empty = true;
  #gone = false;
  #mask: { texture: WebGLTexture; frame: WebGLFramebuffer; width: number; height: number } | null = null;

  /** Throws {@link DrawingError} where there is no WebGL; `onlost` is called when the system takes it away. */
  constructor(art: Sheets, rig: Rig, onlost: () => void) {
    // First of all: where the artwork is refused no context is taken, of which a window has few.
    this.#bitmaps = new Bitmaps(art, rig);
    const gl = this.#canvas.getContext('webgl', {
      alpha: true,
      premultipliedAlpha: true,
      antialias: false,
      depth: false,
      // Where the page paints by itself it may paint the canvas again when nothing new was drawn on it.
      preserveDrawingBuffer: surface.spare,
    });
    if (!gl) throw new DrawingError('this window has no WebGL');
    this.#gl = gl;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      // Giving the context back loses it as well.
      if (!this.#gone) onlost();
    });
    this.#program = programOf(gl);
    gl.useProgram(this.#program);
    const place = (name: string) => gl.getUniformLocation(this.#program, name);
    this.#uniforms = {
      place: place('place'),
      area: place('area'),
      opacity: place('opacity'),
      clipped: place('clipped'),
      mask: place('mask'),
      size: place('size'),
    };
    gl.uniform1i(this.#uniforms.mask, 1);
    gl.enable(gl.BLEND);
    gl.enableVertexAttribArray(CORNER);
    gl.enableVertexAttribArray(DRAWN);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    this.#pose = new Pose(rig, true);
    this.#rig = rig;
  }

  mount(host: HTMLElement): void {
    host.replaceChildren(this.#canvas);
  }

  resize(width: number, seen: Rect): void {
    const ratio = window.devicePixelRatio || 1;
    this.#fitted = fitted(this.#rig, width, seen, ratio);
    fit(this.#canvas, this.#fitted, ratio);
    this.#gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    this.#bitmaps.resize(this.#fitted.pixelsPerUnit);
    this.#empty = true;
  }

  show(params: Params): boolean {
    if (!this.#fitted) return false;
    const change = this.#pose.update(params, this.#fitted.pixelsPerUnit);
    if (nothing(change) && !this.#empty) return false;
    this.#bitmaps.take(change);
    this.#empty = false;
    const gl = this.#gl;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { width, height } = this.#canvas;
    // Pixels of the canvas, counted from above, to clip space.
    const clip = multiply([2 / width, 0, 0, -2 / height, -1, 1], this.#fitted.matrix);
    for (const pose of this.#pose.layers) {
      if (pose.opacity <= 0) continue;
      const bitmap = this.#bitmaps.of(pose.layer.id);
      if (!bitmap || !this.#masked(pose, clip)) continue;
      this.#layer(pose, bitmap, multiply(clip, pose.matrix));
    }
    return true;
  }

  /** Draws what a layer is clipped to into the mask; false where nothing of it can be seen. */
  #masked({ layer }: LayerPose, clip: Matrix): boolean {
    const gl = this.#gl;
    gl.uniform1f(this.#uniforms.clipped, 0);
    if (layer.clip === null) return true;
    const base = this.#pose.layers.find((other) => other.layer.id === layer.clip);
    const bitmap = base && base.opacity > 0 ? this.#bitmaps.of(base.layer.id) : undefined;
    if (!base || !bitmap) return false;
    const mask = (this.#mask ??= { texture: gl.createTexture(), frame: gl.createFramebuffer(), width: 0, height: 0 });
    const { width, height } = this.#canvas;
    // It is bound to the first unit while it is drawn on, so that it is not read at the same time.
    gl.bindTexture(gl.TEXTURE_2D, mask.texture);
    if (mask.width !== width || mask.height !== height) {
      [mask.width, mask.height] = [width, height];
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      smooth(gl);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, mask.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, mask.texture, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, null);
    gl.activeTexture(gl.TEXTURE0);
    this.#layer(base, bitmap, multiply(clip, base.matrix), 'normal');
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, mask.texture);
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1f(this.#uniforms.clipped, 1);
    gl.uniform2f(this.#uniforms.size, width, height);
    return true;
  }

  finish(): void {
    this.#gl.finish();
  }

  dispose(): void {
    this.#gone = true;
    this.#bitmaps.dispose();
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #layer(pose: LayerPose, bitmap: Bitmap, matrix: Matrix, mode = pose.layer.blend): void {
    const gl = this.#gl;
    const drawn = this.#of(pose, bitmap);
    if (pose.mesh) {
      gl.bindBuffer(gl.ARRAY_BUFFER, drawn.corners);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, pose.mesh.bent);
    }
    const [a, b, c, d, e, f] = matrix;
    gl.uniformMatrix3fv(this.#uniforms.place, false, [a, b, 0, c, d, 0, e, f, 1]);
    gl.uniform4f(this.#uniforms.area, ...bitmap.area);
    gl.uniform1f(this.#uniforms.opacity, pose.opacity);
    blend(gl, mode);
    gl.bindBuffer(gl.ARRAY_BUFFER, drawn.corners);
    gl.vertexAttribPointer(CORNER, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, drawn.drawn);
    gl.vertexAttribPointer(DRAWN, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, drawn.indices);
    gl.drawElements(gl.TRIANGLES, drawn.count, gl.UNSIGNED_SHORT, 0);
    if (mode !== 'multiply') return;
    // Where nothing lies below, the layer itself is seen: what one step of blending cannot say as well.
    gl.blendFunc(gl.ONE_MINUS_DST_ALPHA, gl.ONE);
    gl.drawElements(gl.TRIANGLES, drawn.count, gl.UNSIGNED_SHORT, 0);
  }

  /** The buffers and the texture of a layer, which hold its picture as it is. */
  #of(pose: LayerPose, bitmap: Bitmap): Drawn {
    const gl = this.#gl;
    let drawn = this.#drawn.get(pose.layer.id);
    if (!drawn) {
      const mesh = pose.mesh ?? new Mesh(pose.layer.box, []);
      const indices = trianglesOf(mesh);
      drawn = {
        corners: filled(gl, gl.ARRAY_BUFFER, mesh.bent, gl.DYNAMIC_DRAW),
        drawn: filled(gl, gl.ARRAY_BUFFER, mesh.rest, gl.STATIC_DRAW),
        indices: filled(gl, gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW),
        count: indices.length,
        texture: gl.createTexture(),
        version: 0,
      };
      this.#drawn.set(pose.layer.id, drawn);
    }
    gl.bindTexture(gl.TEXTURE_2D, drawn.texture);
    if (drawn.version === bitmap.version) return drawn;
    drawn.version = bitmap.version;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap.canvas);
    smooth(gl);
    return drawn;
  }
}

/** How the bound texture is read between its pixels and beyond its edge. */
function smooth(gl: WebGLRenderingContext): void {
  for (const [name, value] of [
    [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
    [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ] as const)
    gl.texParameteri(gl.TEXTURE_2D, name, value);
}

function blend(gl: WebGLRenderingContext, mode: Blend): void {
  switch (mode) {
    case 'multiply':
      gl.blendFuncSeparate(gl.DST_COLOR, gl.ONE_MINUS_SRC_ALPHA, gl.ZERO, gl.ONE);
      return;
    case 'screen':
      gl.blendFuncSeparate(gl.ONE, gl.ONE_MINUS_SRC_COLOR, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      return;
    case 'add':
      gl.blendFuncSeparate(gl.ONE, gl.ONE, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      return;
    case 'normal':
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }
}

/** Two triangles for each cell of a mesh. */
export function trianglesOf(mesh: Pick<Mesh, 'columns' | 'rows'>): Uint16Array {
  const out: number[] = [];
  const row = mesh.columns + 1;
  for (let j = 0; j < mesh.rows; j++) {
    for (let i = 0; i < mesh.columns; i++) {
      const p = j * row + i;
      out.push(p, p + 1, p + row, p + 1, p + row + 1, p + row);
    }
  }
  return new Uint16Array(out);
}

function filled(gl: WebGLRenderingContext, kind: number, data: Float32Array | Uint16Array, use: number): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(kind, buffer);
  gl.bufferData(kind, data, use);
  return buffer;
}

function programOf(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new DrawingError('WebGL is lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, CORNER, 'corner');
  gl.bindAttribLocation(program, DRAWN, 'drawn');
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new DrawingError(`WebGL refuses the shaders: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}
