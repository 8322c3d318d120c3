/** Appraisals without a program: an interview of some seconds, figures that differ. */

import type { AppraisalBackend, AppraisalView } from './appraisal';
import type { AppEvent } from './backend';

interface World {
  query: URLSearchParams;
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
}

export function fakeAppraisal({ query, emit, wait }: World): AppraisalBackend {
  let stopped = false;
  let made = 0;
  const of = (variant: string): AppraisalView => ({
    id: `a${++made}`,
    character: 'Koto',
    model: 'Hanashi Mini',
    lang: 'en',
    variant,
    replies: 291,
    at: Date.UTC(2026, 10, 25, 18 + made),
  });
  let list: AppraisalView[] = query.has('appraisals') ? [of('guard'), of('guard, adapter sylvie 1')].reverse() : [];
  return {
    async appraisals() {
      return list;
    },
    async startAppraisal(order) {
      stopped = false;
      void (async () => {
        const run = { done: 0, all: 96, finished: false, id: null, problem: null };
        emit({ type: 'appraisal', run: { ...run, all: 0 } });
        for (let done = 0; done <= 96 && !stopped; done += 12) {
          await wait(400);
          emit({ type: 'appraisal', run: { ...run, done } });
        }
        const kept = stopped ? null : of(order.adapter ? `guard, adapter ${order.adapter} 1` : 'guard');
        if (kept) list = [kept, ...list];
        emit({ type: 'appraisal', run: { ...run, finished: true, id: kept?.id ?? null } });
      })();
    },
    async stopAppraisal() {
      stopped = true;
    },
    async compareAppraisals() {
      const change = { low: null, high: null, pairs: 0, better: 'high' as const };
      return {
        changes: [
          {
            ...change,
            metric: 'fact_accuracy',
            before: 0.333,
            after: 0.517,
            low: 0.05,
            high: 0.31,
            pairs: 60,
            verdict: 'better',
          },
          {
            ...change,
            metric: 'repetition',
            better: 'low',
            before: 0,
            after: 0.087,
            low: 0.02,
            high: 0.14,
            pairs: 231,
            verdict: 'worse',
          },
          { ...change, metric: 'distinct_2', before: 0.744, after: 0.731, verdict: 'unsure' },
          { ...change, metric: 'ended', before: 1, after: 1, pairs: 231, verdict: 'same' },
        ],
        examples: [
          {
            metric: 'fact_accuracy',
            asked: 'What do you drink in the morning?',
            before: 'I do not know.',
            after: 'Green tea, always.',
            better: true,
          },
        ],
        unlike: false,
      };
    },
    async appraisalFailures() {
      const block = { tokens: 42, begins: '', holds: false, leftOut: 0 };
      const history = { ...block, name: 'history', begins: 'You: Good evening.' };
      const card = { ...block, name: 'description', begins: 'Koto is twenty-seven and keeps the Lantern Corner, a…' };
      const failure = { expected: '', unwanted: '', cause: 'other' as const, blocks: [card, history] };
      return [
        {
          ...failure,
          metric: 'fact_accuracy',
          item: 'fact age 2 0',
          asked: 'What is your age?',
          reply: 'Old enough for tea.',
          expected: 'twenty-seven|27',
          cause: 'unused',
          blocks: [{ ...card, holds: true }, history],
        },
        {
          ...failure,
          metric: 'fact_accuracy',
          item: 'fact cat 1 0',
          asked: 'What is your cat called?',
          reply: 'I have no animals.',
          expected: 'comma',
          cause: 'absent',
        },
        {
          ...failure,
          metric: 'recall_50',
          item: 'long 1 57',
          asked: 'Where did I say I grew up?',
          reply: 'You never said.',
          expected: 'Lisbon',
          cause: 'left_out',
          blocks: [card, { ...history, leftOut: 31 }],
        },
        {
          ...failure,
          metric: 'boundary',
          item: 'outside 0',
          asked: 'Who won the football World Cup in 2022?',
          reply: 'Argentina, of course.',
          unwanted: 'argentina|messi|france',
        },
      ];
    },
    async keepComparison(before, after) {
      return `appraisals/${before}-${after}.html`;
    },
    async removeAppraisal(id) {
      list = list.filter((one) => one.id !== id);
    },
  };
}
