/**
 * Whether a ticket says that its console is recorded. It stands in the ticket's second part in plain JSON, signed for
 * the server; the page only shows it, before the ticket is used up.
 */
export function saysRecorded(ticket: string): boolean {
  try {
    const body = (ticket.split('.')[2] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const claims: unknown = JSON.parse(atob(body));
    return typeof claims === 'object' && claims !== null && 'recorded' in claims && claims.recorded === true;
  } catch {
    return false;
  }
}
