/** What characters look like: the shipped puppets, a painted card and faces. `?expressions` gives Mira a pack, `?broken=` breaks one face. */

import type { Backend, Puppet } from './backend';
import { paintedCard, paintedFace } from './fake-data';

const RIGS = import.meta.glob<unknown>('$characters/*/puppet/rig.json', { import: 'default' });
const ART = import.meta.glob<string>('$characters/*/puppet/puppet.svg', { query: '?raw', import: 'default' });

type Looks = Pick<
  Backend,
  'puppet' | 'picture' | 'expressions' | 'previewLooks' | 'importLooks' | 'removeLook' | 'expression'
>;

export function fakeLooks(query: URLSearchParams, portrait: Backend['picture']): Looks {
  const looks: string[] = [];
  const gone = new Set<string>();
  return {
    async puppet(character): Promise<Puppet | null> {
      const of = <T>(files: Record<string, T>): T | undefined =>
        Object.entries(files).find(([path]) => path.includes(`characters/${character}/`))?.[1];
      const rig = of(RIGS);
      const svg = of(ART);
      return rig && svg ? { rig: await rig(), svg: await svg() } : null;
    },
    async picture(character) {
      return character === 'card-mira' ? paintedCard() : portrait(character);
    },
    async expressions(character) {
      const given = character === 'card-mira' && query.has('expressions');
      return [...(given ? ['neutral', 'amusement', 'sadness', 'anger', 'curiosity'] : []), ...looks].filter(
        (name) => !gone.has(name),
      );
    },
    async previewLooks(paths) {
      const names = paths.flatMap((path) => (/sprites/i.test(path) ? ['neutral', 'joy', 'anger', 'love'] : []));
      return { names, leftOut: [], others: names.length === 0 };
    },
    async importLooks(_character, paths) {
      const { names } = await this.previewLooks(paths);
      looks.push(...names.slice(0, -1).filter((name) => !looks.includes(name)));
      const refused = names.slice(-1).map((name) => ({ file: `${name}.png`, reason: 'it is cut off' }));
      return { taken: names.slice(0, -1), refused };
    },
    async removeLook(_character, name) {
      gone.add(name);
    },
    async expression(_character, name) {
      // `&broken=` is a picture that no browser can show.
      return query.get('broken') === name ? 'data:image/png;base64,AAAA' : paintedFace(name);
    },
  };
}
