/** Lays out the tree of a conversation: a row for each step in time, a column for each branch. Pure. */

import type { BranchNode } from '$lib/backend/backend';

export interface Placed {
  node: BranchNode;
  row: number;
  column: number;
  /** Where its parent stands; null for the first. */
  from: { row: number; column: number } | null;
  children: number;
}

/**
 * Places every message. The oldest answer goes on in its parent's column, each other one opens a column to the right of all
 * that the ones before have used in the same rows, so that lines never cross.
 */
export function layOut(nodes: readonly BranchNode[]): { placed: Placed[]; rows: number; columns: number } {
  const children = new Map<string | null, BranchNode[]>();
  const known = new Set(nodes.map((n) => n.id));
  for (const node of nodes) {
    // A message whose parent is not there (a damaged log) stands at the beginning, so that it is not lost from sight.
    const parent = node.parent !== null && known.has(node.parent) ? node.parent : null;
    const list = children.get(parent);
    if (list) list.push(node);
    else children.set(parent, [node]);
  }
  const placed: Placed[] = [];
  /** By row: the first column that is free. */
  const free: number[] = [];
  const stack: { node: BranchNode; row: number; from: Placed['from']; first: boolean }[] = [];
  const push = (list: BranchNode[], row: number, from: Placed['from']) => {
    // The last on the stack is laid out first.
    for (let i = list.length - 1; i >= 0; i--) {
      const node = list[i];
      if (node) stack.push({ node, row, from, first: i === 0 });
    }
  };
  push(children.get(null) ?? [], 0, null);
  let rows = 0;
  let columns = 0;
  while (stack.length > 0) {
    const next = stack.pop();
    if (!next) break;
    const { node, row, from, first } = next;
    const own = children.get(node.id) ?? [];
    let column = from?.column ?? 0;
    if (!first || !from) {
      // A new branch goes to the right of everything that stands as deep as it reaches.
      const depth = depthOf(node, children);
      column = Math.max(from ? from.column + 1 : 0, ...Array.from({ length: depth }, (_, i) => free[row + i] ?? 0));
    }
    placed.push({ node, row, column, from, children: own.length });
    free[row] = Math.max(free[row] ?? 0, column + 1);
    rows = Math.max(rows, row + 1);
    columns = Math.max(columns, column + 1);
    push(own, row + 1, { row, column });
  }
  return { placed, rows, columns };
}

/** How many rows the first line of descent of a node takes. */
function depthOf(node: BranchNode, children: ReadonlyMap<string | null, BranchNode[]>): number {
  let depth = 1;
  let at: BranchNode | undefined = node;
  while ((at = children.get(at.id)?.[0])) depth++;
  return depth;
}
