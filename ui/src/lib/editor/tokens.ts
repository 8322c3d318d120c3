/** Which texts of a card cost tokens, and what is in every prompt. Pure. */

import { ATTRIBUTES, type CardDocument } from '$lib/backend/library';

/** Field and text of everything that is counted. */
export function fields(document: CardDocument): [string, string][] {
  return [
    ['description', document.description],
    ['personality', document.personality],
    ['scenario', document.scenario],
    ['exampleDialogue', document.exampleDialogue],
    ['systemPrompt', document.systemPrompt],
    ['postHistoryInstructions', document.postHistoryInstructions],
    ...ATTRIBUTES.map((name): [string, string] => [`attributes.${name}`, document.attributes[name]]),
    ...document.greetings.map((text, i): [string, string] => [`greetings.${i}`, text]),
    ...document.groupGreetings.map((text, i): [string, string] => [`groupGreetings.${i}`, text]),
    ...(document.book?.entries ?? []).map((entry, i): [string, string] => [`book.entries.${i}.content`, entry.content]),
  ];
}

/** Fields that stand in every prompt; greetings and called lore come and go. */
export function permanent(document: CardDocument): string[] {
  return [
    'description',
    'personality',
    'scenario',
    'exampleDialogue',
    'systemPrompt',
    'postHistoryInstructions',
    ...ATTRIBUTES.map((name) => `attributes.${name}`),
    ...(document.book?.entries ?? []).flatMap((entry, i) =>
      entry.enabled && entry.constant ? [`book.entries.${i}.content`] : [],
    ),
  ];
}

export const sum = (tokens: Record<string, number>, of: string[]): number =>
  of.reduce((total, field) => total + (tokens[field] ?? 0), 0);
