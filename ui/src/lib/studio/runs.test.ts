import { describe, expect, it } from 'vitest';
import { heardRun } from './runs';
import { run } from './testing';

describe('a training that tells', () => {
  const point = (step: number, loss: number) => ({
    step,
    loss,
    accuracy: null,
    score: null,
    kl: null,
    learningRate: null,
  });

  it('adds points, and makes those anew that it makes again', () => {
    let now = heardRun(null, run({ train: [point(1, 3)] }));
    now = heardRun(now, run({ step: 2, train: [point(2, 2)], samples: [{ step: 2, said: 'Hi', answer: 'a' }] }));
    now = heardRun(now, run({ state: 'waiting', step: 2 }));
    expect(now?.train.map((p) => p.loss)).toEqual([3, 2]);
    expect(now?.state).toBe('waiting');
    now = heardRun(now, run({ step: 2, train: [point(2, 1.5)], samples: [{ step: 2, said: 'Hi', answer: 'b' }] }));
    expect(now?.train.map((p) => p.loss)).toEqual([3, 1.5]);
    expect(now?.samples).toEqual([{ step: 2, said: 'Hi', answer: 'b' }]);
  });
  it('is gone when it was given up', () => {
    expect(heardRun(run({}), run({ state: '' }))).toBeNull();
  });
});
