/** English: the documents that characters may read. */

export const documentsEn = {
  documents: 'Documents',
  documentsIntro:
    'What you put here, a character can look up while you talk. It stays on this machine, and your files are never changed.',
  documentsEmpty: 'Nothing to read yet.',
  documentsKinds: 'Text, Markdown, HTML, PDF, EPUB, Word, tables, subtitles, dumps of wikis.',
  documentsDrop: 'Drop it to have it read',
  addFiles: 'Add files…',
  addFolder: 'Add a folder…',
  refreshDocuments: 'Look for changes',
  readFor: 'For whom',
  forEverybody: 'Every character',
  onlyFor: (name: string) => `Only ${name}`,
  readingFiles: (done: number, files: number) => `${done} of ${files} files`,
  readingEnded: (files: number) => (files === 1 ? '1 file was looked at.' : `${files} files were looked at.`),
  refusedCount: (n: number) => (n === 1 ? '1 file could not be read.' : `${n} files could not be read.`),
  stopReading: 'Stop',
  passageCount: (n: number) => (n === 1 ? '1 passage' : `${n} passages`),
  halfRead: 'not read to its end yet',
  documentCount: (n: number) => (n === 1 ? '1 document' : `${n} documents`),
  tryQuestion: 'Try a question',
  tryHint: 'What would be found, if you asked this?',
  byMeaning: 'found by what it means',
  documentsByWords:
    'Documents are found by their words. An encoder, chosen under Memory, finds them by what they mean, too.',
  documentsByMeaning: (name: string) => `Documents are found by their words and by what they mean (${name}).`,
  documentsMeaningReads: (name: string, done: number, all: number) =>
    `${name} is reading your documents while nobody talks: ${done} of ${all} passages. What it has read is found by its meaning already.`,
  documentsMeaningBroken: (name: string, why: string) =>
    `${name} cannot be used: ${why}. Documents are found by their words.`,
  nothingFound: 'Nothing was found about that.',
  removeDocument: (name: string) => `Take out ${name}`,
  removedDocument: (name: string) => `${name} was taken out. The file itself stays.`,
  places: {
    whole: () => '',
    page: (at: number) => `page ${at}`,
    line: (at: number) => `line ${at}`,
    row: (at: number) => `row ${at}`,
    chapter: (at: number) => `chapter ${at}`,
    time: (at: number) => `at ${clock(at)}`,
  },
  refusals: {
    open: 'It cannot be opened. Check that it still exists and that you may read it.',
    too_large: 'It is too large. Split it, or save it as plain text.',
    unknown: 'It is of no kind that can be read here. Save it as text, PDF, EPUB or Word.',
    archive: 'It is an archive of other files. Unpack it, and add what is in it.',
    protected: 'It is protected by a password or a licence. Save a copy without protection.',
    scanned: 'It holds pictures of pages and no text. Run it through text recognition (OCR) first.',
    illegible: 'Its fonts do not say which letters they draw. Save it anew from the program it was written with.',
    bomb: 'It unpacks to far more than it holds. Such files are made to do harm and are not read.',
    damaged: 'It is damaged. Fetch or save it again.',
    empty: 'There is no text in it. Check that it is the file you meant.',
  },
  lookedUp: 'What was looked up',
  lookedUpFor: (question: string) => `Searched for: ${question}`,
  lookedUpNothing: 'No document had anything to say about it.',
  lookedUpNo: 'Small talk; no document was asked.',
  leansOn: (percent: number) => `The reply leans on this (${percent} %)`,
  ruleFired: (rule: string, pattern: string) => `Your rule “${rule}” fired by ${pattern}`,
};

/** Milliseconds as hours, minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
