/** How what is known is put in order for a person: about whom, and as what. */

import type { MemoryFact } from '$lib/backend/memory';

export interface Group {
  kind: 'user' | 'other' | 'character';
  /** Name of the other. */
  who: string;
  facts: MemoryFact[];
}

/** The person first, the pinned first among what is known of them; then others by name; the character's own words last. */
export function groups(facts: readonly MemoryFact[]): Group[] {
  const own: Group = { kind: 'user', who: '', facts: [] };
  const hers: Group = { kind: 'character', who: '', facts: [] };
  const others: Group[] = [];
  for (const fact of facts) {
    if (fact.who !== null) {
      const known = others.find((group) => group.who === fact.who);
      if (known) known.facts.push(fact);
      else others.push({ kind: 'other', who: fact.who, facts: [fact] });
    } else (fact.ofUser ? own : hers).facts.push(fact);
  }
  for (const group of [own, hers, ...others]) {
    group.facts.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.at - a.at);
  }
  others.sort((a, b) => a.who.localeCompare(b.who));
  return [own, ...others, hers].filter((group) => group.facts.length > 0);
}

/** Whether all words of a search are somewhere in a fact, in the words of the page or those that were said. */
export function matches(fact: MemoryFact, label: string, search: string): boolean {
  const text = [fact.who, fact.attribute, label, fact.value, fact.clause, ...fact.before].join(' ').toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A name as a name: the memory keeps them folded. */
export const named = (who: string): string => who.replace(/(^|[\s-])\p{Ll}/gu, (start) => start.toLocaleUpperCase());
