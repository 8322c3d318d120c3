/**
 * A conversation through virtual devices: she speaks, is interrupted by a voice, understands what was said over hers, answers, and
 * hears who speaks the moment she has finished. The program is the one in the terminal; its sound goes through PulseAudio like
 * anybody's. Her speakers are not heard by the microphone (as with headphones): simulated rooms are the suite's business.
 *
 * Nothing here waits for a time that a busy machine could miss: every step waits for what the program says.
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { record, sleep, until } from './machine.mjs';

const NANO = resolve('tests/fixtures/whisper-nano');
const target = process.env.CARGO_TARGET_DIR ?? 'target';

/** A character with so much to say that there is time to interrupt her. */
const GREETING = [
  'Good evening, and welcome to the long story of the lighthouse.',
  'It begins on an island so small that the wind had to walk around it twice.',
  'Every morning the keeper counted the steps, and every morning there was one more than the day before.',
  'Nobody believed him, of course, because nobody else had ever climbed to the top.',
  'One winter a ship came, and on the ship there was a girl who could count as well as he could.',
  'They went up together, slowly, and said the numbers aloud, and the sea went quiet to listen.',
  'At the top there was a door that neither of them had ever seen, and behind it a room full of bells.',
  'She rang the smallest one, and far away another lighthouse answered, which was not on any map.',
  'So they packed bread and oil and a good deal of rope, and set out to find it before the spring.',
  'The first week was all fog, and in the fog they heard oars, although nobody was rowing.',
  'The second week was so clear that they could read by the light of a star, and they did.',
  'In the third week a bird came on board with a letter, and the letter was addressed to the wind.',
  'They did not open it, because it was not theirs, but they carried it with them all the same.',
  'And when at last they saw the light, it was blinking in a rhythm that both of them knew by heart.',
].join(' ');
/** Tests the microphone with `hanashi mic`: one that gives nothing, and one into which somebody speaks when asked to. */
export async function microphone({ env, scratch, test, expect }) {
  const home = join(scratch, 'microphone');
  mkdirSync(home, { recursive: true });
  const run = (whenAsked) =>
    new Promise((done) => {
      const args = ['mic', '--json', '--no-playback', '--ears', join(NANO, 'nano-whisper.en-q5_0.bin')];
      const program = spawn(resolve(target, 'release/hanashi'), args, { env: { ...env, HANASHI_HOME: home } });
      let [out, asides, asked] = ['', '', false];
      program.stdout.on('data', (data) => (out += data));
      program.stderr.on('data', (data) => {
        asides += data;
        if (asked || !asides.includes('now speak')) return;
        asked = true;
        whenAsked();
      });
      program.on('close', (code) => done({ code, out, asides }));
    });
  const report = ({ out, asides }) => {
    try {
      return JSON.parse(out);
    } catch {
      throw new Error(`no report: ${out}${asides}`);
    }
  };

  await test('the microphone test: a muted one is named as such, and fails', async () => {
    const result = await run(() => {});
    expect(result.code === 1, `it ended with ${result.code}`);
    const { findings } = report(result);
    expect(findings.length === 1 && findings[0].kind === 'silent', JSON.stringify(findings));
    expect(findings[0].serious && findings[0].remedy.includes('mute'), JSON.stringify(findings));
  });

  await test('the microphone test: a good one is heard and understood', async () => {
    const clip = join(NANO, 'clips', '06_synthetic_how_are_you_today.wav');
    const result = await run(() => {
      const player = spawn('sh', ['-c', `sleep 0.3; paplay --device=micfeed "${clip}"; sleep 0.7; paplay --device=micfeed "${clip}"`], { env });
      player.on('error', (error) => console.log(error.message));
    });
    const { findings, heard, rate, speech_db: speech } = report(result);
    expect(result.code === 0, `it ended with ${result.code}: ${JSON.stringify(findings)}`);
    expect(/how are you today/i.test(heard ?? ''), `it heard “${heard}”`);
    expect(rate >= 8000 && speech > -50, `${rate} Hz, ${speech} dB`);
  });
}

/** Runs the conversation as tests of `test`. */
export async function conversation({ env, scratch, test, expect }) {
  const home = join(scratch, 'conversation');
  mkdirSync(home, { recursive: true });
  const card = join(home, 'Ren.json');
  const data = { name: 'Ren', first_mes: GREETING, description: 'Ren tells stories.', tags: [], extensions: {} };
  writeFileSync(card, JSON.stringify({ spec: 'chara_card_v2', spec_version: '2.0', data }));
  writeFileSync(join(home, 'settings.toml'), 'interrupt_by_voice = true\n');

  const args = ['chat', '--json', '--speak', '--listen', '--character', card, '--ears', join(NANO, 'nano-whisper.en-q5_0.bin')];
  const listen = record(env);
  const program = spawn(resolve(target, 'release/hanashi'), args, { env: { ...env, HANASHI_HOME: home } });
  const events = [];
  let rest = '';
  program.stdout.on('data', (data) => {
    rest += data;
    const lines = rest.split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('{')) events.push(JSON.parse(line));
  });
  const complaints = [];
  program.stderr.on('data', (data) => complaints.push(String(data)));
  const ended = new Promise((done) => program.on('close', done));
  /** The first event from place `from` on that is what is waited for. */
  const event = (what, from, is, patience = 120_000) =>
    until(
      what,
      () => {
        if (program.exitCode !== null) throw new Error(`it ended: ${complaints.join('')}`);
        const at = events.findIndex((event, index) => index >= from && is(event));
        return at < 0 ? null : { at, ...events[at] };
      },
      patience,
    );
  const say = (clip) => {
    const played = spawnSync('paplay', ['--device=micfeed', join(NANO, 'clips', clip)], { env, timeout: 60_000 });
    expect(played.status === 0, `paplay ended with ${played.status}: ${played.stderr}`);
  };

  /** How often something was said to her. */
  let said = 0;
  try {
    /**
     * Says a clip, again where it was misheard (the smallest of recognisers errs now and then, as it does on the files themselves) or
     * not heard (where her sound stutters on a busy machine, what tells the person's voice from hers waits for it to be steady).
     */
    const understood = async (clip, is) => {
      let heard;
      for (let tries = 0; tries < 3; tries += 1) {
        const from = events.length;
        if (heard) await event('an answer to what was misheard', heard.at, (event) => event.event === 'turn');
        said += 1;
        say(clip);
        heard = await event('what was said', from, (event) => event.event === 'heard', 20_000).catch((error) => {
          if (program.exitCode !== null || tries === 2) throw error;
          return null;
        });
        if (heard && is.test(heard.text)) return heard;
      }
      throw new Error(`she heard “${heard?.text}”`);
    };

    await test('a conversation by voice: she begins, is interrupted by a voice over hers, and answers that', async () => {
      // Three seconds of her voice of which nothing comes back, and it is certain that nobody hears her but the person.
      const line = await event('her voice', 0, (event) => event.event === 'line' && event.line >= 2);
      const from = events.length;
      await understood('05_synthetic_it_is_raining.wav', /^It is /);
      const turn = events.slice(line.at).find((event) => event.event === 'turn');
      expect(turn?.interrupted, `she was not interrupted: ${JSON.stringify(turn)}`);
      const spoken = events.slice(from).findIndex((event) => event.event === 'heard');
      const cut = events.slice(from).findIndex((event) => event.event === 'turn');
      expect(cut >= 0 && cut < spoken, 'she spoke on until everything was written down');
      const answer = await event('an answer', from + spoken + 1, (event) => event.event === 'turn');
      expect(answer.text?.trim().length > 0, 'she answered with nothing');
    });

    await test('a conversation by voice: who speaks the moment she has finished is understood from the first word', async () => {
      const heard = await understood('06_synthetic_how_are_you_today.wav', /^How are you/);
      const turn = await event('an answer', heard.at, (event) => event.event === 'turn');
      expect(turn.text?.trim().length > 0, 'she answered with nothing');
      expect(turn.timings_ms.endOfTurn, `why she took it for the end: ${JSON.stringify(turn.timings_ms)}`);
      console.log(`        answered ${Math.round(turn.timings_ms.firstAudioMs)} ms after the last word (${turn.timings_ms.endOfTurn})`);
    });

    await test('a conversation by voice: nobody was made up, and she was heard', async () => {
      program.stdin.write('/stop\n');
      expect((await ended) === 0, `it ended badly: ${complaints.join('')}`);
      const heard = events.filter((event) => event.event === 'heard').map((event) => event.text);
      expect(heard.length >= 2 && heard.length <= said, `${said} said, and she heard ${JSON.stringify(heard)}`);
      await sleep(500);
      const samples = await listen();
      let loud = 0;
      for (let i = 0; i + 1600 <= samples.length; i += 1600) {
        let power = 0;
        for (let j = i; j < i + 1600; j += 1) power += (samples[j] / 32768) ** 2;
        loud += Math.sqrt(power / 1600) > 0.01 ? 0.1 : 0;
      }
      expect(loud > 5, `only ${loud.toFixed(1)} s of sound`);
    });
  } finally {
    program.kill('SIGKILL');
  }
}
