/** The fake backend's log: a tree of messages that only grows, and saves that point into it. As the program's own, in memory. */

import type { BranchNode, Cue, Emotion, MessageView, SaveView, StageCue, StageState } from './backend';

interface Node {
  id: string;
  parent: string | null;
  role: MessageView['role'];
  speaker: string | null;
  because: MessageView['because'];
  text: string;
  emotion: Emotion;
  cues: Cue[];
  staging: StageCue[];
  choices: string[];
  interrupted: boolean;
  createdAt: number;
}

export class FakeLog {
  readonly #nodes = new Map<string, Node>();
  readonly #children = new Map<string | null, Node[]>();
  readonly saved: SaveView[] = [];
  readonly #leaves = new Map<number, string | null>();
  #count = 0;
  #saves = 0;
  leaf: string | null = null;

  append(
    role: Node['role'],
    text: string,
    more: {
      parent?: string | null;
      cues?: Cue[];
      staging?: StageCue[];
      choices?: string[];
      interrupted?: boolean;
      createdAt?: number;
      speaker?: string;
      because?: MessageView['because'];
    } = {},
  ): MessageView {
    const id = `m${++this.#count}`;
    const cues = more.cues ?? [];
    const parent = more.parent === undefined ? this.leaf : more.parent;
    const node: Node = {
      id,
      parent,
      role,
      speaker: more.speaker ?? null,
      because: more.because ?? null,
      text,
      emotion: cues[0]?.emotion ?? 'neutral',
      cues,
      staging: more.staging ?? [],
      choices: more.choices ?? [],
      interrupted: more.interrupted ?? false,
      createdAt: more.createdAt ?? Date.now(),
    };
    this.#nodes.set(id, node);
    this.#children.set(parent, [...(this.#children.get(parent) ?? []), node]);
    this.leaf = id;
    return this.view(id);
  }

  parentOf = (id: string): string | null => this.#nodes.get(id)?.parent ?? null;
  roleOf = (id: string): Node['role'] => this.#nodes.get(id)?.role ?? 'narrator';

  #siblings(id: string): Node[] {
    return this.#children.get(this.parentOf(id)) ?? [];
  }

  view(id: string): MessageView {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`no message ${id}`);
    const siblings = this.#siblings(id);
    const { parent: _parent, ...rest } = node;
    return { ...rest, swipe: siblings.findIndex((s) => s.id === id), swipes: siblings.length };
  }

  path(leaf = this.leaf): MessageView[] {
    const out: MessageView[] = [];
    for (let at = leaf; at !== null; at = this.parentOf(at)) out.push(this.view(at));
    return out.reverse();
  }

  sibling(id: string, by: number): string | null {
    const siblings = this.#siblings(id);
    return siblings[siblings.findIndex((s) => s.id === id) + by]?.id ?? null;
  }

  /** The newest end of the branches through a message. */
  newestLeaf(id: string): string {
    const below = [...this.#nodes.values()].filter((n) => this.path(n.id).some((m) => m.id === id));
    return below.at(-1)?.id ?? id;
  }

  branches(): BranchNode[] {
    const shown = new Set(this.path().map((m) => m.id));
    const root = this.path()[0]?.id;
    return [...this.#nodes.values()]
      .filter((n) => this.path(n.id)[0]?.id === root || n.parent === null)
      .map(({ id, parent, role, speaker, text, emotion, createdAt }) => ({
        id,
        parent,
        role,
        speaker,
        text: text.slice(0, 160),
        emotion,
        createdAt,
        shown: shown.has(id),
      }));
  }

  save(
    slot: string,
    leaf: string | null,
    save: Omit<SaveView, 'id' | 'slot' | 'at'> & { stage: StageState },
  ): SaveView {
    const view: SaveView = { ...save, id: ++this.#saves, slot, at: Date.now() };
    this.#leaves.set(view.id, leaf);
    if (slot !== 'quick' && slot !== 'auto') this.clear(slot);
    this.saved.unshift(view);
    return view;
  }
  clear(slot: string): void {
    const index = this.saved.findIndex((s) => s.slot === slot);
    if (index >= 0) this.saved.splice(index, 1);
  }
  load(id: number): SaveView | null {
    const save = this.saved.find((s) => s.id === id);
    if (!save) return null;
    this.leaf = this.#leaves.get(id) ?? null;
    return save;
  }
}
