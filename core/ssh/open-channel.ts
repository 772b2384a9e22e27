import type { Client, ClientChannel } from 'ssh2';

/**
 * Starts a command. `use` is called with the channel at once, in the very turn in which the server accepts: a short
 * command's exit may come in the same packet, and a listener added a turn later would never hear of it.
 */
export function openChannel(client: Client, text: string, use: (result: Error | ClientChannel) => void): void {
  let told = false;
  const tell = (result: Error | ClientChannel) => {
    if (told) return;
    told = true;
    client.off('close', onClose);
    use(result);
  };
  const onClose = () => tell(new Error('the connection ended'));
  client.once('close', onClose);
  try {
    client.exec(text, (error, channel) => tell(error ?? channel));
  } catch (error) {
    tell(error instanceof Error ? error : new Error(String(error)));
  }
}
