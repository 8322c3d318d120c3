/** Shaders of the renderer: one that draws, one that draws masks. Colours are premultiplied throughout. */

export const VERTEX = `
attribute vec2 position;
attribute vec2 uv;
uniform vec4 view; // scale, offset
varying vec2 at;
void main() {
  gl_Position = vec4(position * view.xy + view.zw, 0.0, 1.0);
  // Models count from the lower edge, pictures from the upper.
  at = vec2(uv.x, 1.0 - uv.y);
}`;

export const DRAW = `
precision mediump float;
varying vec2 at;
uniform sampler2D picture;
uniform sampler2D mask;
uniform vec4 channel;  // which of the mask's four, all zero for none
uniform vec2 size;     // of the drawing, in pixels
uniform float inverted;
uniform float opacity;
uniform vec3 multiplied;
uniform vec3 screened;
void main() {
  vec4 colour = texture2D(picture, at);
  colour.rgb *= multiplied;
  colour.rgb += screened * colour.a - colour.rgb * screened;
  float seen = opacity;
  if (dot(channel, vec4(1.0)) > 0.0) {
    float inside = dot(texture2D(mask, gl_FragCoord.xy / size), channel);
    seen *= mix(inside, 1.0 - inside, inverted);
  }
  gl_FragColor = colour * seen;
}`;

export const MASK = `
precision mediump float;
varying vec2 at;
uniform sampler2D picture;
void main() {
  gl_FragColor = vec4(texture2D(picture, at).a);
}`;
