import type { StepName } from '../../core/contracts/step-name.ts';
import type { PageState } from '../page-contract.ts';

/** What the middle of the page says while there is no screen. */
export interface Curtain {
  title: string;
  text: string;
  /** Label of the one button; pressing it tries again. */
  action?: string;
  /** Something is under way. */
  busy?: boolean;
}

const steps: Record<StepName, string> = {
  reserve: 'Reserving the server',
  rescue: 'Entering rescue',
  reach: 'Reaching it by SSH',
  survey: 'Looking at the hardware',
  plan: 'Planning',
  lifeline: 'Moving the connection',
  prepare: 'Preparing QEMU',
  media: 'Fetching the ISO',
  bind: 'Taking over disk and network card',
  launch: 'Starting the installer',
  console: 'Opening the screen',
  attend: 'Installer running',
  handback: 'Handing the hardware back',
  boot: 'Booting from disk',
  verify: 'Checking that it came up',
  release: 'Cleaning up',
};

/** What is called otherwise where nothing is installed. */
const atConsole: Partial<Record<StepName, string>> = {
  media: 'Leaving the drive empty',
  launch: 'Starting the installed system',
  attend: 'Installed system running',
};

/** What a step does, as a person would say it. */
export function stepWords({ purpose }: Pick<PageState, 'purpose'>, step: StepName): string {
  return (purpose === 'console' ? atConsole[step] : undefined) ?? steps[step];
}

const askInSlack = 'Ask for a new link in Slack with the “Get console link” button.';

/** Words for a refusal of the server. Its own message is the text; the title says what kind of thing happened. */
export function refusalWords(code: string, message: string): Curtain {
  return { title: refusalTitles[code] ?? 'This did not work', text: message, ...retryable(code) };
}

const refusalTitles: Record<string, string> = {
  'bad-link': 'This link is not complete',
  'expired-link': 'This link has expired',
  'used-link': 'This link was already used',
  'revoked-link': 'This link was withdrawn',
  'no-session': 'No console is open in this browser',
  'other-install': 'This is another install',
  'session-over': 'Your console session is over',
  revoked: 'Access was withdrawn',
  'watching-only': 'You are watching only',
  ended: 'The console has closed',
  'too-many': 'Too many screens are open',
  'too-fast': 'Too many tries',
  'not-found': 'There is no such console',
  'foreign-origin': 'This address does not fit',
};

function retryable(code: string): { action?: string } {
  return code === 'too-fast' || code === 'too-many' ? { action: 'Try again' } : {};
}

/** Before the screen is there. */
export function waitingWords(state: PageState): Curtain {
  const step = `Step ${state.stepNumber} of ${state.stepCount}: ${lowerFirst(stepWords(state, state.step))}.`;
  const text = `${step}${state.why === null ? '' : ` ${sentence(state.why)}`} This page connects by itself.`;
  return { title: 'The screen is not up yet', text, busy: true };
}

/** After the console closed: how it goes on, until nothing more happens. */
export function endedWords(state: PageState): Curtain {
  const { device } = state;
  if (state.phase === 'stuck') {
    const text = `XEPA could not put everything back on ${device}. The Slack thread says what is left to do.`;
    return { title: 'Somebody has to help', text };
  }
  if (state.ending === 'cancelled' || state.phase === 'undo' || state.phase === 'undone') return undoneWords(state);
  const isConsole = state.purpose === 'console';
  if (state.phase === 'done' && state.up === false) {
    const text =
      'Nothing answered after the restart. Some systems open no port by themselves; the Slack thread has more.';
    return { title: `${device} was ${isConsole ? 'restarted' : 'installed'}`, text };
  }
  if (state.phase === 'done') {
    return isConsole
      ? { title: `${device} is back`, text: 'It runs from its own disk again. You can close this page.' }
      : { title: `${device} runs its new system`, text: 'The install is complete. You can close this page.' };
  }
  const text = `XEPA gives the hardware back and boots ${device} from its own disk. You can close this page.`;
  return {
    title: state.ending === 'boot-metal' ? 'Booting the metal' : poweredOff(isConsole),
    text,
    busy: true,
  };
}

function poweredOff(isConsole: boolean): string {
  return isConsole ? 'The system has shut down' : 'The installer has finished';
}

function undoneWords(state: PageState): Curtain {
  const cancelled = state.ending === 'cancelled';
  const what = state.purpose === 'console' ? 'The console' : 'The install';
  const title = `${what} ${cancelled ? 'was cancelled' : 'failed'}`;
  const why = state.failure === null || cancelled ? '' : `${sentence(state.failure)} `;
  if (state.phase !== 'undone') {
    return { title, text: `${why}XEPA is putting ${state.device} back as it was.`, busy: true };
  }
  return { title, text: `${why}XEPA has put ${state.device} back. What was written to its disk stays written.` };
}

/** The server closed the screen for good, or until somebody wants it again. */
export const closeWords = {
  idle: {
    title: 'Closed, because nobody used it',
    text: 'The virtual machine runs on. Your session is still good, so you can open the screen again.',
    action: 'Open again',
  },
  sessionOver: {
    title: 'Your console session is over',
    text: `It reached its time limit; the virtual machine runs on. ${askInSlack}`,
  },
  signedOut: {
    title: 'You signed out',
    text: `No console is open in this browser any more; the virtual machines run on. ${askInSlack}`,
  },
  revoked: { title: 'Access was withdrawn', text: `Somebody closed this console for you. ${askInSlack}` },
  ended: { title: 'The console has closed', text: 'The install has left its console.', busy: true },
  protocol: {
    title: 'This page sent something unexpected',
    text: 'It may be older than the server. Reload it; the virtual machine runs on.',
    action: 'Reload',
  },
} satisfies Record<string, Curtain>;

/** Why the server did not open the screen, where it told this page. */
export type TurnedAway = 'tooMany' | 'tooFast' | 'screenSilent' | 'unrecorded';

/** While the page asks again by itself. `text` is the server's. */
export function turnedAwayWords(reason: TurnedAway, text: string): Curtain {
  const again = 'This page tries again by itself.';
  return { title: turnedAwayTitles[reason], text: `${sentence(text)} ${again}`, action: 'Try now', busy: true };
}

const turnedAwayTitles: Record<TurnedAway, string> = {
  tooMany: 'Too many screens are open',
  tooFast: 'Too many tries',
  screenSilent: 'The screen does not answer',
  unrecorded: 'This console cannot be recorded',
};

/** Who does not answer: XEPA for three seconds, or the server with the screen, as XEPA says. */
export type Stall = 'network' | 'server';

/** While the screen stands still, and its line is whole as far as anybody knows. */
export const stallWords: Record<Stall, string> = {
  network: 'Waiting for the network',
  server: 'Waiting for the server',
};

/** Why the page is without a screen for a while, and what it waits for. */
export type Loss = 'network' | 'screen' | 'restart' | 'silent';

/** While the page mends the connection by itself. */
export function lossWords(loss: Loss): Curtain {
  return { ...losses[loss], action: 'Try now', busy: true };
}

const losses: Record<Loss, { title: string; text: string }> = {
  network: {
    title: 'Connection lost',
    text: 'Waiting for the network between you and XEPA. The virtual machine runs on; this page reconnects by itself.',
  },
  screen: {
    title: 'The screen went away',
    text: 'Waiting for the virtual machine, or for the way to its server. This page reconnects by itself.',
  },
  restart: { title: 'XEPA restarts', text: 'The virtual machine runs on. This page reconnects by itself in a moment.' },
  silent: {
    title: 'The screen does not answer',
    text: 'XEPA cannot reach the virtual machine right now. This page keeps trying by itself.',
  },
};

/** Milliseconds in words, coarse enough to read at a glance. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
