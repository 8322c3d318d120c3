import { describe, expect, it } from 'vitest';
import type { Timings } from '$lib/backend/backend';
import { spreads } from './console';

const turn = (firstAudioMs: number | null, endpointMs: number | null = null): Timings => ({
  endpointMs,
  endOfTurn: null,
  guessed: false,
  transcriptMs: null,
  firstTokenMs: null,
  firstLineMs: null,
  firstAudioMs,
  totalMs: 1000,
  promptTokens: 0,
  reusedTokens: 0,
});

describe('the voice console', () => {
  it('has nothing to show before the first turn', () => {
    expect(spreads([])).toEqual([]);
  });

  it('gives the last turn beside median and 95th percentile of all', () => {
    const turns = Array.from({ length: 20 }, (_, i) => turn((i + 1) * 10));
    expect(spreads(turns)).toEqual([
      { stage: 'firstAudio', last: 200, p50: 100, p95: 190 },
      { stage: 'total', last: 1000, p50: 1000, p95: 1000 },
    ]);
  });

  it('follows a turn from the end of what was said to the first sound', () => {
    const whole = { ...turn(400, 100), transcriptMs: 150, firstTokenMs: 200, firstLineMs: 300 };
    const stages = spreads([whole]).map(({ stage, last }) => [stage, last]);
    expect(stages).toEqual([
      ['endpoint', 100],
      ['transcript', 150],
      ['firstToken', 200],
      ['firstLine', 300],
      ['firstAudio', 400],
      ['total', 1000],
    ]);
  });

  it('leaves out what a turn had not', () => {
    const [endpoint] = spreads([turn(10, 250), turn(20, 300), turn(30)]);
    expect(endpoint).toEqual({ stage: 'endpoint', last: null, p50: 250, p95: 300 });
  });
});
