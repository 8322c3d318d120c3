import { describe, expect, it } from 'vitest';
import { chosen, coming, curtainOf, going, LASTS, pixelsAcross, TRANSITIONS, transitionOf } from './transitions';

describe('how another place comes', () => {
  it('is what the person chose, else what the story asks for, else a fade', () => {
    expect(chosen('auto', '', true, false)).toBe('fade');
    expect(chosen('auto', 'iris', true, false)).toBe('iris');
    expect(chosen('auto', 'constructor', true, false)).toBe('fade');
    expect(chosen('wipe', 'iris', true, false)).toBe('wipe-left');
    expect(chosen('blinds', '', true, false)).toBe('blinds');
  });
  it('another hour of the same place dissolves, and with less motion everything is a cut', () => {
    expect(chosen('pixellate', 'flash', false, false)).toBe('dissolve');
    for (const wish of ['auto', 'wipe', 'fade'] as const) expect(chosen(wish, 'iris', true, true)).toBe('cut');
  });
  it('every way ends with the picture that came, whole', () => {
    for (const how of TRANSITIONS) {
      const end = coming(how, 1);
      expect(end, how).toMatch(/^$|opacity: 1|inset\(0 0(%)? 0 0(%)?\)|translateX\(-?0%\)|circle\(75%/);
      expect(LASTS[how], how).toBeLessThanOrEqual(1200);
    }
    expect(coming('cut', 0)).toBe('');
  });
  it('begins with nothing of it', () => {
    for (const how of TRANSITIONS)
      if (how !== 'cut') expect(coming(how, 0), how).toMatch(/opacity: 0|100%|circle\(0%|black 0 0%/);
  });
  it('pushes the one that goes to the same side', () => {
    expect([going('push-left', 1, false), going('push-right', 1, true), going('wipe-left', 1, false)]).toEqual([
      'transform: translateX(-100%)',
      'transform: translateX(100%)',
      '',
    ]);
  });
  it('takes a strip away that nothing covers', () => {
    for (const how of TRANSITIONS) expect(going(how, 1, true), how).toMatch(/opacity: 0|100%/);
  });
  it('fades through a curtain', () => {
    expect([curtainOf('fade'), curtainOf('flash'), curtainOf('iris')]).toEqual(['dark', 'light', null]);
  });
  it('takes a picture apart into squares and puts it together again', () => {
    const across = [0, 0.25, 0.5, 0.75, 1].map((t) => pixelsAcross(t, 1280));
    expect(across[0]).toBe(1280);
    expect(across[2]).toBeLessThan(40);
    expect(across[4]).toBeGreaterThan(1200);
    expect(pixelsAcross(0.5, 1)).toBeGreaterThanOrEqual(12);
  });
  it('has words in three languages', () => {
    expect(
      ['Fade to black', 'wipe right', '溶解', 'ワイプ', 'モザイク', 'pixellate', 'polka'].map(transitionOf),
    ).toEqual(['fade', 'wipe-right', 'dissolve', 'wipe-left', 'pixellate', 'pixellate', null]);
    for (const how of TRANSITIONS) expect(transitionOf(how), how).toBe(how);
  });
});
