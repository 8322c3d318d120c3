import { describe, expect, it } from 'vitest';
import type { BranchNode } from '$lib/backend/backend';
import { layOut } from './tree';

const node = (id: string, parent: string | null): BranchNode => ({
  id,
  parent,
  role: 'user',
  text: id,
  emotion: 'neutral',
  createdAt: 0,
  shown: false,
});
const grid = (nodes: BranchNode[]) =>
  Object.fromEntries(layOut(nodes).placed.map((p) => [p.node.id, [p.row, p.column]]));

describe('the map of branches', () => {
  it('goes on in one column while there is one branch', () => {
    expect(grid([node('a', null), node('b', 'a'), node('c', 'b')])).toEqual({ a: [0, 0], b: [1, 0], c: [2, 0] });
  });
  it('opens a column for every other answer', () => {
    const nodes = [node('a', null), node('b', 'a'), node('c', 'b'), node('b2', 'a'), node('b3', 'a'), node('d', 'b2')];
    expect(grid(nodes)).toEqual({ a: [0, 0], b: [1, 0], c: [2, 0], b2: [1, 1], d: [2, 1], b3: [1, 2] });
  });
  it('never puts two messages in one place', () => {
    let seed = 3;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let n = 0; n < 50; n++) {
      const nodes: BranchNode[] = [node('0', null)];
      for (let i = 1; i < 60; i++) nodes.push(node(String(i), String(Math.floor(random() * i))));
      const { placed, rows, columns } = layOut(nodes);
      expect(placed.length).toBe(60);
      expect(new Set(placed.map((p) => `${p.row}/${p.column}`)).size).toBe(60);
      expect(placed.every((p) => p.row < rows && p.column < columns)).toBe(true);
    }
  });
  it('shows messages whose parent has gone', () => {
    expect(grid([node('a', null), node('x', 'gone')])).toEqual({ a: [0, 0], x: [0, 1] });
  });
});
