import type { WebSocket } from 'ws';
import type { ConsoleBench } from './console-bench.ts';

/** Somebody who works at a console all the while, and would notice if anything went wrong there. */
export interface LawfulViewer {
  /** Answers so far; each was asked for after the one before it had come. */
  answers(): number;
  /** Bytes of the screen so far. */
  seen(): number;
  /** The longest that an answer took, in milliseconds. */
  longest(): number;
  /** True while nothing happened to the line. */
  isThere(): boolean;
  leave(): void;
}

const PAUSE_MS = 50;
const shake = Buffer.from('RFB 003.008\n\x01\x01', 'latin1');
const wholeScreen = Buffer.from([3, 0, 0, 0, 0, 0, 0, 64, 0, 48]);

/** @param at the console process to work at, whose public address `origin` is */
export async function lawfulViewer(
  bench: ConsoleBench,
  place: { at: string; origin: string; installId: string; cookie: string },
): Promise<LawfulViewer> {
  let [answers, seen, longest] = [0, 0, 0];
  let askedAt = performance.now();
  let there = true;
  let timer: NodeJS.Timeout | undefined;
  const { installId, ...options } = place;
  const ask = (socket: WebSocket) => {
    if (!there) return;
    askedAt = performance.now();
    socket.send('ping');
    socket.send(wholeScreen);
  };
  const screen = await bench.screen(installId, {
    ...options,
    onMessage(data, isBinary) {
      if (isBinary) seen += data.length;
      else if (data.toString() === '{"pong":true}') {
        answers += 1;
        longest = Math.max(longest, performance.now() - askedAt);
        timer = setTimeout(() => ask(screen), PAUSE_MS);
      }
    },
  });
  screen.once('close', () => {
    there = false;
  });
  screen.send(shake);
  ask(screen);
  return {
    answers: () => answers,
    seen: () => seen,
    longest: () => longest,
    isThere: () => there,
    leave() {
      clearTimeout(timer);
      screen.terminate();
    },
  };
}
