/** Who is learnt from, and what becomes of the lines. */

import type { StudioChoice, StudioScan } from '$lib/backend/studio';

/** Two choices come to the same; in which order names are joined does not matter. */
export function same(a: StudioChoice, b: StudioChoice): boolean {
  const plain = (choice: StudioChoice) =>
    JSON.stringify([
      choice.speaker,
      [...choice.aliases].sort(),
      choice.narration,
      choice.terms,
      choice.knownTerms,
      choice.learnTerms,
      choice.attributes,
      choice.reconstruct,
    ]);
  return plain(a) === plain(b);
}

/** Names that are suggested to be the same person as `name`. */
export function suggested(scan: StudioScan, name: string): string[] {
  const perhaps = scan.people.find((person) => person.name === name)?.perhaps;
  return [
    ...scan.people.filter((person) => person.perhaps === name).map((person) => person.name),
    ...(perhaps ? [perhaps] : []),
  ];
}
