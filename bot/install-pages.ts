import type { ServerResponse } from 'node:http';

/** A page for whoever installs the app, seen once. Texts are plain; they may hold anything. */
export interface InstallPage {
  status: number;
  title: string;
  lines: readonly string[];
}

/** Nothing on it is loaded, run or kept, and the address it stands at, which holds a code, goes nowhere. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export function showPage(response: ServerResponse, { status, title, lines }: InstallPage): void {
  const body = [`<h1>${escaped(title)}</h1>`, ...lines.map((line) => `<p>${escaped(line)}</p>`)].join('\n');
  const html = `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${escaped(title)}</title>\n${body}\n</html>\n`;
  response.writeHead(status, headers).end(html);
}

export function installedPage(name: string): InstallPage {
  const lines = ['In the channel where people work, type /invite @xepa, then /xepa help.', 'You may close this page.'];
  return { status: 200, title: `XEPA is installed in ${name}`, lines };
}

export function notListedPage(name: string, id: string): InstallPage {
  return {
    status: 403,
    title: `XEPA was not installed in ${name}`,
    lines: [
      'Whoever uses this XEPA can wipe its servers, so it serves only the workspaces that its operator has named.',
      `To let this one in, add ${id} to XEPA_SLACK_TEAMS, restart the bot, and install again.`,
      'Nothing was kept, and the app was taken out of the workspace again.',
    ],
  };
}

export const rotationPage: InstallPage = {
  status: 409,
  title: 'XEPA was not installed',
  lines: [
    'Token rotation is switched on in the settings of the Slack app. XEPA does not renew tokens.',
    'Make a new app from the manifest: Slack does not let it be switched off again.',
  ],
};

export const usedPage: InstallPage = {
  status: 400,
  title: 'This installation was finished before',
  lines: ['Each one is good once. To install again, begin at /slack/install.'],
};

/** @param code as the library that speaks OAuth names the error */
export function failedPage(code: string | undefined): InstallPage {
  const title = 'XEPA was not installed';
  switch (code) {
    case 'slack_oauth_missing_state':
    case 'slack_oauth_invalid_state':
      return {
        ...{ status: 400, title },
        lines: ['This was not begun in this browser, or more than ten minutes ago. Begin again at /slack/install.'],
      };
    case 'slack_oauth_missing_code':
    case 'slack_oauth_installer_authorization_error':
      return { status: 400, title, lines: ['Slack did not say yes. Begin again at /slack/install.'] };
    case 'slack_webapi_platform_error':
      return {
        ...{ status: 400, title },
        lines: ['Slack does not take this answer: it was used before, or is too old. Begin again at /slack/install.'],
      };
    default:
      return { status: 500, title, lines: ["Something went wrong. The bot's log says what. Try again in a minute."] };
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
