/** What the layers of a picture are, by their names: in English, Chinese and Japanese, as artists call them. Pure. */

export const ROLES = [
  'hair-back', 'hair-front', 'hair-side', 'hair',
  'eye-closed', 'iris', 'brow', 'eye',
  'mouth-closed', 'mouth-a', 'mouth-i', 'mouth-u', 'mouth-e', 'mouth-o', 'mouth-open', 'mouth',
  'blush', 'tear', 'sweat', 'nose', 'ear', 'glasses', 'face', 'head', 'body',
] as const; // prettier-ignore
export type Role = (typeof ROLES)[number];

/** First match counts: what is special stands before what is general. */
const NAMES: readonly (readonly [Role, RegExp])[] = [
  ['hair-back', /hair.*(back|rear|behind)|(back|rear).*hair|後ろ?髪|后发|後髮|後发/],
  ['hair-front', /hair.*front|front.*hair|bangs|fringe|前髪|刘海|瀏海|前发|前髮/],
  ['hair-side', /hair.*side|side.*hair|横髪|侧发|側髮|鬓|もみあげ|braid|twin.?tail|三つ編み/],
  ['hair', /hair|髪|头发|頭髮|发丝/],
  ['brow', /brow|眉/],
  ['eye-closed', /(eye|目|眼).*(clos|shut|blink|閉|闭|とじ)|(clos|shut|閉じ?|闭).*(eye|目|眼)|まばたき/],
  ['iris', /iris|pupil|瞳|黒目|黑眼|eyeball|眼珠/],
  ['eye', /eye|lash|lid|目|眼|睫/],
  ['mouth-closed', /(mouth|口|嘴).*(clos|shut|rest|neutral|閉|闭)|(clos|閉じ?|闭).*(mouth|口|嘴)/],
  ['mouth-a', /(mouth|口|嘴)[ _.-]*(a|aa|あ)$/],
  ['mouth-i', /(mouth|口|嘴)[ _.-]*(i|ih|い)$/],
  ['mouth-u', /(mouth|口|嘴)[ _.-]*(u|ou|う)$/],
  ['mouth-e', /(mouth|口|嘴)[ _.-]*(e|え)$/],
  ['mouth-o', /(mouth|口|嘴)[ _.-]*(o|oh|お)$/],
  ['mouth-open', /(mouth|口|嘴).*(open|開|张|開け)|(open|開|张).*(mouth|口|嘴)/],
  ['mouth', /mouth|lips?\b|口|嘴/],
  ['blush', /blush|cheek|頬|腮|脸红|照れ/],
  ['tear', /tears?\b|涙|泪|淚/],
  ['sweat', /sweat|汗/],
  ['nose', /nose|鼻/],
  ['glasses', /glasses|眼鏡|メガネ|眼镜/],
  ['ear', /\bears?\b|耳/],
  ['face', /face|顔|脸|臉/],
  ['head', /head|頭|头|帽|hat\b|ribbon/],
  ['body', /body|体|身|torso|neck|首|脖|颈|arm|腕|手|hand|cloth|服|衣|dress|skirt|legs?\b|足|脚/],
]; // prettier-ignore

/** What a layer is; of its own name, else of the groups it lies in, innermost first. Null where nothing says. */
export function roleOf(path: readonly string[]): Role | null {
  for (const name of [...path].reverse()) {
    // Glasses are written with the sign for eyes in Chinese and Japanese.
    const plain = name.normalize('NFKC').toLowerCase().trim();
    const special = /眼鏡|眼镜|メガネ|glasses/.test(plain) ? 'glasses' : null;
    const found = special ?? NAMES.find(([, pattern]) => pattern.test(plain))?.[0];
    if (found) return found;
  }
  return null;
}

/** Whether it moves with the head. */
export const ofHead = (role: Role | null): boolean => role !== null && role !== 'body';
