/** `exp3.json`: what an expression does to parameters, and the change from one to the next. */

import type { Emotion } from '$lib/backend/backend';
import { ownPicture } from '../stage/labels';
import { ease } from '../stage/life';
import { list, number, object, parseJson, text } from './json';
import type { Values } from './values';

export interface Expression {
  name: string;
  /** Seconds. */
  fadeIn: number;
  fadeOut: number;
  parts: { id: string; value: number; blend: 'Add' | 'Multiply' | 'Overwrite' }[];
}

export function readExpression(bytes: ArrayBuffer, name: string): Expression {
  const root = parseJson(bytes, name);
  return {
    name,
    fadeIn: Math.min(10, Math.max(0, number(root.FadeInTime, 1))),
    fadeOut: Math.min(10, Math.max(0, number(root.FadeOutTime, 1))),
    parts: list(root.Parameters, 1024).flatMap((item) => {
      const { Id, Value, Blend } = object(item);
      const blend = text(Blend);
      if (text(Id) === '') return [];
      return [
        {
          id: text(Id),
          value: number(Value, 0),
          // What is said by no one, or by a newer editor, adds.
          blend: blend === 'Multiply' || blend === 'Overwrite' ? blend : 'Add',
        },
      ];
    }),
  };
}

/** For a model without an expression of some feeling: the standard list's parameters, added to what is there. */
const PLAIN: Record<Emotion, Record<string, number>> = {
  neutral: {},
  joy: { ParamEyeLSmile: 0.8, ParamEyeRSmile: 0.8, ParamMouthForm: 0.9, ParamBrowLY: 0.2, ParamBrowRY: 0.2 },
  sad: { ParamBrowLY: -0.3, ParamBrowRY: -0.3, ParamBrowLForm: 0.7, ParamBrowRForm: 0.7, ParamMouthForm: -0.8 },
  angry: { ParamBrowLY: -0.6, ParamBrowRY: -0.6, ParamBrowLForm: -1, ParamBrowRForm: -1, ParamMouthForm: -1 },
  surprised: { ParamEyeLOpen: 0.3, ParamEyeROpen: 0.3, ParamBrowLY: 0.8, ParamBrowRY: 0.8 },
  shy: { ParamCheek: 1, ParamMouthForm: 0.3, ParamEyeBallY: -0.4, ParamBrowLForm: 0.4, ParamBrowRForm: 0.4 },
  love: { ParamCheek: 0.8, ParamEyeLSmile: 1, ParamEyeRSmile: 1, ParamMouthForm: 1 },
  thinking: { ParamEyeBallX: 0.4, ParamEyeBallY: 0.5, ParamAngleZ: 5, ParamMouthForm: -0.2 },
  sleepy: { ParamEyeLOpen: -0.55, ParamEyeROpen: -0.55, ParamBrowLY: -0.2, ParamBrowRY: -0.2 },
  worried: { ParamBrowLForm: 0.8, ParamBrowRForm: 0.8, ParamBrowLY: 0.2, ParamBrowRY: 0.2, ParamMouthForm: -0.5 },
};
const plain = (feeling: Emotion): Expression => ({
  name: feeling,
  fadeIn: 0.5,
  fadeOut: 0.5,
  parts: Object.entries(PLAIN[feeling]).map(([id, value]) => ({ id, value, blend: 'Add' })),
});

/** The expression for a feeling: one whose name says so, else the standard parameters. */
export function expressionFor(feeling: Emotion, all: readonly Expression[]): Expression {
  const name = ownPicture(
    feeling,
    all.map((one) => one.name),
  );
  return all.find((one) => one.name === name) ?? plain(feeling);
}

/** Expressions that come and go. */
export class Expressions {
  #shown: { expression: Expression; weight: number; leaving: boolean }[] = [];

  get settling(): boolean {
    return this.#shown.some((one) => one.leaving || one.weight < 1);
  }

  /** Changes to another expression; `at once` for a figure that does not move. */
  show(expression: Expression, atOnce = false): void {
    if (atOnce) this.#shown = [];
    for (const one of this.#shown) one.leaving = one.expression !== expression;
    if (!this.#shown.some((one) => one.expression === expression))
      this.#shown.push({ expression, weight: atOnce ? 1 : 0, leaving: false });
  }

  /** Moves the changes on and lets them act. */
  update(values: Values, dt: number): void {
    for (const one of this.#shown) {
      const seconds = one.leaving ? one.expression.fadeOut : one.expression.fadeIn;
      const step = seconds > 0 ? dt / seconds : 1;
      one.weight = Math.min(1, Math.max(0, one.weight + (one.leaving ? -step : step)));
    }
    this.#shown = this.#shown.filter((one) => !one.leaving || one.weight > 0);
    for (const { expression, weight } of this.#shown) {
      const w = ease(weight);
      for (const { id, value, blend } of expression.parts) {
        const index = values.find(id);
        if (index < 0) continue;
        const now = values.get(index);
        if (blend === 'Add') values.set(index, now + value * w);
        else if (blend === 'Multiply') values.set(index, now * (1 + (value - 1) * w));
        else values.set(index, now + (value - now) * w);
      }
    }
  }
}
